"""Words at the shell that cannot be meant are refused with what would be right, and change nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE


@pytest.fixture
def journey(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Journey:
    journey, _ = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "300")
    return journey


def _refused(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, SystemExit), f"{words}: {done.exception!r}"
    assert done.exit_code == Exit.WRONG_INPUT, f"{words}: {done.output}"
    return done.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("tickets map BackupFailed --due-after 99999999999999", "--due-after"),
        ("tickets map BackupFailed --clear colour", "colour is no field of a ticket: say one of queue"),
        ("tickets set --reopen-days 99999999999", "--reopen-days"),
        ("tickets set --storm-minutes 99999999999", "--storm-minutes"),
        ("tickets mute 1 --reason=", "say why"),
        ("tickets mute 1 --reason moves --until 2020-01-01", "2020-01-01 00:00 UTC is over already"),
        ("leaving --reason friends", "name it with --exempt"),
        ("services suggest --billing-code -1 --period-type 1", "--billing-code"),
        ("sync --every 3", "go with --keep-going"),
        ("sync --tickets-every 30", "go with --keep-going"),
        ("prove --replay nowhere.json", "nowhere.json is neither a seed nor a file"),
        ("config export /nowhere/at/all.yaml", "the file /nowhere/at/all.yaml: cannot be written"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_would_be_right(
    journey: Journey, words: str, told: str
) -> None:
    """They ended with a traceback, were passed over in silence, or were kept and could not be read again."""
    before = journey.settings

    assert told in _refused(*words.split())

    assert journey.settings == before


def test_a_file_of_rows_without_its_columns_is_refused(journey: Journey, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("company,tenant\n1,2\n")

    assert "lacks the columns company_id and tenant_id" in _refused("customers", "map", "--file", str(file))


def test_a_file_that_is_no_text_is_no_configuration(journey: Journey, tmp_path: Path) -> None:
    file = tmp_path / "bridge.yaml"
    file.write_bytes(b"\xff\xfe\x00psabridge")

    assert "is no text in UTF-8" in _refused("config", "import", str(file))
