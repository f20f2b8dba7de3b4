"""Two pairings on one Autotask: who may write a line, and which one a command is for (R27)."""

from pathlib import Path

import pytest
import yaml

from psabridge.jobs.exits import Exit
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_command_line import Shell
from tests.journeys.test_lost_answers import LOOSE

OBSERVES = {"modes": {"billing": "observe", "provisioning": "observe"}}


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Journey, Sale, Shell]:
    """A second pairing looks at what the first one bills."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")
    document = yaml.safe_load(journey.text)
    first = document["pairings"]["acronis-autotask"]
    document["pairings"]["other"] = {**first, **OBSERVES}
    file = tmp_path / "two.yaml"
    file.write_text(yaml.safe_dump(document))
    shell = Shell()
    shell.run("config", "import", str(file))
    return journey, firm, shell


def test_a_line_of_another_pairing_is_named_as_people_know_it(shop: tuple[Journey, Sale, Shell]) -> None:
    """R27: the claim is refused with names, not with the line's number."""
    journey, firm, shell = shop
    before = journey.units(firm.line)
    journey.use(firm, 15)

    found = [one for one in shell.json("sync", "--pairing", "other")["findings"] if one["code"] == "R27"]

    assert len(found) == 2
    [told] = [one for one in found if "Meadow Dental" in one["subject"]]
    assert "Workstation backup" in told["subject"]
    assert "acronis-autotask" in told["problem"]
    assert journey.units(firm.line) == before


def test_of_several_pairings_one_has_to_be_named(shop: tuple[Journey, Sale, Shell]) -> None:
    """It was told to import a configuration."""
    _, _, shell = shop

    told = shell.json("plan", code=Exit.WRONG_INPUT)

    assert "acronis-autotask, other" in told["problem"]
    assert "--pairing" in told["next_act"]
