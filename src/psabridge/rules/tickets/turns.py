"""Whose turn it is: the order in which customers share what Autotask has time for. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.plan import TicketStep
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that is to be carried out, or the rest of one that was begun."""

    step: TicketStep
    errand: Errand | None = None

    @property
    def left(self) -> int:
        """Writes."""
        return len(self.step.writes) if self.errand is None else self.errand.left

    @property
    def company(self) -> CompanyId:
        return self.step.company


def in_turns(turns: Iterable[Turn]) -> list[Turn]:
    """Oldest first. Customers take turns, counted in writes: a storm's long list waits for short tickets."""
    written: dict[CompanyId, int] = defaultdict(int)
    turned = []
    for turn in sorted(turns, key=lambda one: (one.step.raised_at, one.step.after.external_id)):
        written[turn.company] += turn.left
        turned.append((written[turn.company], turn.step.raised_at, turn))
    return [turn for _, _, turn in sorted(turned, key=lambda one: one[:2])]


def beginning_with_oldest(turns: Sequence[Turn], lets: Callable[[Turn], bool]) -> list[Turn]:
    """Of those that may go now: in a busy hour shorter ones would pass it again and again."""
    oldest = min(filter(lets, turns), key=lambda one: one.step.raised_at, default=None)
    return list(turns) if oldest is None else [oldest, *(one for one in turns if one is not oldest)]
