"""Users: logins, roles, activation, password (acronis-api.md 4)."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from psabridge_emulators.acronis import bodies, stamps
from psabridge_emulators.acronis.errors import RefusedError, bad_request, conflict, forbidden, not_found
from psabridge_emulators.acronis.presenting import user_row
from psabridge_emulators.acronis.records import Tenant, User
from psabridge_emulators.acronis.routing import Call, Routes, check_version, cursor, open_cursor
from psabridge_emulators.acronis.shapes import (
    comma_list,
    flag,
    identity,
    moment,
    one_of,
    positive,
    text,
    whole,
)
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")
DEFAULT_LIMIT = 2000
# The pattern of Acronis' own plugin (acronis-api.md 4).
_LOGIN = re.compile(r"[A-Za-z0-9._\-+@]+")
_STAMP_KEYS = ("id", "tenant_id", "version", "created_at", "updated_at", "deleted_at")


def _user(call: Call, *, deleted: bool = False) -> User:
    user = call.world.users.get(call.path["user_id"])
    if user is None or (user.deleted_at is not None and not deleted):
        raise not_found()
    _open_tenant(call, user.tenant_id)
    return user


def _open_tenant(call: Call, tenant_id: str) -> Tenant:
    """A self-service customer hides its users from its ancestors' administrators (acronis-api.md 3.1)."""
    tenant = call.tenant(tenant_id)
    if call.world.hidden(tenant):
        raise forbidden("The tenant manages itself")
    return tenant


def _login_taken(world: AcronisWorld, login: str, but: str = "") -> bool:
    return any(
        user.login.lower() == login.lower() and user.deleted_at is None and user.id != but
        for user in world.users.values()
    )


@ROUTES.add("GET", "/users/check_login", query={"username": text}, required="username")
def check_login(call: Call) -> Reply:
    login = call.query["username"]
    if not _LOGIN.fullmatch(login):
        raise RefusedError(406, "The login is not acceptable", context={"login": login})
    if _login_taken(call.world, login):
        raise conflict("The login is taken", login=login)
    return Reply.empty()


@ROUTES.add("GET", "/users/me")
def get_me(call: Call) -> Reply:
    """Whether a client's token may ask this is doubtful (acronis-api.md, doubt 13)."""
    world = call.world
    if not world.switches.users_me_for_clients:
        raise forbidden("A client has no user")
    root = world.tenants[world.root_id]
    made_by = User(
        id=world.client_id,
        tenant_id=root.id,
        login=world.client_id,
        contact={"email": ""},
        created_at=root.created_at,
        updated_at=root.created_at,
        activated=True,
    )
    more = {
        "terms_accepted": True,
        "tenant_kind": root.kind,
        "tenant_pricing_model": root.mode,
        "brand_id": None,
    }
    return Reply.of(200, user_row(made_by) | more)


@ROUTES.add("POST", "/users", body=bodies.USER_POST)
def create_user(call: Call) -> Reply:
    """Answers 200 and gives no role (acronis-api.md 4)."""
    body, world = call.body, call.world
    tenant = _open_tenant(call, body["tenant_id"])
    contact = body.get("contact")
    if contact is None:
        raise bad_request("The contact of a user needs an e-mail address")
    login = body.get("login", contact["email"])
    _check_new_login(world, login)
    # In or below a customer a personal tenant comes with the user.
    personal = world.new_id("personal") if tenant.kind in ("customer", "unit") else None
    user = User(
        id=world.new_id("user"),
        tenant_id=tenant.id,
        login=login,
        contact=contact,
        created_at=call.now,
        updated_at=call.now,
        personal_tenant_id=personal,
        mfa=tenant.mfa,
    )
    _take_over(user, body)
    world.users[user.id] = user
    return Reply.of(200, user_row(user))


def _check_new_login(world: AcronisWorld, login: str, but: str = "") -> None:
    if not _LOGIN.fullmatch(login):
        raise bad_request("The login is not acceptable", login=login)
    if _login_taken(world, login, but):
        raise conflict("The login is taken", login=login)


def _take_over(user: User, body: dict[str, Any]) -> None:
    for key in ("enabled", "language", "business_types", "notifications"):
        if key in body:
            setattr(user, key, body[key])
    for key in ("idp_id", "external_id", "origin_id", "origin_external_id", "disable_after"):
        if key in body:
            user.extra[key] = body[key]


@ROUTES.add("GET", "/users/{user_id}", query={"allow_deleted": flag})
def get_user(call: Call) -> Reply:
    return Reply.of(200, user_row(_user(call, deleted=call.query.get("allow_deleted", False))))


@ROUTES.add("PUT", "/users/{user_id}", body=bodies.USER_PUT)
def change_user(call: Call) -> Reply:
    user, body = _user(call), call.body
    check_version(body["version"], user.version)
    if "login" in body:
        _check_new_login(call.world, body["login"], but=user.id)
        user.login = body["login"]
    if "contact" in body:
        user.contact = {**user.contact, **body["contact"]}
    _take_over(user, body)
    _touch(user, call.now)
    return Reply.of(200, user_row(user))


def _touch(user: User, now: datetime) -> None:
    user.version += 1
    user.updated_at = now


@ROUTES.add("DELETE", "/users/{user_id}", query={"version": whole}, required="version")
def delete_user(call: Call) -> Reply:
    user = _user(call)
    check_version(call.query["version"], user.version)
    if user.enabled:
        raise bad_request("The user is enabled", id=user.id)
    _touch(user, call.now)
    user.deleted_at = call.now
    return Reply.empty()


@ROUTES.add("POST", "/users/{user_id}/restore", query={"force": flag, "enable": flag})
def restore_user(call: Call) -> Reply:
    user = _user(call, deleted=True)
    if user.deleted_at is None:
        raise conflict("The user is not deleted")
    if _login_taken(call.world, user.login, but=user.id):
        if not call.query.get("force", False):
            raise conflict("The login is taken", login=user.login)
        user.login = f"restored.{user.login}"
    user.deleted_at = None
    user.enabled = call.query.get("enable", False)
    _touch(user, call.now)
    return Reply.empty()


@ROUTES.add("POST", "/users/{user_id}/send-activation-email")
def send_activation_email(call: Call) -> Reply:
    """Queued, to the address of the contact; tests read `/__control/mails`."""
    user = _user(call)
    if user.activated or not user.contact.get("email"):
        raise bad_request("The user is active or has no e-mail address", id=user.id)
    mail = {"user_id": user.id, "to": user.contact["email"], "sent_at": call.now.isoformat()}
    call.world.mails.append(mail)
    return Reply.empty()


@ROUTES.add("POST", "/users/{user_id}/password", body=bodies.PASSWORD)
def set_password(call: Call) -> Reply:
    """Activates without mail. The password itself is kept nowhere."""
    user = _user(call)
    if not call.body["password"]:
        raise bad_request("The password is empty")
    user.activated = True
    _touch(user, call.now)
    return Reply.empty()


@ROUTES.add("GET", "/users/{user_id}/access_policies", query={"includeUserGroupPolicies": flag})
def list_policies(call: Call) -> Reply:
    return _policies(call, _user(call))


def _policies(call: Call, user: User) -> Reply:
    answer = {
        "timestamp": stamps.plain(call.now),
        "items": user.policies,
        "paging": {"cursors": {}},
    }
    return Reply.of(200, answer)


_ROLE_KINDS = {
    "partner_admin": ("partner", "folder"),
    "company_admin": ("customer",),
    "unit_admin": ("unit",),
}
_NIL = "00000000-0000-0000-0000-000000000000"


@ROUTES.add("PUT", "/users/{user_id}/access_policies", body=bodies.POLICIES_PUT)
def put_policies(call: Call) -> Reply:
    """Replaces all roles of the user."""
    user = _user(call)
    rows = call.body["items"]
    for row in rows:
        _check_policy(call, user, row)
    kept = {policy["id"]: policy for policy in user.policies}
    user.policies = [_policy(call, kept.get(row.get("id", _NIL)), row) for row in rows]
    return _policies(call, user)


def _check_policy(call: Call, user: User, row: dict[str, Any]) -> None:
    full = {"id", "issuer_id", "version"}
    if call.world.switches.policies_need_full_rows and not full <= row.keys():
        raise bad_request(f"Missing: {', '.join(sorted(full - row.keys()))}")
    if row["trustee_type"] != "user" or row["trustee_id"] != user.id:
        raise bad_request("The trustee is not the user", trustee_id=row["trustee_id"])
    tenant = _open_tenant(call, row["tenant_id"])
    kinds = _ROLE_KINDS.get(row["role_id"])
    if kinds is not None and tenant.kind not in kinds:
        raise bad_request(f"No {row['role_id']} in a {tenant.kind}", role_id=row["role_id"])
    for policy in user.policies:
        if policy["id"] == row.get("id"):
            check_version(row.get("version"), policy["version"])


def _policy(call: Call, before: dict[str, Any] | None, row: dict[str, Any]) -> dict[str, Any]:
    now = stamps.plain(call.now)
    return row | {
        "id": call.world.new_id("policy") if before is None else before["id"],
        "version": call.world.stamp(0 if before is None else before["version"]),
        "created_at": now if before is None else before["created_at"],
        "updated_at": now,
        "deleted_at": None,
        "issuer_id": call.world.client_id,
        "resource_server_id": row.get("resource_server_id"),
        "resource_namespace": row.get("resource_namespace"),
        "resource_path": row.get("resource_path"),
    }


@ROUTES.add(
    "GET",
    "/tenants/{tenant_id}/users",
    query={"include_grand_children": flag, "include_hidden": flag, "order": text, "allow_deleted": flag},
)
def users_of_tenant(call: Call) -> Reply:
    tenant = _open_tenant(call, call.path["tenant_id"])
    below = call.world.subtree(tenant.id) if call.query.get("include_grand_children") else [tenant]
    inside = {one.id for one in below if not call.world.hidden(one)}
    deleted = call.query.get("allow_deleted", False)
    found = [
        user
        for user in call.world.users.values()
        if user.tenant_id in inside and (deleted or user.deleted_at is None)
    ]
    return Reply.of(200, {"items": [user.id for user in sorted(found, key=lambda user: user.login)]})


@ROUTES.add(
    "GET",
    "/users",
    query={
        "uuids": comma_list(identity, at_most=100),
        "origin_id": text,
        "external_ids": comma_list(text, at_most=100),
        "tenant_id": identity,
        "subtree_root_tenant_id": identity,
        "updated_since": moment,
        "limit": positive,
        "after": text,
        "lod": one_of("stamps", "basic", "full"),
        "with_access_policies": flag,
        "allow_deleted": flag,
        "inside_organization": flag,
        "access_policies": comma_list(text),
        "tenant_kinds": comma_list(text),
        "target_tenant_id": identity,
    },
)
def list_users(call: Call) -> Reply:
    asked, start = _asked(call)
    found = [user for user in _in_reach(call, asked) if all(test(user) for test in _tests(asked))]
    limit = asked.get("limit", DEFAULT_LIMIT)
    page = found[start : start + limit]
    answer: dict[str, Any] = {
        "timestamp": stamps.plain(call.now),
        "items": [_listed(user, asked) for user in page],
        "paging": {"cursors": {}},
    }
    if start + limit < len(found):
        answer["paging"]["cursors"]["after"] = cursor({"asked": asked, "start": start + limit})
    return Reply.of(200, answer)


def _asked(call: Call) -> tuple[dict[str, Any], int]:
    """Users are kept in the order of their creation, so a number is a lasting place."""
    if "after" in call.query:
        kept = open_cursor(call.query["after"])
        if not isinstance(kept.get("start"), int) or "asked" not in kept:
            raise bad_request("Wrong cursor", parameter="after")
        return kept["asked"], kept["start"]
    asked = dict(call.query)
    if "updated_since" in asked:
        asked["updated_since"] = stamps.plain(asked["updated_since"])
    return asked, 0


def _in_reach(call: Call, asked: dict[str, Any]) -> Iterable[User]:
    world = call.world
    if "subtree_root_tenant_id" in asked:
        tenants = world.subtree(call.tenant(asked["subtree_root_tenant_id"]).id)
    elif "tenant_id" in asked:
        tenants = [call.tenant(asked["tenant_id"])]
    else:
        tenants = world.subtree(world.root_id)
    inside = {tenant.id for tenant in tenants if not world.hidden(tenant)}
    if "tenant_kinds" in asked:
        inside = {one for one in inside if world.tenants[one].kind in asked["tenant_kinds"]}
    return (user for user in world.users.values() if user.tenant_id in inside)


def _tests(asked: dict[str, Any]) -> list[Callable[[User], bool]]:
    tests: list[Callable[[User], bool]] = []
    if not asked.get("allow_deleted", False):
        tests.append(lambda user: user.deleted_at is None)
    if "uuids" in asked:
        tests.append(lambda user: user.id in asked["uuids"])
    if "external_ids" in asked:
        tests.append(lambda user: user.extra.get("external_id") in asked["external_ids"])
    if "origin_id" in asked:
        tests.append(lambda user: user.extra.get("origin_id") == asked["origin_id"])
    if "updated_since" in asked:
        tests.append(lambda user: stamps.plain(user.updated_at) >= asked["updated_since"])
    if "access_policies" in asked:
        wanted = set(asked["access_policies"])
        tests.append(lambda user: any(policy["role_id"] in wanted for policy in user.policies))
    if "target_tenant_id" in asked:
        target = asked["target_tenant_id"]
        tests.append(lambda user: any(policy["tenant_id"] == target for policy in user.policies))
    return tests


def _listed(user: User, asked: dict[str, Any]) -> dict[str, Any]:
    row, detail = user_row(user), asked.get("lod", "full")
    if detail != "full":
        keys = _STAMP_KEYS if detail == "stamps" else (*_STAMP_KEYS, "login", "enabled", "activated")
        row = {key: row[key] for key in keys}
    return row | ({"access_policies": user.policies} if asked.get("with_access_policies") else {})
