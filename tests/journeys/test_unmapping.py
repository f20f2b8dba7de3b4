"""Customers unmapped from a shell, and the lines that stay (ACR-ORG-05, R33)."""

from pathlib import Path

import yaml

from psabridge.jobs.exits import Exit
from tests.journeys.customer_shop import Shop, mapping_of, shop
from tests.journeys.journey import codes
from tests.journeys.test_command_line import Shell, shell

__all__ = ["shell", "shop"]


def test_unmapping_first_says_what_stays_and_then_leaves_everything(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-05, R33, ERR-23: units, quotas and tickets stay; left lines are listed until decided."""
    journey, cast = shop
    journey.settle()
    written = journey.written()

    asked = shell.json("customers", "unmap", "Meadow")
    still = mapping_of(journey)
    shown = shell.run("customers", "unmap", "Meadow", "--yes")

    assert still == {cast.mapped.tenant: cast.mapped.customer.company_id}
    assert [(one["units"], one["monthly"]["amount"]) for one in asked["stays"][0]["lines"]] == [
        (12, "54.00"),
        (3, "66.00"),
    ]
    assert asked["rows"] == []
    assert "ERR-23" in shown
    assert "120.00 a month" in shown
    assert mapping_of(journey) == {}
    journey.use(cast.mapped, 20)
    journey.settle()
    assert (journey.units(cast.mapped.line), journey.written()) == (12, written)

    left = shell.json("customers", "list")["left"]
    assert [line["units"] for line in left] == [12, 3]
    assert "Billed, no longer measured" in shell.run("customers", "list")
    assert "R33" in codes(journey.plan().plan.findings)
    shell.run("customers", "leave", left[0]["line"], left[1]["line"])
    assert "R33" not in codes(journey.plan().plan.findings)
    shell.run("customers", "leave", left[0]["line"], code=Exit.WRONG_INPUT)


def test_left_lines_outlive_an_older_configuration_file(shop: Shop, shell: Shell, tmp_path: Path) -> None:
    """R33: a file does not decide about them, and brings them back where the database was lost."""
    journey, _ = shop
    old = tmp_path / "old.yaml"
    shell.run("config", "export", str(old))
    shell.run("customers", "unmap", "Meadow", "--yes")
    new = tmp_path / "new.yaml"
    shell.run("config", "export", str(new))
    document = yaml.safe_load(old.read_text())
    del document["pairings"]["acronis-autotask"]["left_lines"]
    document["pairings"]["acronis-autotask"]["customers"] = []
    old.write_text(yaml.safe_dump(document))

    shell.run("config", "import", str(old))

    assert len(journey.settings.left_lines) == 2
    assert shell.json("config", "import", str(new))["changed"] == []


def test_names_that_lead_nowhere_are_told_and_the_others_unmapped(shop: Shop, shell: Shell) -> None:
    """ACR-ORG-04."""
    journey, cast = shop

    told = shell.json(
        "customers", "unmap", "Meadow", "Nobody", f"{cast.same[0]}", "--yes", code=Exit.STEP_FAILED
    )

    assert [row["became"] for row in told["rows"]] == ["unmapped", "refused", "refused"]
    assert told["rows"][2]["code"] == "ERR-23"
    assert mapping_of(journey) == {}
