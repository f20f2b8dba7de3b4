"""Since when tenants are mapped goes out and comes in with the configuration (ACR-TKT-04)."""

from dataclasses import replace
from datetime import datetime, timedelta

import yaml

from psabridge.rules.tickets.deciding import switched
from psabridge.rules.tickets.settings import MappedSince
from psabridge.rules.words import TenantId
from psabridge.store.mapped_since import remember_mapped
from psabridge.store.models import CustomerRow, Pairing, ServiceRow
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import export_config, import_config
from tests.builders import NOW
from tests.databases import Database
from tests.wiring.config_cast import FILE, take_in

LATER = NOW + timedelta(days=30)
FIRST, SECOND = TenantId("t-1"), TenantId("t-2")


def a_store(database: Database) -> DatabasePairings:
    assert database.url
    store = DatabasePairings(Safe((new_key(),)))
    take_in(store, FILE)
    return store


def since(store: DatabasePairings) -> dict[TenantId, datetime]:
    kept = store.settings(store.by_name("main")).tickets.mapped_since
    return {one.tenant: one.since for one in kept}


def take_back(exported: str, store: DatabasePairings) -> tuple[str, ...]:
    return import_config(exported, store, who="pat", at=LATER).changed


def test_a_lost_database_takes_no_alert_for_one_from_before_the_mapping(database: Database) -> None:
    store = a_store(database)
    remember_mapped(store.by_name("main"), [FIRST, SECOND], NOW)
    exported = export_config(store)
    for table in (CustomerRow, ServiceRow, Pairing):
        table.objects.all().delete()
    take_back(exported, store)
    told = remember_mapped(store.by_name("main"), [FIRST, SECOND], LATER)
    assert told == (MappedSince(FIRST, NOW), MappedSince(SECOND, NOW))


def test_an_older_file_takes_no_time_away(database: Database) -> None:
    store = a_store(database)
    older = export_config(store)
    remember_mapped(store.by_name("main"), [FIRST], NOW)
    version = store.settings(store.by_name("main")).version
    assert take_back(older, store) == ()
    assert since(store) == {FIRST: NOW}
    assert store.settings(store.by_name("main")).version == version


def test_a_file_tells_of_tenants_that_are_not_known_yet(database: Database) -> None:
    store = a_store(database)
    pairing = store.by_name("main")
    remember_mapped(pairing, [FIRST, SECOND], NOW)
    exported = export_config(store)
    Pairing.objects.filter(pk=pairing).update(settings={})
    remember_mapped(pairing, [SECOND], LATER)
    assert take_back(exported, store) == ("main",)
    assert since(store) == {FIRST: NOW, SECOND: LATER}
    assert take_back(exported, store) == ()


def switched_on(store: DatabasePairings, at: datetime) -> None:
    """As `psabridge tickets on` keeps it."""
    settings = store.settings(store.by_name("main"))
    tickets = switched(settings.tickets, is_on=True, at=at)
    store.save_settings(replace(settings, tickets=tickets), who="pat", at=at, what="on", mapped_at=at)


def test_what_is_mapped_when_tickets_are_switched_on_counts_from_there(database: Database) -> None:
    """ACR-TKT-04: the first ticket cycle may come late; what is raised until then is not from before."""
    store = a_store(database)
    assert since(store) == {}
    switched_on(store, NOW)
    assert remember_mapped(store.by_name("main"), [FIRST, SECOND], LATER) == (
        MappedSince(FIRST, NOW),
        MappedSince(SECOND, NOW),
    )


def test_a_customer_that_a_file_adds_is_mapped_when_the_file_is_imported(database: Database) -> None:
    """ACR-TKT-04, and its former time is not brought back where it was unmapped meanwhile."""
    store = a_store(database)
    switched_on(store, NOW)
    exported = export_config(store)
    CustomerRow.objects.filter(tenant=SECOND).delete()
    remember_mapped(store.by_name("main"), [FIRST], NOW)
    plain = yaml.safe_load(exported)
    del plain["pairings"]["main"]["tickets"]["mapped_since"]
    take_back(yaml.safe_dump(plain), store)
    assert since(store) == {FIRST: NOW, SECOND: LATER}
