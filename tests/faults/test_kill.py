"""Killed at any moment, the server loses no acknowledged write and leaves no half one; nothing needs repair."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, func, select

from api.clients import ClientService
from api.scopes import Scope
from audit.ground import Ground
from audit.key_ring import KeyRing
from audit.tables import event_table as log_table
from audit.tables import opening_table
from consent.policies import PolicyService
from consent.tables import event_table
from tests.journey.conftest import CONTROLLER
from tests.paths import ROOT

KILLS = 2
WRITERS = 4
# Enough that a kill falls among writes and not before the first of them.
WRITES_BEFORE_A_KILL = 12


class Installation:
    """A complete installation in a directory, served by a process of its own."""

    def __init__(self, ground: Ground, key_ring: KeyRing, directory: Path) -> None:
        self.ground = ground
        self.port = free_port()
        key_ring.save(directory / "keys.json")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PLACET_")},
            "PLACET_DATABASE_URL": ground.engine.url.render_as_string(hide_password=False),
            "PLACET_KEY_FILE": str(directory / "keys.json"),
            "PLACET_VAR": str(directory / "var"),
        }
        self.acknowledged: list[str] = []
        self.written = threading.Semaphore(0)

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port), "--no-scheduler"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        try:
            self.wait_until_alive(process)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_alive(self, process: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        for _ in range(600):
            assert process.poll() is None, "the server ended"
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.TransportError:
                pause.wait(0.1)
        raise AssertionError("the server does not answer")

    def write(self, key: str, writer: int, stop: threading.Event) -> None:
        """Report grants of ever new people until the server is gone; note what was acknowledged."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            number = 0
            while not stop.is_set():
                number += 1
                identifier = {"kind": "email", "value": f"w{writer}-{len(self.acknowledged)}-{number}@example.org"}
                body = {
                    "subject": {"identifier": identifier},
                    "event": "grant",
                    "purpose": "newsletter",
                    "channel": "email",
                    "notice": {"id": "welcome", "version": 1},
                }
                try:
                    answer = client.post("/v1/consents", json=body, headers={"Authorization": f"Bearer {key}"})
                except httpx.TransportError:
                    return
                assert answer.status_code == 201, answer.text
                self.acknowledged.append(answer.json()["event_id"])
                self.written.release()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def installation(ground: Ground, key_ring: KeyRing, tmp_path: Path) -> Installation:
    PolicyService(ground).apply((ROOT / "examples" / "policy.yaml").read_text("utf-8"), actor="test")
    return Installation(ground, key_ring, tmp_path)


@pytest.fixture
def key(ground: Ground) -> str:
    scopes = frozenset({Scope.CONSENTS_WRITE})
    return ClientService(ground).create("crm", scopes, controller=CONTROLLER, actor="test").key


def test_no_acknowledged_write_is_lost_and_none_is_half(installation: Installation, key: str, engine: Engine) -> None:
    for _ in range(KILLS):
        stop = threading.Event()
        with installation.serving() as process:
            writers = [
                threading.Thread(target=installation.write, args=(key, number, stop)) for number in range(WRITERS)
            ]
            for thread in writers:
                thread.start()
            for _ in range(WRITES_BEFORE_A_KILL):
                assert installation.written.acquire(timeout=60)
            os.killpg(process.pid, signal.SIGKILL)
            stop.set()
            for thread in writers:
                thread.join()
    assert len(installation.acknowledged) >= KILLS * WRITES_BEFORE_A_KILL
    assert_whole(installation.ground, installation.acknowledged)


def assert_whole(ground: Ground, acknowledged: list[str]) -> None:
    with ground.reading() as session:
        stored = {row.id: row.entry_id for row in session.execute(select(event_table.c.id, event_table.c.entry_id))}
        logged = set(session.scalars(select(log_table.c.id)))
        grants = session.scalar(select(func.count()).where(log_table.c.type == "consent.granted"))
        of_grant = select(func.count()).select_from(event_table).where(event_table.c.kind == "grant")
        assert set(acknowledged) <= set(stored)
        assert set(stored.values()) <= logged
        assert grants == session.scalar(of_grant)
        openings = set(session.scalars(select(opening_table.c.event).distinct()))
        assert openings <= logged
