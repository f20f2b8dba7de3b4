import json
from datetime import date

import pytest
from pydantic import ValidationError

from psabridge.clients.acronis.forms import (
    ItemChange,
    NewTenant,
    NewUser,
    QuotaForm,
    ReportOrder,
    RoleGrant,
    TenantChange,
    TenantContactForm,
    UserContactForm,
)
from psabridge.clients.acronis.user_calls import LoginState
from psabridge.clients.transport import HttpResponse
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, RefusalKind, Refused, Unreadable
from tests.clients.acronis.stand_in import (
    ROOT,
    StandIn,
    StandStillClock,
    a_client,
    a_tenant,
    an_item,
    answer,
    empty,
    page,
    tenant_id,
)

APP = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"
TENANTS = "/api/2/tenants"
ONE = f"{TENANTS}/{tenant_id(1)}"
ITEMS = f"{ONE}/offering_items"
USER = {
    "id": tenant_id(7),
    "version": 1,
    "tenant_id": tenant_id(1),
    "login": "a",
    "activated": False,
    "enabled": True,
}
NEW = NewTenant(name="Bakery", parent_id=ROOT, kind="customer", internal_tag="psabridge:1:7")
ON = ItemChange(
    application_id=APP,
    name="pw_base_workstations",
    infra_id=None,
    status=1,
    quota=QuotaForm(value=5, overage=0, version=9),
)
OFF = ItemChange(application_id=APP, name="pw_base_servers", infra_id=None, status=0)


def complaint(status: int, message: str = "", code: object = None) -> HttpResponse:
    return answer({"error": {"code": code or status, "domain": "Platform", "message": message}}, status)


def body_of(acronis: StandIn, method: str, path: str) -> dict[str, object]:
    [sent] = acronis.of(method, path)
    assert sent.headers["Content-Type"] == "application/json"
    content = json.loads(sent.body or b"")
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (answer({}, 500), OutcomeUnknown),
        (page("<html>", 502), OutcomeUnknown),
        (answer({}, 503), OutcomeUnknown),
        (answer({}, 408), OutcomeUnknown),
        (page("<html>", 200), OutcomeUnknown),
        (HttpResponse(200, {}, b""), OutcomeUnknown),
        (HttpResponse(201, {"content-type": "application/json"}, b'{"id": "b0000'), OutcomeUnknown),
        (answer({}, 302), OutcomeUnknown),
        (OutcomeUnknown("x", "lost", "y"), OutcomeUnknown),
        (NotSent("x", "no connection", "y"), NotSent),
        (answer({}, 429), Busy),
    ],
)
def test_a_write_is_sent_once_and_says_whether_it_may_have_been_written(
    trouble: HttpResponse | Exception, error: type[Exception]
) -> None:
    acronis, clock = StandIn(), StandStillClock()
    acronis.lay("POST", TENANTS, trouble)

    with pytest.raises(error):
        a_client(acronis, clock).create_tenant(NEW)
    assert len(acronis.of("POST", TENANTS)) == 1
    assert clock.waited == []


def test_a_write_goes_out_on_a_connection_of_its_own() -> None:
    acronis = StandIn()
    acronis.lay("PUT", ONE, answer(a_tenant(1, version=4)))
    acronis.lay("GET", ONE, answer(a_tenant(1)))
    client = a_client(acronis)

    client.tenant(tenant_id(1))
    client.update_tenant(tenant_id(1), TenantChange(version=3, enabled=False))
    assert [each.fresh for each in acronis.arrived if each.method in ("GET", "PUT")] == [False, True]


def test_a_strange_page_where_silence_belongs_is_no_success() -> None:
    acronis = StandIn()
    acronis.lay("DELETE", ONE, page("<html>Welcome</html>", 200, "text/html"))

    with pytest.raises(OutcomeUnknown):
        a_client(acronis).delete_tenant(tenant_id(1), 4)


def test_only_the_keys_that_were_set_are_sent_and_none_clears() -> None:
    """Ac12: a key left out stays."""
    acronis = StandIn()
    acronis.lay("PUT", ONE, answer(a_tenant(1)))

    a_client(acronis).update_tenant(tenant_id(1), TenantChange(version=3, internal_tag=None))
    assert body_of(acronis, "PUT", ONE) == {"version": 3, "internal_tag": None}


def test_a_quota_is_sent_whole_with_the_version_it_was_read_with() -> None:
    """Ac15, Ac16: overage 0 is a hard limit, and the storage is part of the item's name."""
    acronis = StandIn()
    acronis.lay("PUT", ITEMS, answer({"timestamp": "2026-11-22T10:00:00", "items": [an_item(tenant_id(1))]}))

    done = a_client(acronis).put_offering_items(tenant_id(1), [ON, OFF])

    assert body_of(acronis, "PUT", ITEMS)["offering_items"] == [
        {
            "application_id": APP,
            "name": "pw_base_workstations",
            "infra_id": None,
            "status": 1,
            "quota": {"value": 5, "overage": 0, "version": 9},
        },
        {"application_id": APP, "name": "pw_base_servers", "infra_id": None, "status": 0},
    ]
    assert done.items[0].quota is not None
    assert done.items[0].quota.version == 1596545222672


def test_an_unlimited_quota_is_sent_as_null_and_not_left_out() -> None:
    change = ItemChange(
        application_id=APP, name="x", infra_id=None, quota=QuotaForm(value=None, overage=None, version=0)
    )
    assert change.wire()["quota"] == {"value": None, "overage": None, "version": 0}


@pytest.mark.parametrize("value", [-1, 2.5, "5"])
def test_a_quota_that_is_no_whole_number_is_refused_before_sending(value: object) -> None:
    with pytest.raises(ValidationError):
        QuotaForm.model_validate({"value": value, "overage": 0, "version": 0})


@pytest.mark.parametrize("status", [400, 409])
@pytest.mark.parametrize("message", ["Item is in use", "", "Conflict"])
def test_switching_off_what_has_usage_is_refused_as_in_use(status: int, message: str) -> None:
    """ERR-10, Ac19: the status is doubtful, both are understood."""
    acronis = StandIn()
    acronis.lay("PUT", ITEMS, complaint(status, message))

    with pytest.raises(Refused) as refused:
        a_client(acronis).put_offering_items(tenant_id(1), [OFF])
    assert (refused.value.kind, refused.value.code) == (RefusalKind.IN_USE, "ERR-10")
    assert refused.value.next_act == "Set its quota to 0 instead"


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "the parent tenant does not have this offering item", RefusalKind.OTHER),
        (400, "The storage cannot be used for it", RefusalKind.OTHER),
        (409, "", RefusalKind.STALE),
        (409, "The offering item has usage", RefusalKind.IN_USE),
        (400, "The offering item is in use", RefusalKind.IN_USE),
    ],
)
def test_in_a_mixed_change_only_the_text_tells_that_an_item_is_in_use(
    status: int, message: str, kind: RefusalKind
) -> None:
    acronis = StandIn()
    acronis.lay("PUT", ITEMS, complaint(status, message))

    with pytest.raises(Refused) as refused:
        a_client(acronis).put_offering_items(tenant_id(1), [ON, OFF])
    assert refused.value.kind is kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("", RefusalKind.STALE),
        ("Version conflict", RefusalKind.STALE),
        ("The object was modified", RefusalKind.STALE),
        ("Tenant with this name already exists", RefusalKind.DUPLICATE),
    ],
)
def test_a_conflict_on_a_versioned_write_is_stale_unless_it_says_duplicate(
    message: str, kind: RefusalKind
) -> None:
    """Ac20: 409 has two causes and no published bodies."""
    acronis = StandIn()
    acronis.lay("PUT", ONE, complaint(409, message))

    with pytest.raises(Refused) as refused:
        a_client(acronis).update_tenant(tenant_id(1), TenantChange(version=3, name="Bakery"))
    assert refused.value.kind is kind


def test_a_conflict_on_a_creation_is_a_duplicate() -> None:
    acronis = StandIn()
    acronis.lay("POST", TENANTS, complaint(409))

    with pytest.raises(Refused) as refused:
        a_client(acronis).create_tenant(NEW)
    assert refused.value.kind is RefusalKind.DUPLICATE


def test_a_stale_quota_is_stale_even_where_another_row_is_switched_off() -> None:
    acronis = StandIn()
    acronis.lay("PUT", ITEMS, complaint(409, "Quota version is outdated"))

    with pytest.raises(Refused) as refused:
        a_client(acronis).put_offering_items(tenant_id(1), [ON, OFF])
    assert refused.value.kind is RefusalKind.STALE


@pytest.mark.parametrize("code", [1006, "1006"])
def test_deleting_an_enabled_tenant_says_to_disable_it_first(code: object) -> None:
    """Ac14."""
    acronis = StandIn()
    acronis.lay("DELETE", ONE, complaint(400, "Tenant is enabled", code))

    with pytest.raises(Refused) as refused:
        a_client(acronis).delete_tenant(tenant_id(1), 4)
    assert "Disable it first" in refused.value.next_act


def test_a_refusal_keeps_the_vendor_s_text_unshortened() -> None:
    """ERR-21."""
    words = "x" * 5000
    acronis = StandIn()
    acronis.lay("POST", TENANTS, complaint(400, words))

    with pytest.raises(Refused) as refused:
        a_client(acronis).create_tenant(NEW)
    assert words in (refused.value.vendor_text or "")
    assert refused.value.code == "ERR-21"


def test_a_right_that_lacks_points_to_self_service_tenants() -> None:
    """ERR-06."""
    acronis = StandIn()
    acronis.lay("PUT", ITEMS, complaint(403))

    with pytest.raises(Refused, match="self-service") as refused:
        a_client(acronis).put_offering_items(tenant_id(1), [ON])
    assert refused.value.kind is RefusalKind.RIGHTS


@pytest.mark.parametrize(
    ("status", "state"), [(204, LoginState.FREE), (409, LoginState.TAKEN), (406, LoginState.NOT_ACCEPTABLE)]
)
def test_a_login_is_free_taken_or_not_acceptable(status: int, state: LoginState) -> None:
    acronis = StandIn()
    acronis.lay("GET", "/api/2/users/check_login", empty(status))

    assert a_client(acronis).users.check_login("a@b.example") is state


def test_a_strange_page_does_not_make_a_login_free() -> None:
    acronis = StandIn()
    acronis.lay("GET", "/api/2/users/check_login", page("<html>Welcome</html>", 200))

    with pytest.raises(Unreadable):
        a_client(acronis).users.check_login("a@b.example")


def test_the_first_administrator_is_created_given_a_role_and_written_to() -> None:
    """Ac25, Ac26: creation answers 200, roles are written with nil ids, the mail is queued."""
    acronis = StandIn()
    user = f"/api/2/users/{tenant_id(7)}"
    acronis.lay("POST", "/api/2/users", answer(USER, 200))
    acronis.lay("PUT", f"{user}/access_policies", answer({"items": []}))
    acronis.lay("POST", f"{user}/send-activation-email", empty())
    users = a_client(acronis).users

    made = users.create(
        NewUser(tenant_id=tenant_id(1), login="a", contact=UserContactForm(email="a@b.example"))
    )
    users.replace_roles(
        made.id, [RoleGrant(trustee_id=made.id, tenant_id=tenant_id(1), role_id="company_admin")]
    )
    users.send_activation_mail(made.id)

    roles = body_of(acronis, "PUT", f"{user}/access_policies")["items"]
    assert isinstance(roles, list)
    assert roles[0]["role_id"] == "company_admin"
    assert roles[0]["issuer_id"] == "00000000-0000-0000-0000-000000000000"


def test_a_report_is_ordered_waited_for_and_fetched() -> None:
    """Ac27."""
    acronis = StandIn()
    stored = f"/api/2/reports/{tenant_id(3)}/stored"
    acronis.lay("POST", "/api/2/reports", answer({"id": tenant_id(3), "version": 1}))
    row = {"id": tenant_id(4), "status": "in_progress"}
    acronis.lay("GET", stored, answer({"items": [row]}), answer({"items": [row | {"status": "saved"}]}))
    file = HttpResponse(200, {"content-type": "application/octet-stream"}, b"tenant.id,name\n")
    acronis.lay("GET", f"{stored}/{tenant_id(4)}", file)
    reports = a_client(acronis).reports

    ordered = reports.order(
        ReportOrder(
            tenant_id=ROOT,
            level="all_customers",
            kind="usage_summary",
            start=date(2026, 10, 1),
            end=date(2026, 10, 31),
        )
    )
    assert [each.status for each in reports.stored(ordered.id)] == ["in_progress"]
    [ready] = reports.stored(ordered.id)
    assert ready.status == "saved"
    assert reports.download(ordered.id, ready.id).startswith(b"tenant.id")


def test_a_contact_to_write_needs_at_least_one_type_and_no_unknown_field() -> None:
    with pytest.raises(ValidationError):
        TenantContactForm(types=())
    with pytest.raises(ValidationError):
        NewTenant.model_validate(
            {"name": "x", "parent_id": ROOT, "kind": "customer", "pricing_mode": "production"}
        )
