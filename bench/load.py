"""Load from a second process: `wrk` (Debian package of that name), and what it found."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from api.settings import Settings

CONNECTIONS: Final = 16
STARTS_WITHIN_SECONDS: Final = 60.0
_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of load came to: requests a second, the 99th percentile in milliseconds, and refusals."""

    rate: float
    p99_ms: float
    failed: int


@contextlib.contextmanager
def served(factory: str, settings: Settings, threads: int) -> Iterator[str]:
    """Serve an application by granian with one worker process, and give its address."""
    port = _free_port()
    environ = {
        **os.environ,
        "PLACET_DATABASE_URL": settings.database_url,
        "PLACET_KEY_FILE": str(settings.key_file),
        "PLACET_VAR": str(settings.var),
    }
    command = [
        str(Path(sys.executable).with_name("granian")),
        *("--interface", "wsgi", "--factory", "--workers", "1", "--no-ws", "--log-level", "error"),
        *("--blocking-threads", str(threads), "--host", "127.0.0.1", "--port", str(port), f"bench.server:{factory}"),
    ]
    log = settings.var / "granian.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/hello", process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def load(url: str, seconds: int, script: Path | None = None) -> Round:
    """Send requests over 16 connections for some seconds; `script` is Lua that makes them."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(script)] if script else []
    told = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk told nothing that can be read: {told}")
    return Round(float(rate[1]), float(p99[1]) * _UNITS[p99[2]], int(failed[1]) if failed else 0)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url).status_code == httpx.codes.OK:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not start; its log lies beside the database")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
