"""Doors at which Autotask calls in, and the hints that were heard there."""

from dataclasses import dataclass
from datetime import datetime

from psabridge.rules.hints import REMEMBERED, Hint, HintOf
from psabridge.store.models import HintRecord, HookDoor
from psabridge.store.pairings import note
from psabridge.store.secrets import Safe


@dataclass(frozen=True, slots=True)
class Door:
    """Path and key appear in no repr."""

    connection: int
    address: str
    path: str
    key: str

    def __repr__(self) -> str:
        return f"Door({self.address} of connection {self.connection})"


class DatabaseDoors:
    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def of(self, connection: int) -> Door | None:
        row = HookDoor.objects.filter(connection_id=connection).first()
        return None if row is None else self._opened(row)

    def every(self) -> tuple[Door, ...]:
        return tuple(self._opened(row) for row in HookDoor.objects.order_by("pk"))

    def keep(self, door: Door, *, who: str, at: datetime) -> Door:
        """The first path and key of a connection stay, also when two begin at once; its address moves."""
        row, _ = HookDoor.objects.get_or_create(
            connection_id=door.connection,
            defaults={
                "path": door.path,
                "sealed_key": self._safe.seal(door.key),
                "address": door.address,
            },
        )
        HookDoor.objects.filter(pk=row.pk).update(address=door.address)
        note(who=who, what="webhooks on", subject=door.address, at=at)
        row.address = door.address
        return self._opened(row)

    def forget(self, door: Door, *, who: str, at: datetime) -> None:
        HookDoor.objects.filter(connection_id=door.connection).delete()
        note(who=who, what="webhooks off", subject=door.address, at=at)

    def _opened(self, row: HookDoor) -> Door:
        key = self._safe.open(row.sealed_key, of=f"webhooks at {row.address}")
        return Door(row.connection_id, row.address, row.path, key)


class DatabaseHints:
    """Rows are only added: who waits remembers how far it has read. One process writes (the door)."""

    def hear(self, connection: int, hint: Hint, at: datetime) -> bool:
        """False: it was heard before."""
        _, is_new = HintRecord.objects.get_or_create(
            connection_id=connection,
            key=hint.key,
            defaults={"of": hint.of, "record": hint.record, "heard_at": at},
        )
        return is_new

    def newest(self, connection: int) -> int:
        last = HintRecord.objects.filter(connection_id=connection).order_by("-pk").first()
        return 0 if last is None else last.pk

    def after(self, connection: int, of: HintOf, last: int) -> tuple[int, tuple[int, ...]]:
        """How far was read now, and the records that hints spoke of since `last`, each once."""
        rows = HintRecord.objects.filter(connection_id=connection, of=of, pk__gt=last).order_by("pk")
        found = list(rows.values_list("pk", "record"))
        return (found[-1][0] if found else last), tuple(dict.fromkeys(record for _, record in found))

    def forget_old(self, now: datetime) -> None:
        HintRecord.objects.filter(heard_at__lt=now - REMEMBERED).delete()


def has_door(connection: int) -> bool:
    return HookDoor.objects.filter(connection_id=connection).exists()
