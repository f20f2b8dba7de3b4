"""What is looked for by name may be on its way: it is not made twice (design section 7, protocol 2.1)."""

from datetime import timedelta

import pytest

from psabridge_emulators.autotask.database import ReadLag
from psabridge_emulators.frame.faults import FaultRule
from tests.proof.month import NEW_SERVICE, Month
from tests.proof.product import Product


def _late(month: Month, entity: str) -> None:
    """The next creation is answered by a reset and arrives after 40 minutes."""
    rule = {"kind": "hold", "method": "POST", "path": f"/{entity}$", "seconds": 2400}
    month.emulation.faults.add(FaultRule.read(rule))


def _without_field(month: Month) -> None:
    for entity in ("UserDefinedFieldListItems", "UserDefinedFieldDefinitions"):
        for row in list(month.autotask.database[entity].all()):
            month.autotask.database.delete(entity, row["id"])


def _names(month: Month, entity: str, name: str) -> list[str]:
    return [row[name] for row in month.autotask.database[entity].all()]


@pytest.mark.parametrize("is_restarted", [False, True], ids=["by the same process", "by the next process"])
def test_a_service_whose_creation_is_still_on_its_way_is_not_made_twice(
    month: Month, product: Product, *, is_restarted: bool
) -> None:
    month.begin(0)
    _late(month, "Services")
    report = product.cycle()
    product.approve(report)
    if is_restarted:
        product.start()

    product.until_quiet()
    month.advance(hours=1)
    product.until_quiet()

    assert _names(month, "Services", "name").count(NEW_SERVICE) == 1


@pytest.mark.parametrize("is_restarted", [False, True], ids=["by the same process", "by the next process"])
def test_a_service_that_was_made_and_is_shown_late_is_not_made_twice(
    month: Month, product: Product, *, is_restarted: bool
) -> None:
    """D19: it is looked for by name, and reads are 25 minutes behind."""
    month.begin(0)
    month.autotask.database.set_lag("Services", ReadLag(timedelta(minutes=25)))
    product.approve(product.cycle())
    if is_restarted:
        product.start()
    month.advance(minutes=11)

    product.until_quiet()

    assert _names(month, "Services", "name").count(NEW_SERVICE) == 1


def test_a_service_whose_creation_never_arrived_is_made_an_hour_later(month: Month, product: Product) -> None:
    month.begin(0)
    month.emulation.faults.add(
        FaultRule.read({"kind": "reset_before", "method": "POST", "path": "/Services$"})
    )
    product.approve(product.cycle())
    before = month.emulation.now
    assert NEW_SERVICE not in _names(month, "Services", "name")

    product.until_quiet()

    assert _names(month, "Services", "name").count(NEW_SERVICE) == 1
    assert (month.emulation.now - before).total_seconds() >= 3600


def test_the_field_whose_creation_is_still_on_its_way_is_not_made_twice(
    month: Month, product: Product
) -> None:
    _without_field(month)
    month.begin(0)
    _late(month, "UserDefinedFieldDefinitions")
    product.approve(product.cycle())
    product.start()

    product.until_quiet()
    month.advance(hours=1)
    product.until_quiet()

    assert len(_names(month, "UserDefinedFieldDefinitions", "name")) == 1
    assert sorted(_names(month, "UserDefinedFieldListItems", "valueForDisplay")) == ["No", "Yes"]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_field_whose_making_was_cut_off_between_two_calls_is_finished(
    month: Month, product: Product, lost: int
) -> None:
    """The field is there, and one option or none: without its end nothing could ever be written."""
    _without_field(month)
    month.begin(0)
    rule = {"kind": "reset_before", "method": "POST", "path": "/UserDefinedFieldListItems$", "nth": lost}
    month.emulation.faults.add(FaultRule.read(rule))
    product.approve(product.cycle())
    product.start()

    product.until_quiet()

    assert len(_names(month, "UserDefinedFieldDefinitions", "name")) == 1
    assert sorted(_names(month, "UserDefinedFieldListItems", "valueForDisplay")) == ["No", "Yes"]
