"""What ticket cycles of the running bridge did, for a person and for a program."""

import sys
from collections.abc import Mapping

from psabridge.engine.ticketing import TicketReport
from psabridge.jobs.show.look import console, print_json
from psabridge.jobs.show.tickets import plain_cycle, show_cycle


def tell_round(report: TicketReport, *, as_json: bool) -> None:
    if as_json:
        print_json({"tickets": plain_cycle(report)})
        sys.stdout.flush()
    else:
        show_cycle(console(), report)


def counted_reasons(without: Mapping[str, int]) -> str:
    """The closed list of R53 with numbers."""
    told = ", ".join(f"{number} {reason}" for reason, number in sorted(without.items()))
    return f"{sum(without.values())} without a ticket ({told})" if told else "none without a ticket"
