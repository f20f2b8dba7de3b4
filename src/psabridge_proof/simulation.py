"""Lives by the thousand, in several processes, each in a folder of its own; and all of it counted."""

import gc
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from psabridge_proof.one_life import live, template  # isort: skip  makes Django ready
from psabridge_proof.life import Life
from psabridge_proof.living import Script
from psabridge_proof.provider import Opening
from psabridge_proof.ready import spare_collector
from psabridge_proof.script import opening_of, write_script

# Lives that a process goes through before it tells of them.
BATCH = 5


@dataclass(frozen=True, slots=True)
class Wrong:
    """`seed` None: a script that no seed wrote."""

    seed: int | None
    text: str


@dataclass(slots=True)
class Tally:
    lives: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)  # of the last life

    def add(self, other: "Tally") -> None:
        self.lives += other.lives
        self.counted += other.counted
        self.checked += other.checked
        self.listed += other.listed
        self.done += other.done
        self.wrong += other.wrong
        self.trace = other.trace


def simulate(seeds: Sequence[int], months: int, processes: int) -> Iterator[Tally]:
    """A tally of each batch, as it is done."""
    batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
    if processes == 1:
        yield from (live_seeds(batch, months) for batch in batches)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running = [pool.submit(live_seeds, batch, months) for batch in batches]
        yield from (done.result() for done in as_completed(running))


def live_seeds(seeds: Sequence[int], months: int) -> Tally:
    template()
    spare_collector()
    tally = Tally()
    for seed in seeds:
        tally.add(live_script(opening_of(seed), write_script(seed, months), seed))
        gc.collect()
    return tally


def live_script(opening: Opening, script: Script, seed: int | None = None) -> Tally:
    life, wrong = live(Life, opening, script)
    judge = life.judge
    tally = Tally(1, life.counted, judge.checked, judge.listed, judge.customers.done, trace=life.trace)
    if wrong:
        tally.wrong.append(Wrong(seed, wrong))
    return tally
