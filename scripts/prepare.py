"""Makes the virtual environment with exactly the locked packages. Needs nothing but Python 3.11+.

On Debian and its kin the module that makes environments is a package of its own; it is installed from the
system's packages when this runs as root, and named otherwise.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.lock"


def main(folder: Path) -> None:
    if sys.version_info < (3, 11):
        sys.exit(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Name another: make PYTHON=…"
        )
    python = folder / "bin" / "python"
    if not python.exists():
        _make_environment(folder)
    _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK)
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)


def _make_environment(folder: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        _install_system_package(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    _run(sys.executable, "-m", "venv", folder)


def _install_system_package(name: str) -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(f"This Python cannot make environments. Install the system's package {name} and try again.")
    _run("apt-get", "update", "--quiet")
    _run("apt-get", "install", "--yes", "--quiet", name)


def _run(*command: object) -> None:
    finished = subprocess.run([str(part) for part in command], check=False)
    if finished.returncode:
        sys.exit(f"This failed: {' '.join(str(part) for part in command)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".venv"))
