"""Killed in the middle, an import begun again takes in what is missing, and nothing twice."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from audit.ground import Ground
from audit.key_ring import KeyRing
from audit.tables import event_table as log_table
from consent.importing import AT_ONCE
from consent.policies import PolicyService
from consent.tables import event_table, permission_table, subject_table
from tests.paths import ROOT
from tests.service.consent.importing import ndjson, row

ROWS = 2 * AT_ONCE + 20
BROKEN = AT_ONCE + 7
DEADLINE = 60


@pytest.fixture
def environment(ground: Ground, key_ring: KeyRing, tmp_path: Path) -> dict[str, str]:
    PolicyService(ground).apply((ROOT / "examples" / "policy.yaml").read_text("utf-8"), actor="test")
    key_ring.save(tmp_path / "keys.json")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PLACET_")},
        "PLACET_DATABASE_URL": ground.engine.url.render_as_string(hide_password=False),
        "PLACET_KEY_FILE": str(tmp_path / "keys.json"),
        "PLACET_VAR": str(tmp_path / "var"),
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three batches of rows, the same person in the first and the last, and a broken line in the middle."""
    lines = ndjson(*(row(f"p{number % (ROWS - 1)}@example.org") for number in range(ROWS))).splitlines(keepends=True)
    lines[BROKEN - 1] = b'{"identifier": {"kind": "email", "val\n'
    path = tmp_path / "consents.ndjson"
    path.write_bytes(b"".join(lines))
    return path


def test_an_import_that_was_killed_is_gone_on_with(
    ground: Ground, engine: Engine, environment: dict[str, str], file: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.ndjson"
    command = [sys.executable, "-m", "api.cli", "consent", "import", "--json", "--report", str(report), str(file)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for_first_batch(process, ground)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    left = count(ground)
    assert left % AT_ONCE in (0, AT_ONCE - 1), "a batch was half taken in"

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"rows": ROWS, "applied": ROWS - 1, "lowered": 0, "conflict": 0, "rejected": 1}
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["row"] for line in lines] == list(range(1, ROWS + 1))
    assert (lines[BROKEN - 1]["outcome"], lines[BROKEN - 1]["reason"]) == ("rejected", "malformed")
    assert count(ground) == ROWS - 1
    with ground.reading() as session:
        of_people = select(func.count()).select_from(subject_table)
        assert session.scalar(of_people) == ROWS - 2
        assert session.scalar(select(func.count()).select_from(permission_table)) == ROWS - 2
        logged = set(session.scalars(select(log_table.c.id)))
        rows = session.execute(select(event_table.c.id, event_table.c.entry_id)).all()
    assert {stored.entry_id for stored in rows} <= logged
    assert {line["event_id"] for line in lines} - {None} <= {stored.id for stored in rows}


def wait_for_first_batch(process: subprocess.Popen[bytes], ground: Ground) -> None:
    deadline = time.monotonic() + DEADLINE
    pause = threading.Event()
    while count(ground) == 0:
        pause.wait(0.01)
        assert process.poll() is None, "the command ended"
        assert time.monotonic() < deadline, "nothing was taken in"


def count(ground: Ground) -> int:
    with ground.reading() as session:
        query = select(func.count()).select_from(event_table).where(event_table.c.kind == "import_row")
        return session.scalar(query) or 0
