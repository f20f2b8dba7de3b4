"""Names and refusals reach the shell as their owners wrote them, whatever signs are in them."""

import pytest
from typer.testing import CliRunner, Result

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE, POST

BRACKETED = "Meadow [/Dental] :smile: [red]"


def _firm(firms: Firms) -> Sale:
    return firms.sale(BRACKETED, units=10, used=12)


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> tuple[Journey, Sale]:
    journey, firm = open_shop(_firm, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")
    return journey, firm


def _shell(*words: str, code: int = Exit.DONE) -> Result:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
    return done


def test_a_name_with_brackets_is_shown_whole_by_every_command(shop: tuple[Journey, Sale]) -> None:
    """Brackets were taken for colours: names were cut, and a closing one ended a running bridge."""
    for words in (("plan",), ("sync",), ("drift",), ("explain", "Meadow", "Workstation")):
        assert BRACKETED in _shell(*words).stdout, words
    for words in (("customers", "list"), ("customers", "suggest"), ("customers", "names")):
        _shell(*words)
    assert BRACKETED in _shell("customers", "list").stdout


def test_a_refusal_with_brackets_is_told_unshortened(shop: tuple[Journey, Sale]) -> None:
    """ERR-21: Autotask's own text, of which no part is taken for a colour."""
    journey, _ = shop
    said = "You do not have permission to change value [12] of [/contractID]"
    journey.vendors.faults.add("refuse", **POST, text=said)
    _shell("plan")

    shown = _shell("apply", "--release-all", "--yes", code=Exit.STEP_FAILED)

    assert said in " ".join(shown.stdout.split())


def test_what_was_typed_is_said_back_as_it_was_typed(shop: tuple[Journey, Sale]) -> None:
    shown = _shell("sync", "--company", "[/x] [b]", code=Exit.WRONG_INPUT)
    assert "'[/x] [b]'" in shown.stderr

    _, firm = shop
    _shell("leaving", "--exempt", f"{firm.customer.company_id}", "--reason", "a friend [/of] ours")
    assert "a friend [/of] ours" in _shell("leaving").stdout
