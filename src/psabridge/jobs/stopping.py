"""How a bridge that goes on is stopped: by the signal of a service manager, or by Ctrl-C."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from django.db import Error as DatabaseError

from psabridge.jobs.exits import Exit


class Stopping:
    """Remembers what was asked for: raised inside a function of the database, it comes back as an error."""

    def __init__(self) -> None:
        self._asked: BaseException | None = None

    def hear(self, number: int, _frame: FrameType | None) -> NoReturn:
        self._asked = KeyboardInterrupt() if number == signal.SIGINT else SystemExit(Exit.DONE)
        raise self._asked

    def end_if_asked(self) -> None:
        if self._asked is not None:
            raise self._asked


@contextmanager
def stopped_by_signal() -> Iterator[Stopping]:
    """Either ends what is open in good order, wherever it comes."""
    stopping = Stopping()
    before = {sign: signal.signal(sign, stopping.hear) for sign in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    except DatabaseError:
        stopping.end_if_asked()
        raise
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
