"""A bridge for who may only look: what the last run kept, and no vendor (ROL-04)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, cast

from psabridge.clients.transport import HttpTransport
from psabridge.engine.ports import Platform, Ports, Provisioning, Psa
from psabridge.kit.clock import Clock
from psabridge.kit.errors import OnlyLooks
from psabridge.rules.customers.directory import CompanyList, TenantList, kept_companies, kept_tenants
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.units.picture import Picture
from psabridge.rules.words import LineId, PairingId
from psabridge.store.arrivals import DatabaseArrivals
from psabridge.store.journal import DatabaseJournal
from psabridge.store.leases import DatabaseLeases
from psabridge.store.leaving import DatabaseLeaving
from psabridge.store.pairings import DatabasePairings
from psabridge.store.records import DatabaseRecords
from psabridge.store.secrets import LockedSafe
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.environment import Environment
from psabridge.wiring.read_only import database_to_look_at
from psabridge.wiring.roles import why_only_looks


@dataclass(frozen=True, slots=True)
class KeptClock:
    """The moment of the last read: everything that is shown is as of then."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def wait(self, duration: timedelta) -> None:
        raise OnlyLooks(f"waiting {duration} is for a run")


class OutOfReach:
    """A vendor without credentials: whatever is asked of it that the last run did not keep is refused."""

    def __getattr__(self, name: str) -> NoReturn:
        raise OnlyLooks(f"'{name.replace('_', ' ')}' asks a vendor, and the credentials are sealed")


class KeptPsa(OutOfReach):
    """Answers whoever asks with the one read that is kept. Whole pictures of lines are not."""

    def __init__(self, last: PsaSnapshot) -> None:
        self._last = last

    def read(self, *_: object) -> PsaSnapshot:
        return self._last

    def pictures(self, *_: object, **__: object) -> Mapping[LineId, Picture]:
        return {}

    def list_companies(self, *_: object, **__: object) -> CompanyList:
        return kept_companies(self._last)


class KeptPlatform(OutOfReach):
    def __init__(self, last: PlatformSnapshot) -> None:
        self._last = last

    def read(self, *_: object) -> PlatformSnapshot:
        return self._last

    def list_tenants(self, *_: object) -> TenantList:
        return kept_tenants(self._last)


@dataclass(frozen=True, slots=True)
class Lookout(Bridge):
    """Its ports show both sides as the last run read them."""

    def clock_of(self, pairing: PairingId) -> Clock:
        return KeptClock(self.as_of(pairing))

    def as_of(self, pairing: PairingId) -> datetime:
        psa, _ = self._last(pairing)
        return psa.read_at

    def ports(self, pairing: PairingId) -> Ports:
        psa, platform = self._last(pairing)
        return Ports(
            psa=cast("Psa", KeptPsa(psa)),
            platform=cast("Platform", KeptPlatform(platform)),
            provisioning=cast("Provisioning", OutOfReach()),
            arrivals=DatabaseArrivals(),
            journal=self.journal,
            records=self.records,
            leases=DatabaseLeases(),
            decisions=self.pairings,
            leaving=DatabaseLeaving(self.environment.state_file),
            clock=KeptClock(psa.read_at),
        )

    def _last(self, pairing: PairingId) -> tuple[PsaSnapshot, PlatformSnapshot]:
        number = self.records.latest_snapshot(pairing)
        kept = None if number is None else self.records.snapshot(number)
        if kept is None:
            raise OnlyLooks("no run has read anything yet", "Wait until the first run is done")
        _, psa, platform = kept
        return psa, platform


@contextmanager
def open_to_look(environment: Environment | None = None) -> Iterator[Bridge]:
    """For commands that only show: the whole bridge where the user may have it, else what is kept."""
    environment = environment or Environment.read()
    why = why_only_looks(environment)
    if why is None:
        with open_bridge(environment) as bridge:
            yield bridge
        return
    transport = HttpTransport()
    try:
        with database_to_look_at(environment):
            yield Lookout(
                environment=environment,
                transport=transport,
                pairings=DatabasePairings(LockedSafe(why)),
                journal=DatabaseJournal(environment.state_file),
                records=DatabaseRecords(),
            )
    finally:
        transport.close()
