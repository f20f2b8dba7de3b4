"""Customers from a shell: listed, suggested and mapped against both vendors (ACR-ORG-01 to -07)."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer

from psabridge.jobs.exits import Exit
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.customer_shop import Cast, Shop, mapping_of, shop
from tests.journeys.journey import Journey, codes
from tests.journeys.test_command_line import Shell, shell
from tests.journeys.used_more import running, untouched

__all__ = ["shell", "shop"]


def test_mappings_made_under_another_partner_are_held_and_named(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-ORG-08: the connection's API client was exchanged for one of the firm above; a person maps anew."""
    journey, firm, other = running(open_shop)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    world = journey.vendors.acronis
    ours = world.root_id
    before = journey.acronis_writes()
    assert {row.partner for row in journey.settings.customers} == {ours}
    journey.vendors.do(lambda: setattr(world, "root_id", world.vendor_id))
    journey.start()

    report = journey.go()
    told = [one for one in report.findings if one.code == "ACR-ORG-08"]

    assert [one.subject.partition(",")[0] for one in told] == ["Meadow Dental", "Other & Sons"]
    assert all("'Partner'" in one.problem and "'Vendor'" in one.problem for one in told)
    assert untouched(journey, firm, other)
    assert journey.acronis_writes() == before
    listed = shell.json("customers", "list", "--mapped")
    assert listed["partner"] == world.vendor_id
    assert {cell["partner"] for row in listed["rows"] for cell in row["tenants"]} == {ours}
    assert "ACR-ORG-08: it was mapped under the partner Partner" in shell.run("customers", "list", "--csv")

    shell.run("customers", "map", f"{firm.customer.company_id}", firm.tenant)
    journey.go()
    assert journey.units(firm.line) == 15
    assert untouched(journey, other)


def test_a_list_made_under_another_partner_is_not_mapped_from(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell, tmp_path: Path
) -> None:
    """ACR-ORG-08: each row of the file says under whom it was made."""
    journey, *_ = running(open_shop)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    file = tmp_path / "customers.csv"
    file.write_text(shell.run("customers", "list", "--mapped", "--csv"))
    world = journey.vendors.acronis
    journey.vendors.do(lambda: setattr(world, "root_id", world.vendor_id))

    told = shell.json("customers", "map", "--file", str(file), code=Exit.STEP_FAILED)["rows"]

    assert {row["code"] for row in told} == {"ACR-ORG-08"}
    assert {row.partner for row in journey.settings.customers} != {world.vendor_id}


def test_companies_are_listed_with_their_tenants_and_narrowed(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-01, LIM-03, LIM-04: what is not mapped says so; what cannot be managed says why."""
    journey, cast = shop
    shown = shell.run("customers", "list")
    everything = shell.json("customers", "list")
    leads = shell.json("customers", "list", "--type", "Lead")
    mapped = shell.json("customers", "list", "--mapped")
    found = shell.json("customers", "list", "--unmapped", "--search", "roof")

    assert "Not mapped" in shown
    assert "ERR-06" in shown
    assert "Gone Bakery" not in shown
    assert [row["name"] for row in leads["rows"]] == ["Only A Prospect"]
    assert [row["name"] for row in mapped["rows"]] == ["Meadow Dental"]
    assert [row["id"] for row in found["rows"]] == [cast.same[0]]
    assert {one["name"] for one in everything["free"] if one["why_not"]} == {"Loner Plumbing"}
    assert everything["mapped"] == 1
    shell.run("customers", "list", "--type", "Nonsense", code=Exit.WRONG_INPUT)
    assert journey.written() == (0, 0)


def a_second_pairing(journey: Journey, cast: Cast, **modes: str) -> None:
    """The same two connections, and Harbour Roofing is its customer."""
    first = journey.document["pairings"]["acronis-autotask"]
    company, tenant = cast.same
    customers = [{"tenant": tenant, "company": company, "receives_quotas": True}]
    journey.document["pairings"]["East"] = {**first, "customers": customers, "services": [], "modes": modes}
    journey.take_in()


def test_what_another_pairing_bills_is_told_as_mapped_there_and_not_suggested(
    shop: Shop, shell: Shell
) -> None:
    """R31, ACR-ORG-01: mapping it here is refused, so nothing asks for it."""
    journey, cast = shop
    roofing = cast.same[1]
    here = ("--pairing", "acronis-autotask")
    before = journey.cycle(waits=False).plan
    a_second_pairing(journey, cast, billing="approve")

    after = journey.cycle(waits=False).plan
    suggested = shell.json("customers", "suggest", *here)
    listed = shell.json("customers", "list", *here)
    [refused] = shell.json("customers", "map", *map(str, cast.same), *here, code=Exit.STEP_FAILED)["rows"]

    assert after.completeness.tenants_unmapped == before.completeness.tenants_unmapped - 1
    [unmapped] = [one.problem for one in after.findings if one.code == "ACR-ORG-01"]
    [told] = [one.problem for one in after.findings if one.code == "R31"]
    assert "Harbour Roofing" not in unmapped
    assert told == "mapped in the pairing East, which bills for: 'Harbour Roofing Limited'"
    assert roofing not in {one["tenant"] for one in suggested["suggestions"]}
    assert suggested["elsewhere"] == {roofing: "East"}
    assert "1 tenant not suggested: mapped in the pairing East" in shell.run("customers", "suggest", *here)
    assert {one["id"] for one in listed["free"] if one["elsewhere"] == "East"} == {roofing}
    assert "mapped in the pairing East" in shell.run("customers", "list", *here)
    assert (refused["code"], "in the pairing East" in refused["text"]) == ("R31", True)


def test_what_another_pairing_only_observes_is_unmapped_and_suggested(shop: Shop, shell: Shell) -> None:
    """R31: nobody is billed by it."""
    journey, cast = shop
    a_second_pairing(journey, cast)

    suggested = shell.json("customers", "suggest", "--pairing", "acronis-autotask")

    assert "R31" not in codes(journey.cycle(waits=False).findings)
    assert cast.same[1] in {one["tenant"] for one in suggested["suggestions"]}
    assert suggested["elsewhere"] == {}


def test_who_only_observes_may_be_suggested_what_another_pairing_bills(shop: Shop, shell: Shell) -> None:
    """R31, R43: a pairing that is to follow another is mapped beside it, before it writes."""
    journey, cast = shop
    a_second_pairing(journey, cast, billing="automatic")
    journey.modes("observe")

    suggested = shell.json("customers", "suggest", "--pairing", "acronis-autotask")

    assert "R31" in codes(journey.cycle(waits=False).findings)
    assert cast.same[1] in {one["tenant"] for one in suggested["suggestions"]}


def test_the_mode_of_a_tenant_stands_beside_it_with_its_dates(shop: Shop, shell: Shell) -> None:
    """ACR-PRV-10, R35: what Acronis tells of a trial is shown; its end is never worked out."""
    journey, cast = shop
    acronis, tenant = journey.vendors.acronis, cast.mapped.tenant
    made = acronis.tenants[tenant].created_at.date()

    def modes() -> tuple[str, str]:
        found = shell.json("customers", "list", "--search", "Meadow")["rows"][0]["tenants"][0]["mode"]
        free = shell.json("customers", "list", "--search", "Roofing Limited")["free"][0]["mode"]
        return found, free

    assert modes() == ("", "")
    journey.vendors.do(lambda: acronis.set_mode(acronis.tenants[tenant], "trial", acronis.now))
    journey.vendors.do(lambda: acronis.set_mode(acronis.tenants[cast.same[1]], "suspended", acronis.now))

    assert modes() == (f"in trial, made on {made}", f"suspended, made on {made}")
    assert "in trial" in shell.run("customers", "list")
    journey.go_to(date(2026, 5, 1))
    assert modes()[0] == ""


def test_a_mapped_company_that_became_inactive_is_still_listed(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-01: a mapping never becomes invisible."""
    journey, cast = shop
    company = cast.mapped.customer.company_id
    journey.vendors.do(lambda: journey.vendors.autotask.database.change("Companies", company, isActive=False))

    [row] = shell.json("customers", "list", "--mapped")["rows"]

    assert (row["name"], row["is_active"]) == ("Meadow Dental", False)


def test_a_normal_cycle_makes_no_call_for_lists(shop: Shop, shell: Shell) -> None:
    """What is listed is read on demand alone."""
    journey, _ = shop
    journey.settle()
    before = journey.cycle(waits=False).calls
    shell.run("customers", "suggest")

    assert journey.cycle(waits=False).calls == before


def test_suggestions_name_their_reasons_and_bulk_accept_leaves_ties(shop: Shop, shell: Shell) -> None:
    """R63: sure ones are mapped when asked, each told; a tie, a likely one and ERR-06 are left alone."""
    journey, cast = shop
    looked = shell.json("customers", "suggest")
    untouched = mapping_of(journey)
    not_asked = shell.json("customers", "suggest", "--accept", "sure")
    done = shell.json("customers", "suggest", "--accept", "sure", "--yes")

    by_company: dict[int, list[Any]] = {}
    for one in looked["suggestions"]:
        by_company.setdefault(one["company"], []).append(one)
    assert by_company[cast.same[0]][0]["confidence"] == "sure"
    assert by_company[cast.umlaut[0]][0]["confidence"] == "sure"
    assert {one["confidence"] for one in by_company[cast.twins[0]]} == {"likely"}
    assert all(one["rivals"] for one in by_company[cast.twins[0]])
    assert cast.selfish[0] not in by_company
    [by_domain] = [one for one in looked["suggestions"] if "stern.example" in " ".join(one["reasons"])]
    assert by_domain["confidence"] == "likely"
    assert len(untouched) == 1
    assert not_asked["rows"] == []
    assert {row["became"] for row in done["rows"]} == {"mapped"}
    assert mapping_of(journey) == untouched | {cast.same[1]: cast.same[0], cast.umlaut[1]: cast.umlaut[0]}
    assert shell.json("customers", "suggest", "--accept", "sure", "--yes")["rows"] == []


def test_a_person_who_says_no_changes_nothing(
    shop: Shop, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey, cast = shop
    monkeypatch.setattr("typer.confirm", _no)

    shown = shell.run("customers", "suggest", "--accept", "likely", code=1)
    shell.run("customers", "unmap", "Meadow", code=1)

    assert "Harbour Roofing" in shown
    assert mapping_of(journey) == {cast.mapped.tenant: cast.mapped.customer.company_id}


def _no(_: str, *, abort: bool) -> bool:
    raise typer.Abort


def test_changes_given_together_are_carried_out_one_by_one(shop: Shop, shell: Shell, tmp_path: Path) -> None:
    """ACR-ORG-04: a bad row is told, and undoes no other; each is noted with who made it."""
    journey, cast = shop
    file = tmp_path / "rows.csv"
    rows = [
        (cast.same[0], cast.same[1]),
        (cast.selfish[0], cast.selfish[1]),  # ERR-06
        (cast.umlaut[0], cast.umlaut[1]),
        (cast.prospect, cast.mapped.tenant),  # R31: it is another company's
        (cast.inactive, cast.twins[1]),  # R38
        (cast.twins[0], ""),  # says nothing
        (cast.mapped.customer.company_id, cast.mapped.tenant),  # stands already
    ]
    file.write_text("company_id,tenant_id\n" + "".join(f"{one},{other}\n" for one, other in rows))

    told = shell.json("customers", "map", "--file", str(file), code=Exit.STEP_FAILED)["rows"]

    assert [(row["became"], row["code"]) for row in told] == [
        ("mapped", None),
        ("refused", "ERR-06"),
        ("mapped", None),
        ("refused", "R31"),
        ("refused", "R38"),
        ("was mapped already", None),
    ]
    assert len(mapping_of(journey)) == 3
    made = AuditEntry.objects.filter(what="customer mapped")
    assert [(entry.who != "", entry.subject) for entry in made] == [
        (True, f"acronis-autotask: company {cast.same[0]}"),
        (True, f"acronis-autotask: company {cast.umlaut[0]}"),
    ]


def test_the_exported_list_can_be_filled_in_and_taken_back(shop: Shop, shell: Shell, tmp_path: Path) -> None:
    journey, cast = shop
    rows = list(csv.DictReader(io.StringIO(shell.run("customers", "list", "--csv"))))
    for row in rows:
        if row["company_id"] == f"{cast.same[0]}":
            row["tenant_id"] = cast.same[1]
    file = tmp_path / "customers.csv"
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    shell.run("customers", "map", "--file", str(file))

    assert mapping_of(journey)[cast.same[1]] == cast.same[0]
    assert len(mapping_of(journey)) == 2


def test_a_mapped_customer_is_billed_from_the_next_cycle_on(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-02: the world follows a mapping that was made by a command."""
    journey, cast = shop
    shell.run("customers", "unmap", "Meadow Dental", "--yes")
    journey.settle()
    assert journey.units(cast.mapped.line) == 10
    shell.run("customers", "map", "Meadow Dental", cast.mapped.tenant)

    journey.settle()

    assert journey.units(cast.mapped.line) == 12


def test_a_rename_is_told_until_its_name_is_taken_over(shop: Shop, shell: Shell) -> None:
    """R38: a light finding with "take over"; the customer is billed as before."""
    journey, cast = shop
    shell.run("customers", "map", f"{cast.same[0]}", cast.same[1])
    assert shell.json("customers", "names")["renamed"] == []
    journey.vendors.do(
        lambda: journey.vendors.autotask.database.change(
            "Companies", cast.same[0], companyName="Anchor Roofs"
        )
    )

    told = [one for one in shell.json("plan")["findings"] if one["code"] == "R38"]
    renamed = shell.json("customers", "names")["renamed"]

    assert ["Harbour Roofing Ltd" in one["problem"] for one in told] == [True]
    assert [(one["before"], one["now"]) for one in renamed] == [("Harbour Roofing Ltd", "Anchor Roofs")]
    assert "R38" not in {one["code"] for one in shell.json("plan")["findings"]}


def test_one_customer_alone_can_be_synchronized(shop: Shop, shell: Shell) -> None:
    """TIM-02: on request, for one customer or for all."""
    journey, cast = shop
    shell.run("customers", "map", f"{cast.same[0]}", cast.same[1])
    number = shell.json("plan")["plan"]
    assert number

    other = shell.json("sync", "--company", "Harbour")
    assert {one["code"] for one in other["outcomes"]} == {"TIM-02"}
    shell.run("apply", "--release-all", "--yes")
    journey.use(cast.mapped, 14)
    journey.advance(days=1)
    shell.run("sync", "--company", "Harbour")
    assert journey.units(cast.mapped.line) == 12
    shell.run("sync", "--company", "meadow")

    assert journey.units(cast.mapped.line) == 14
    shell.run("sync", "--company", "Nobody", code=Exit.WRONG_INPUT)
    shell.run("sync", "--company", "Meadow", "--keep-going", code=Exit.WRONG_INPUT)


def test_several_tenants_need_a_word_and_one_receives_the_quotas(shop: Shop, shell: Shell) -> None:
    """R31."""
    journey, cast = shop
    company = f"{cast.mapped.customer.company_id}"

    refused = shell.json("customers", "map", company, cast.same[1], code=Exit.STEP_FAILED)
    shell.run("customers", "map", company, cast.same[1], "--receiver", cast.same[1], "--yes")

    assert refused["rows"][0]["code"] == "R31"
    receivers = {row.tenant: row.receives_quotas for row in journey.settings.customers}
    assert receivers == {cast.mapped.tenant: False, cast.same[1]: True}


def test_a_sub_partner_can_be_mapped_and_warns_of_its_mapped_customers(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-07: usage is reported twice, which is allowed and told."""
    journey, cast = shop
    shell.run("customers", "map", f"{cast.same[0]}", cast.below)

    [row] = shell.json("customers", "map", f"{cast.umlaut[0]}", cast.partner)["rows"]

    assert row["became"] == "mapped"
    assert "Below South is mapped as well" in row["text"]
    assert "ACR-ORG-07" in codes(journey.plan().plan.findings)


def test_wrong_words_are_refused_before_anything_is_read(shop: Shop, shell: Shell, tmp_path: Path) -> None:
    journey, cast = shop
    file = tmp_path / "rows.csv"
    file.write_text("one,other\n1,2\n")

    shell.run("customers", "map", code=Exit.WRONG_INPUT)
    shell.run("customers", "map", "Meadow", "a", "--receiver", "b", code=Exit.WRONG_INPUT)
    shell.run("customers", "map", "Meadow", "a", "--file", str(file), code=Exit.WRONG_INPUT)
    shell.run("customers", "list", "--mapped", "--unmapped", code=Exit.WRONG_INPUT)
    shell.run("customers", "leave", "twelve", code=Exit.WRONG_INPUT)
    shell.run("customers", "unmap", "A", "B", "--tenant", "c", code=Exit.WRONG_INPUT)

    assert mapping_of(journey) == {cast.mapped.tenant: cast.mapped.customer.company_id}
