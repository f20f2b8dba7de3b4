"""Which of the many cuts and copies a run takes, and what it says of them to whoever adds the parts up."""

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.proof.rehearsal import drawn


@dataclass(frozen=True, slots=True)
class Share:
    """One in so many, drawn by lot; of those one of so many parts, which together are all of them."""

    one_in: int
    seed: int
    part: int
    parts: int

    def takes(self, number: int) -> bool:
        """By lot, for cuts come in a rhythm that a fixed stride could keep step with."""
        is_of_the_part = drawn(0, number) % self.parts == self.part - 1
        return is_of_the_part and drawn(self.seed, number) % self.one_in == 0

    def __str__(self) -> str:
        many = "every one" if self.one_in == 1 else f"one in {self.one_in}, drawn with seed {self.seed}"
        return many if self.parts == 1 else f"part {self.part} of {self.parts} of {many}"


@dataclass(frozen=True, slots=True)
class Figures:
    """Two runs of one course met the same: they may share it."""

    course: int
    met: int
    distinct: int
    lived: int
    wrong: int
    processor: float  # seconds of one processor, children included

    def keep(self, place: Path) -> None:
        """Whole or not at all: others look."""
        half = place.with_suffix(".half")
        half.write_text(json.dumps(asdict(self)))
        half.replace(place)

    @classmethod
    def kept(cls, place: Path) -> "Figures":
        return cls(**json.loads(place.read_text()))


def processor_seconds() -> float:
    """What this process and the children that ended used: unlike time, the same on a busy machine."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def shared_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--share", type=int, default=1, metavar="N", help="take one in n only")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="which ones")
    parser.add_argument("--part", default="1/1", metavar="K/N", help="the k-th of n equal parts")
    parser.add_argument("--to-the-end", type=int, default=10, help="one in n goes on to the month's end")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--figures", type=Path, help="a file for what was met and lived")


def share_of(options: argparse.Namespace) -> Share:
    part, parts = (int(word) for word in options.part.split("/"))
    return Share(options.share, options.seed, part, parts)
