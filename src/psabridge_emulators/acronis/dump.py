"""The whole world as JSON, for tests and for a person."""

from dataclasses import asdict
from typing import Any

from psabridge_emulators.acronis import metering
from psabridge_emulators.acronis.presenting import (
    alert_row,
    infra_row,
    item_row,
    location_row,
    report_row,
    tenant_row,
    user_row,
)
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.acronis.world import AcronisWorld


def dump_world(world: AcronisWorld) -> dict[str, Any]:
    """Without the secret and the tokens. The partner's own rows are the catalogue and are left out."""
    inside = world.subtree(world.root_id, deleted=True)
    return {
        "now": world.now.isoformat(),
        "root_id": world.root_id,
        "client_id": world.client_id,
        "client_enabled": world.client_enabled,
        "switches": asdict(world.switches),
        "tenants": [dump_tenant(world, tenant) for tenant in inside],
        "locations": [location_row(location) for location in world.locations.values()],
        "infra": [infra_row(infra) for infra in world.infras.values()],
        "users": [user_row(user) | {"access_policies": user.policies} for user in world.users.values()],
        "alerts": [
            alert_row(world, alert) | {"cleared_by": alert.cleared_by} for alert in world.alerts.values()
        ],
        "reports": [report_row(report) for report in world.reports.values()],
        "mails": world.mails,
        "ledger": world.ledger,
    }


def dump_tenant(world: AcronisWorld, tenant: Tenant) -> dict[str, Any]:
    own = tenant.id == world.root_id
    return tenant_row(world, tenant) | {
        "numeric_id": tenant.numeric_id,
        "applications": tenant.applications,
        "items": [] if own else [item_row(item) for item in tenant.items.values()],
        "readings": [
            {
                "usage_name": key[0],
                "edition": key[1],
                "infra_id": key[2],
                "value": level[0],
                "absolute": level[1],
            }
            for key, levels in tenant.readings.items()
            if (level := metering.level_at(key, levels, world.now)) is not None
        ],
        "withheld": sorted(str(name) for name, _ in tenant.withheld),
    }
