"""A believable stream of alerts: failures that repeat and then clear, devices gone, a few real threats.

Each incident is about one device and one plan of a customer, or about the whole customer. It raises an
alert a day while it lasts, a new one each time (acronis-api.md 8.1), and all of them go when it ends.
Some never do.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from psabridge_emulators.acronis.alert_life import Coming

if TYPE_CHECKING:
    from psabridge_emulators.acronis.records import Tenant
    from psabridge_emulators.acronis.world import AcronisWorld

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_PLANS = ("Workstations nightly", "Servers hourly", "Whole company")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of incident: how often of a hundred, how long, who ends it, what it is about."""

    type: str
    weight: int
    hours: tuple[int, int] | None  # None: it never ends by itself
    ended_by: str = "itself"
    about_device: bool = True
    daily: bool = True


TROUBLES = (
    Trouble("BackupFailed", 38, (10, 60)),
    Trouble("BackupDidNotStart", 8, (10, 30)),
    Trouble("NoBackupForXDays", 14, (24, 200)),
    Trouble("BackupNotResponding", 5, (2, 8)),
    Trouble("MachineOffline30", 9, None, daily=False),
    Trouble("AgentAutoUpdateFailed", 8, (24, 72)),
    Trouble("PlanDeploymentFailed", 5, (1, 30)),
    Trouble("ArchiveCorrupted", 2, None),
    Trouble("MaliciousUrlDetected", 5, (1, 9), "person", daily=False),
    Trouble("ActiveProtectionBlocksSuspiciousActivity", 2, (1, 24), "person", daily=False),
    Trouble("M365ApplicationConsentRequired", 4, (20, 90), "person", about_device=False),
)


@dataclass(slots=True)
class Stream:
    """Incidents a day over all customers, drawn hour by hour from a seed."""

    per_day: int
    seed: int
    done_until: datetime


def pass_time(world: "AcronisWorld") -> None:
    """Plan the incidents of every full hour since the last look."""
    stream = world.alert_stream
    while stream is not None and stream.done_until + _HOUR <= world.now:
        _plan_hour(world, stream)
        stream.done_until += _HOUR


def _plan_hour(world: "AcronisWorld", stream: Stream) -> None:
    customers = [
        tenant for tenant in world.subtree(world.root_id) if tenant.kind == "customer" and tenant.enabled
    ]
    if not customers:
        return
    dice = random.Random(f"{stream.seed}:{stream.done_until.isoformat()}")
    whole, rest = divmod(stream.per_day, 24)
    for _ in range(whole + (dice.random() < rest / 24)):
        # A few customers have most of the trouble.
        tenant = customers[int(len(customers) * dice.random() ** 2)]
        started = stream.done_until + timedelta(seconds=dice.randrange(3600))
        _plan_incident(world, dice, tenant, started)


def _plan_incident(world: "AcronisWorld", dice: random.Random, tenant: "Tenant", started: datetime) -> None:
    [trouble] = dice.choices(TROUBLES, [one.weight for one in TROUBLES])
    lasts = None if trouble.hours is None else timedelta(hours=dice.randint(*trouble.hours))
    details = _details(dice, tenant, about_device=trouble.about_device)
    repeats = 1 + (0 if lasts is None or not trouble.daily else lasts // _DAY)
    for day in range(repeats):
        told = {**details, "daysPassed": day + 1} if trouble.type == "NoBackupForXDays" else details
        world.alert_plans.add(
            started + day * _DAY,
            Coming(
                tenant.id,
                trouble.type,
                details=told,
                gone_at=None if lasts is None else started + lasts,
                gone_by=trouble.ended_by,
            ),
        )


def _details(dice: random.Random, tenant: "Tenant", *, about_device: bool) -> dict[str, Any]:
    if not about_device:
        return {}
    device, plan = dice.randint(1, 12), dice.choice(_PLANS)
    name = f"{''.join(word[0] for word in tenant.name.split()).upper()}-PC-{device:02d}"
    return {
        "resourceId": str(uuid.uuid5(uuid.UUID(tenant.id), f"device {device}")),
        "resourceName": name,
        "planId": str(uuid.uuid5(uuid.UUID(tenant.id), plan)),
        "planName": plan,
    }
