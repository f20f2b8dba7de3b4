"""`psabridge status`: where every pairing stands. Asks no vendor."""

import sys

from psabridge.jobs.commands.options import AsJson
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.look import console, print_json
from psabridge.jobs.show.status import plain_status, show_status
from psabridge.wiring.looking import open_to_look
from psabridge.wiring.status import status as look


def status(*, as_json: AsJson = False) -> None:
    """Connections, modes, mappings, the last run and its errors, what is held and what is not settled."""
    with reported(as_json=as_json), open_to_look() as bridge:
        found = tuple(look(bridge))
        if as_json:
            print_json([plain_status(one) for one in found])
        else:
            show_status(console(), found)
    sys.exit(Exit.UNAVAILABLE if any(one.alert or one.tickets.alert for one in found) else Exit.DONE)
