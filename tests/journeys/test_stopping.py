"""A signal ends a bridge in good order, wherever it comes."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

from psabridge.jobs.exits import Exit
from psabridge.jobs.stopping import stopped_by_signal

pytestmark = pytest.mark.usefixtures("sqlite_database")


def _signalled_inside_the_database(sign: signal.Signals) -> None:
    with connection.cursor() as cursor:
        connection.connection.create_function("strike", 0, lambda: os.kill(os.getpid(), sign))
        cursor.execute("SELECT strike()")


def _signalled_at_once(sign: signal.Signals) -> None:
    os.kill(os.getpid(), sign)


@pytest.mark.parametrize("happens", [_signalled_at_once, _signalled_inside_the_database])
def test_the_signal_of_a_service_manager_is_no_error(happens: Callable[[signal.Signals], None]) -> None:
    """What the database makes of it is one: the bridge ended with a traceback and the wrong code."""
    with pytest.raises(SystemExit) as ended, stopped_by_signal():
        happens(signal.SIGTERM)
    assert ended.value.code == Exit.DONE


@pytest.mark.parametrize("happens", [_signalled_at_once, _signalled_inside_the_database])
def test_ctrl_c_stays_what_it_is(happens: Callable[[signal.Signals], None]) -> None:
    with pytest.raises(KeyboardInterrupt), stopped_by_signal():
        happens(signal.SIGINT)


def test_a_signal_whose_error_was_told_and_got_over_still_ends_the_bridge() -> None:
    with stopped_by_signal() as stopping:
        with pytest.raises(OperationalError):
            _signalled_inside_the_database(signal.SIGTERM)
        with pytest.raises(SystemExit):
            stopping.end_if_asked()


def test_an_error_without_a_signal_stays_one_and_signals_go_where_they_went() -> None:
    before = [signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)]
    with stopped_by_signal() as stopping:
        stopping.end_if_asked()
    with pytest.raises(OperationalError), stopped_by_signal():
        connection.cursor().execute("SELECT no_such_function()")
    assert [signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)] == before
