"""What the environment decides: where data lies and how secrets are opened. Read once, at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from psabridge.kit.errors import BridgeError
from psabridge.store.secrets import is_key


class EnvironmentWrong(BridgeError):
    """A setting of the environment is missing or cannot be used."""


@dataclass(frozen=True, slots=True)
class Environment:
    """`state_file` lies outside the backup of the database: together they show a restore (protocol 2.6)."""

    data: Path
    key_file: Path
    state_file: Path
    database_url: str
    only_looks: bool = False  # asked for by name; who cannot read the keys only looks as well (ROL-04)

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        data = Path(variables.get("PSABRIDGE_DATA", "build/data")).absolute()
        return cls(
            data=data,
            key_file=Path(variables.get("PSABRIDGE_KEY_FILE", data / "keys")).absolute(),
            state_file=Path(variables.get("PSABRIDGE_STATE_FILE", data / "state" / "current")).absolute(),
            database_url=variables.get("PSABRIDGE_DATABASE_URL", ""),
            only_looks=variables.get("PSABRIDGE_READ_ONLY", "") not in {"", "0"},
        )

    def database(self) -> str:
        """The database's address: the one that is named, else a file among the data."""
        return self.database_url or f"sqlite:///{self.data / 'psabridge.sqlite3'}"

    def keys(self) -> tuple[str, ...]:
        """The keys that open secrets, newest first, one a line."""
        if not self.key_file.exists():
            raise EnvironmentWrong(
                f"key file {self.key_file}",
                "is not there",
                "Put the keys there, or name their place in PSABRIDGE_KEY_FILE",
            )
        keys = tuple(line.strip() for line in self.key_file.read_text().splitlines() if line.strip())
        if not keys or not all(is_key(key) for key in keys):
            raise EnvironmentWrong(
                f"key file {self.key_file}",
                "holds no key, or a line that is none",
                "Put the keys there from your backup, one a line",
            )
        return keys

    def make_key_file(self, key: str) -> None:
        """Write the first key, readable by its owner only, if there is none; never over another."""
        self.key_file.parent.mkdir(parents=True, exist_ok=True)
        if self.key_file.exists():
            return
        with os.fdopen(os.open(self.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{key}\n")
