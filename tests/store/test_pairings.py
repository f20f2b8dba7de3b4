"""Connections, pairings and what was decided for them; secrets are sealed wherever they lie."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from psabridge.rules.settings import CustomerMapping, PairingSettings, ServiceMapping
from psabridge.rules.words import CompanyId, Mode, PairingId, ServiceId, TenantId, WorkKind
from psabridge.store.models import AuditEntry, CustomerRow, ServiceRow
from psabridge.store.pairings import NoSuchPairing
from psabridge.store.secrets import Safe, SecretUnreadable, new_key
from tests.builders import NOW, a_customer, a_mapping_row, line_id
from tests.builders import settings as some_settings
from tests.databases import Database
from tests.store.cast import KEY, SECRET, a_pairing, pairings


def decided(pairing: PairingId, **changes: object) -> PairingSettings:
    kept = pairings().settings(pairing)
    full = some_settings(a_mapping_row("pw_base_servers", None, free=True), a_mapping_row())
    same = {"pairing": pairing, "name": kept.name, "version": kept.version, "zone": kept.zone}
    return replace(full, **{**same, **changes})


def test_a_new_pairing_observes_and_maps_nothing(database: Database) -> None:
    """Design section 6: a new pairing starts in observe."""
    kept = pairings().settings(a_pairing())

    assert set(kept.modes.values()) == {Mode.OBSERVE}
    assert (kept.customers, kept.services, kept.version) == ((), (), 1)
    assert str(kept.zone) == "Europe/Berlin"


def test_what_was_decided_reads_back_with_a_new_version(database: Database) -> None:
    """W12: a plan made under other settings is recognised by the version."""
    pairing = a_pairing()
    wanted = decided(pairing, never_write=frozenset({line_id(7)}), free_on_purpose=frozenset({ServiceId(3)}))
    saved = pairings().save_settings(wanted, who="pat", at=NOW, what="mapping changed")

    assert saved == replace(wanted, version=2)
    assert pairings().settings(pairing) == saved


def test_every_change_is_noted_with_who_made_it(database: Database) -> None:
    pairing = a_pairing()
    pairings().save_settings(decided(pairing), who="pat", at=NOW, what="mapping changed")
    pairings().never_write(decided(pairing), line_id(7), who="kim", at=NOW)

    noted = AuditEntry.objects.order_by("pk").values_list("who", "what", "subject", "at")
    assert list(noted) == [
        ("pat", "mapping changed", "acronis-autotask", NOW),
        ("kim", "never write line service:7", "acronis-autotask", NOW),
    ]
    assert pairings().settings(pairing).version == 3


def test_rows_that_are_gone_from_the_mapping_are_gone_from_the_store(database: Database) -> None:
    pairing = a_pairing()
    two = (a_customer(1, 1), a_customer(2, 1, receives_quotas=False))
    pairings().save_settings(decided(pairing, customers=two), who="pat", at=NOW, what="mapped")
    pairings().save_settings(decided(pairing, customers=(), services=()), who="pat", at=NOW, what="unmapped")

    assert not CustomerRow.objects.exists()
    assert not ServiceRow.objects.exists()


def test_a_mapping_that_cannot_be_kept_leaves_the_old_one(database: Database) -> None:
    """R31: one tenant has one company. All of it is kept, or nothing."""
    pairing = a_pairing()
    before = pairings().save_settings(decided(pairing), who="pat", at=NOW, what="mapped")
    twice = tuple(CustomerMapping(TenantId("t"), CompanyId(company)) for company in (1, 2))
    with pytest.raises(Exception, match=r"(?i)unique"):
        pairings().save_settings(decided(pairing, customers=twice), who="pat", at=NOW, what="mapped twice")

    assert pairings().settings(pairing) == before
    assert [entry.what for entry in AuditEntry.objects.all()] == ["mapped"]


def test_the_field_once_seen_is_remembered_without_a_new_version(database: Database) -> None:
    """R22: a fact, not a decision; plans made before it still hold."""
    pairing = a_pairing()
    before = pairings().save_settings(decided(pairing), who="pat", at=NOW, what="mapped")
    pairings().remember_definition(pairing, 29690001)

    assert pairings().settings(pairing) == replace(before, payg_definition_id=29690001)


def test_services_found_by_name_are_kept_as_their_ids(database: Database) -> None:
    """R45."""
    pairing = a_pairing()
    named = pairings().save_settings(decided(pairing), who="pat", at=NOW, what="mapped")
    found = replace(named, services=(ServiceMapping("pw_base_servers", service=ServiceId(77)),))
    kept = pairings().remember_services(found, NOW)

    assert pairings().settings(pairing) == kept
    assert kept.version == 3


def test_a_pairing_is_found_by_name_or_as_the_only_one(database: Database) -> None:
    with pytest.raises(NoSuchPairing, match="none yet"):
        pairings().by_name(None)
    first = a_pairing("first")

    assert pairings().by_name(None) == first
    second = a_pairing("second")
    assert pairings().by_name("second") == second
    with pytest.raises(NoSuchPairing, match="several: first, second"):
        pairings().by_name(None)
    with pytest.raises(NoSuchPairing, match="third"):
        pairings().by_name("third")


def test_a_mode_is_kept_per_kind_of_step(database: Database) -> None:
    pairing = a_pairing()
    modes = {WorkKind.BILLING: Mode.AUTOMATIC, WorkKind.PROVISIONING: Mode.APPROVE}
    pairings().save_settings(decided(pairing, modes=modes), who="pat", at=NOW, what="modes")

    assert pairings().settings(pairing).modes == modes


# ---- secrets


def test_secrets_open_for_who_has_the_key(database: Database) -> None:
    platform, psa = pairings().connections(a_pairing())

    assert (platform.secret, platform.tracking_identifier) == (SECRET, "")
    assert (psa.secret, psa.tracking_identifier) == (SECRET, "CODE")


def test_no_secret_stands_in_the_database_file(sqlite_database: Database) -> None:
    a_pairing()
    file = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    beside = [one for one in file.parent.iterdir() if one.name.startswith(file.name)]

    assert all(SECRET.encode() not in one.read_bytes() for one in beside)
    assert b"autotask.example" in file.read_bytes()


def test_no_secret_is_shown_by_printing(database: Database) -> None:
    platform, psa = pairings().connections(a_pairing())

    shown = f"{platform!r} {psa} {Safe((KEY,))!r} {pairings()!r}"
    assert SECRET not in shown
    assert "CODE" not in shown
    assert KEY not in shown


def test_a_new_key_in_front_opens_old_secrets_and_seals_new_ones(database: Database) -> None:
    """Rotation: put the new key first, enter or import secrets again, then take the old key away."""
    pairing, new = a_pairing(), new_key()

    assert pairings(new, KEY).connections(pairing)[1].secret == SECRET
    fields = {"name": "autotask of acronis-autotask", "kind": "autotask", "identity": "bridge"}
    pairings(new, KEY).keep_connection(
        {**fields, "address": "https://a.example"}, secret="changed", tracking="NEW"
    )
    platform_too = {**fields, "name": "acronis of acronis-autotask", "kind": "acronis"}
    pairings(new, KEY).keep_connection(
        {**platform_too, "address": "https://b.example"}, secret="too", tracking=None
    )
    assert pairings(new).connections(pairing)[1].secret == "changed"


def test_all_secrets_are_sealed_anew_with_the_newest_key(database: Database) -> None:
    pairing, new = a_pairing(), new_key()
    pairings(new, KEY).seal_anew(who="pat", at=NOW)

    platform, psa = pairings(new).connections(pairing)
    assert (platform.secret, psa.secret, psa.tracking_identifier) == (SECRET, SECRET, "CODE")
    with pytest.raises(SecretUnreadable):
        pairings(KEY).connections(pairing)


def test_the_wrong_key_is_named_as_such_and_shows_nothing(database: Database) -> None:
    pairing = a_pairing()
    with pytest.raises(SecretUnreadable, match="connection acronis of acronis-autotask") as caught:
        pairings(new_key()).connections(pairing)

    assert "key" in caught.value.next_act
    assert SECRET not in str(caught.value)


def test_a_secret_that_is_not_given_stays_as_it_was(database: Database) -> None:
    pairing = a_pairing()
    fields = {"name": "autotask of acronis-autotask", "kind": "autotask", "identity": "another"}
    pairings().keep_connection({**fields, "address": "https://a.example"}, secret=None, tracking=None)

    _, psa = pairings().connections(pairing)
    assert (psa.identity, psa.secret, psa.tracking_identifier) == ("another", SECRET, "CODE")
