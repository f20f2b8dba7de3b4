"""A connection to Autotask needs its tracking identifier from the start (ERR-05, R41)."""

from datetime import UTC, datetime

import pytest

from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, import_config

AT = datetime(2026, 3, 10, tzinfo=UTC)
FILE = """
psabridge: 1
connections:
  autotask:
    kind: autotask
    address: https://webservices.autotask.net
    identity: api@msp.example
    secret: s
pairings: {}
"""


@pytest.mark.usefixtures("sqlite_database")
def test_a_new_autotask_connection_without_tracking_identifier_is_refused_with_err_05() -> None:
    pairings = DatabasePairings(Safe((new_key(),)))

    with pytest.raises(ConfigWrong, match="Custom \\(Internal Integration\\)") as refused:
        import_config(FILE, pairings, who="me", at=AT)

    assert refused.value.code == "ERR-05"
