"""The bridge of a stretch: as every proof has it, and as its operator decided besides."""

from pathlib import Path
from typing import Any

from psabridge.engine.report import CycleReport
from psabridge.rules.leaving.kept import LATE, Kept
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import PAIRING, Installation
from tests.proof.world import World


class Product(Installation):
    vendors: World
    report: CycleReport  # of the last cycle

    def __init__(self, folder: Path, vendors: World, transport: DirectTransport) -> None:
        super().__init__(folder, vendors, transport)
        self.findings: set[tuple[str, str]] = set()  # of every cycle: id and subject

    @property
    def month(self) -> World:
        return self.vendors

    def wanted(self) -> dict[str, Any]:
        document = super().wanted()
        self.month.choose(document["pairings"][PAIRING])
        return document

    def cycle(self) -> CycleReport:
        report = super().cycle()
        self.findings |= {(one.code, one.subject) for one in report.findings}
        return report

    def live(self, day: int) -> None:
        """What its person does up to that day, and cycles until nothing is open or on its way."""
        self.month.act(day, self)
        self.report = self.until_quiet()
        if any(map(_is_on_its_way, self.ports.leaving.kept(self.pairing).values())):
            self.month.advance(seconds=LATE.total_seconds() + 60)
            self.report = self.until_quiet()


def _is_on_its_way(kept: Kept) -> bool:
    """A tenant was to be disabled, and nobody knows what became of it: for a while nobody asks again."""
    return kept.disabling is not None and kept.disabling.version is None
