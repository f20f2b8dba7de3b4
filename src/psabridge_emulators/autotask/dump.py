"""The whole world as JSON, for tests and for a person."""

from typing import Any

from psabridge_emulators.autotask.world import AutotaskWorld


def dump(world: AutotaskWorld, only: str | None = None) -> dict[str, Any]:
    """Every row as kept, whatever readers see of it; adjustments stand in the ledger."""
    tables = {name: table for name, table in world.database.tables.items() if only is None or name == only}
    return {
        "now": world.now.isoformat(),
        "doubts": world.doubts.as_dict(),
        "user": {"name": world.user.credentials.user, "state": world.user.state},
        "zone": {"name": world.zone.name, "ci": world.zone.database_id, "prefix": world.zone.prefix},
        "requestsInTheHour": world.hour.used(world.now),
        "entities": {name: [_plain(row) for row in table.all()] for name, table in tables.items()},
        "ledger": world.ledger.as_dict(),
    }


def _plain(row: Any) -> dict[str, Any]:  # noqa: ANN401  a row holds values of many types
    shown = {name: value for name, value in row.items() if not name.startswith("_")}
    if row.get("_udfs"):
        shown["userDefinedFields"] = {str(definition): value for definition, value in row["_udfs"].items()}
    return {name: str(value) if type(value).__name__ == "Decimal" else value for name, value in shown.items()}
