"""What is drawn for customers leaves the rest of a script as it is, and the same seed draws the same."""

from random import Random

import pytest

from psabridge_proof.life import Life
from psabridge_proof.script import _Writer, write_script
from psabridge_proof.script_of_customers import WriterOfCustomers

SEEDS = range(40)


class Nobody(WriterOfCustomers):
    """No customer comes, is synced both ways or leaves."""

    def __init__(self) -> None:
        super().__init__(0)
        self._arriving = self._leaving = self._both_ways = False


@pytest.mark.parametrize("seed", SEEDS)
def test_without_its_customers_a_script_is_what_it_was(seed: int) -> None:
    alone = tuple(_Writer(Random(seed + 1), 3, Nobody()).write())
    whole = iter(write_script(seed, 3))

    assert all(happening in whole for happening in alone)  # each after the one before


def test_every_word_is_drawn_in_some_life() -> None:
    assert {word for seed in range(200) for word, _ in write_script(seed, 3)} == Life.words


def test_about_a_third_of_the_lives_have_customers_that_come_or_leave() -> None:
    alone = [
        seed
        for seed in SEEDS
        if write_script(seed, 3) == tuple(_Writer(Random(seed + 1), 3, Nobody()).write())
    ]

    assert 20 < len(alone) < 36


def test_the_same_seed_writes_the_same_script() -> None:
    assert [write_script(seed, 2) for seed in SEEDS] == [write_script(seed, 2) for seed in SEEDS]
