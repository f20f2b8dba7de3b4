"""One creation cut off at every call and commit, and every answer of it lost: one tenant, one user, no more.

Each moment is lived in a town of its own, copied from one in which a company has just appeared. What the
process that starts afterwards finds is what the dead one left; a write that had left still arrives, forty
minutes later, when nobody waits for it.
"""

import copy
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from psabridge_emulators.frame.wire import Request
from psabridge_proof.death import Killed, Mortal, mortal
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import world_clock
from tests.arriving.conftest import OpenHost
from tests.arriving.town import STORAGE, WORKSTATIONS, Host

LATE = 40 * 60
TWO_FACTOR = {"new_customers": {"two_factor": True}}
PARTS = 4
Tell = Callable[[str], None]


@dataclass(slots=True)
class Death:
    """Dies at the nth moment of the creation: before each call; after a write left, arrived, was answered; at
    each commit. Reads before the first of them are those of every cycle."""

    life: Mortal
    met: list[str] = field(default_factory=list)
    on_its_way: tuple[str, Request] | None = None
    has_begun: bool = False

    def call(self, moment: str, vendor: str, request: Request) -> None:
        is_write = request.method != "GET" and not request.path.endswith(("/query", "/token"))
        self.has_begun = self.has_begun or (vendor == "acronis" and is_write)
        if self.life.is_dead or (self.has_begun and (is_write or moment == "before")):
            self._die_or_go_on(moment, vendor, request)

    def _die_or_go_on(self, moment: str, vendor: str, request: Request) -> None:
        was_dead = self.life.is_dead
        try:
            self.life.moment(f"{moment}: {request.method} {vendor} {request.path}")
        except Killed:
            if moment == "left" and not was_dead:
                self.on_its_way = (vendor, request)
            raise


class Towns:
    """A town with its bridge right before a company is made a customer, copied as often as wanted."""

    def __init__(self, host: Host) -> None:
        self._host = host
        host.open_for_business()
        host.town.arrives()
        host.stop()
        self._copies = 0

    def another(self) -> Host:
        self._copies += 1
        town = copy.deepcopy(self._host.town)
        world_clock(town)
        folder = self._host.folder.with_suffix(f".{self._copies}")
        shutil.copytree(self._host.folder, folder)
        host = Host(folder, town, DirectTransport(town.emulation), **self._host.decided_settings)
        host.start()
        return host


def _dies(host: Host, dies_at: int) -> Mortal:
    """The cycle that makes the customer, ended at a moment, and what comes after it until all is quiet."""
    life = Mortal()
    death = Death(life)
    host.transport.watch = death.call
    with suppress(Killed), mortal(life):
        host.start()
        life.moments, life.dies_at = 0, dies_at
        host.cycle()
    host.transport.watch = lambda *_: None
    if death.on_its_way is not None:
        host.town.emulation.hold(*death.on_its_way, seconds=LATE, trigger=None)
    host.start()
    host.until_quiet()
    if death.on_its_way is not None:
        host.town.advance(seconds=LATE)
        host.until_quiet()
    return life


def _is_complete(host: Host, where: str, *, mails: int = 1) -> None:
    """Exactly one of everything; of the mail, which cannot be asked about, at most one more."""
    town = host.town
    tenant, user = town.tenant(), town.user()
    assert town.quotas() == {WORKSTATIONS: 5, STORAGE: None}, where
    assert (tenant.mode, tenant.mfa, user.mfa) == ("production", True, True), where
    assert [policy["role_id"] for policy in user.policies] == ["company_admin"], where
    assert 1 <= len(town.acronis.mails) <= mails, f"{where}: {town.acronis.mails}"
    assert Counter(one.tenant for one in host.settings.customers)[tenant.id] == 1, where


@pytest.fixture
def towns(open_host: OpenHost) -> Towns:
    return Towns(open_host(**TWO_FACTOR))


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_moment_of_the_creation_there_is_one_of_everything(
    towns: Towns, part: int, tell: Tell
) -> None:
    """ACR-PRV-01, R32, R35: before each call, after each write left, arrived and was answered, at commits."""
    moments = _dies(towns.another(), 0).moments
    lived = list(range(1 + part, moments + 1, PARTS))
    for dies_at in lived:
        host = towns.another()
        life = _dies(host, dies_at)
        assert life.is_dead
        _is_complete(host, f"killed {life.where}", mails=2)
    tell(f"killed at {len(lived)} of {moments} moments of a creation")
    assert moments > 60


WRITES = {
    "tenant": ("POST", "/tenants$"),
    "application": ("POST", "/bindings/tenants/"),
    "item": ("PUT", "/offering_items$"),
    "user": ("POST", "/users$"),
    "role": ("PUT", "/access_policies$"),
    "mail": ("POST", "/send-activation-email$"),
    "second factor": ("PUT", "/mfa/status$"),
    "production": ("PUT", "/pricing$"),
}
FAULTS = (
    "busy",
    "error_applied",
    "error_not_applied",
    "hold",
    "html",
    "reset_after",
    "reset_before",
    "truncated",
)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", WRITES)
def test_whatever_becomes_of_a_request_there_is_one_of_everything(
    towns: Towns, write: str, fault: str
) -> None:
    """A lost answer is settled by reading back; what surely was not written is written later."""
    host = towns.another()
    method, path = WRITES[write]
    rule = host.town.fault(fault, method, path, **({"seconds": LATE} if fault == "hold" else {}))

    host.until_quiet()
    host.town.advance(seconds=LATE)
    host.until_quiet()

    assert rule.met == 1
    _is_complete(host, f"{fault} of {write}", mails=2 if write == "mail" else 1)
