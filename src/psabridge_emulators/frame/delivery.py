"""How an answer leaves: whole, late, cut short, or not at all."""

from dataclasses import dataclass
from enum import Enum, auto

from psabridge_emulators.frame.wire import Reply


class Ending(Enum):
    WHOLE = auto()
    CUT = auto()  # the head promises more than is sent, then the connection closes
    RESET = auto()  # the connection is torn down without an answer
    CLOSED = auto()  # the connection is closed politely, without an answer


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer and its way back to the caller."""

    reply: Reply | None
    ending: Ending = Ending.WHOLE
    wait: float = 0.0  # real seconds before anything is sent
    sent: int = 0  # bytes of the body that are sent when it is cut


RESET = Delivery(None, Ending.RESET)
