"""The stretches there are, by their names."""

import argparse

from tests.proof.customers import CUSTOMERS
from tests.proof.month import MONTH
from tests.proof.world import Stretch

STRETCHES = {one.name: one for one in (MONTH, CUSTOMERS)}


def stretch_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stretch", default=MONTH.name, choices=tuple(STRETCHES), help="which days are lived"
    )


def stretch_of(options: argparse.Namespace) -> Stretch:
    return STRETCHES[options.stretch]
