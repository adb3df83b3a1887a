"""Set up Placet on a fresh machine and run it: `python3 dev.py setup|demo|test [...]`.

Needs Python 3.11 or newer with pip and nothing else: this file uses the standard library only.
The environment lives in `.venv`; it is installed anew only when the lock or pyproject changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "installed.sha256"
SOURCES = (ROOT / "requirements.lock", ROOT / "pyproject.toml")
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
PLACET = SCRIPTS / ("placet.exe" if os.name == "nt" else "placet")


def wanted() -> str:
    """Return the digest of everything the environment is made from, and of the Python that makes it."""
    digest = hashlib.sha256(sys.version.encode())
    for source in SOURCES:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def is_installed() -> bool:
    """Say whether the environment is complete and made from the present lock and pyproject."""
    return PLACET.exists() and STAMP.exists() and STAMP.read_text() == wanted()


def pip(*arguments: str) -> None:
    """Run pip inside the environment, quietly; its errors are shown and end the program."""
    subprocess.run(
        [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-qq", *arguments],
        check=True,
        cwd=ROOT,
    )


def setup() -> None:
    """Make `.venv` and install the locked packages and Placet itself, unless that was done before."""
    if is_installed():
        return
    print("1/3 making .venv", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    venv.create(ENVIRONMENT, with_pip=True)
    print("2/3 installing the locked packages, each checked by its hash (a minute or two)", flush=True)
    pip("install", "--require-hashes", "--no-deps", "-r", "requirements.lock")
    print("3/3 installing Placet", flush=True)
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    # Written last: an interrupted set-up leaves no stamp, and the next call starts over.
    STAMP.write_text(wanted())


def main(arguments: list[str]) -> int:
    """Carry out one command and return its exit status."""
    commands = {
        "setup": [],
        "demo": [str(PLACET), "demo"],
        "test": [str(PYTHON), "-m", "pytest", "-n", "auto"],
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):
        print("Placet needs Python 3.11 or newer", file=sys.stderr)
        return 2
    try:
        setup()
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"set-up failed: {error}", file=sys.stderr)
        return 2
    command = commands[arguments[0]]
    if not command:
        return 0
    try:
        return subprocess.run([*command, *arguments[1:]], cwd=ROOT).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
