"""Where the vendors' own descriptions stand: outside the repository, for they are not ours to copy (R60)."""

import os
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).resolve().parents[2].parent / "shared" / "contracts"


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of the descriptions; without it the tests are skipped, or fail where it is required."""
    if CONTRACTS.is_dir():
        return CONTRACTS
    reason = f"the vendors' descriptions are not at {CONTRACTS}"
    if os.environ.get("PSABRIDGE_REQUIRE_CONTRACTS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
