"""`placet serve` and `placet scheduler`: HTTP, and beside it the regular work."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Final

import click
import structlog

from api.background import run_background
from api.bootstrap import build
from api.errors import CannotRun
from api.installation import migrate, open_services, require_keys, settings_from_environment

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
# Requests that one process answers at the same time; each may hold one connection of the pool.
THREADS: Final = 8
# The scheduler ends with this when it must not be started again: settings, keys, or a log that changed.
COULD_NOT_RUN: Final = 2
RESTART_AFTER_SECONDS: Final = 2.0
ADDRESS_TAKEN_FOR_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes for HTTP.")
@click.option("--no-scheduler", is_flag=True, help="Leave the regular work to `placet scheduler`.")
def serve(host: str, port: int, workers: int, no_scheduler: bool) -> None:
    """Serve HTTP, with scheduler and sequencer beside it; migrates the database first."""
    if "PLACET_BASE_URL" not in os.environ and host in LOOPBACK:
        # Links lead to where this is served, also on another port; the workers read it from here.
        os.environ["PLACET_BASE_URL"] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    settings = settings_from_environment()
    # Nothing is touched before it is certain that this can be served: the older program whose place is still
    # taken would find its tables changed.
    require_keys(settings)
    _require_address(host, port)
    migrate(settings).dispose()
    build(settings).close()
    stop = threading.Event()
    watcher = None if no_scheduler else threading.Thread(target=_watch_scheduler, args=(stop,), daemon=True)
    if watcher is not None:
        watcher.start()
    click.echo(f"Placet serves {settings.base_url} (listening on {host}:{port})")
    try:
        _serve_http(host, port, workers)
    finally:
        stop.set()
        if watcher is not None:
            watcher.join(timeout=10)


@click.command("scheduler")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def scheduler(with_parent: bool) -> None:
    """Run scheduler and sequencer alone, until told to end."""
    services = open_services(settings_from_environment())
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        """Let the loop end after its present round."""
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if with_parent:
        threading.Thread(target=_stop_with_input, args=(stop,), daemon=True).start()
    run_background(services, stop)


def _require_address(host: str, port: int) -> None:
    """Raise CannotRun unless `host:port` can be listened on, or soon can: workers outlive a killed parent shortly."""
    deadline = time.monotonic() + ADDRESS_TAKEN_FOR_SECONDS
    while (problem := _problem_of_address(host, port)) is not None:
        if time.monotonic() > deadline:
            raise CannotRun(f"cannot listen on {host}:{port}: {problem}")
        time.sleep(0.1)


def _problem_of_address(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                # As servers do: connections of an earlier one that are not quite gone do not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _serve_http(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # Forked while a thread of this process holds a lock, a worker would wait for it for ever.
    multiprocessing.set_start_method("spawn")
    Granian(
        "api.serving:app_of_worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    ).serve()


def _watch_scheduler(stop: threading.Event) -> None:
    """Keep a scheduler process running until `stop`; one that says it could not run is not started again."""
    while not stop.is_set():
        # Its standard input is a pipe to this process: however this one ends, the pipe breaks, and so it ends too.
        command = [sys.executable, "-m", "api.cli", "scheduler", "--with-parent"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  (this program, fixed words)
        while process.poll() is None and not stop.wait(0.5):
            pass
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=10)
        elif process.returncode == COULD_NOT_RUN:
            log.critical("scheduler_refused", process=process.pid)
            return
        else:
            log.error("scheduler_ended", process=process.pid, status=process.returncode)
            stop.wait(RESTART_AFTER_SECONDS)


def _stop_with_input(stop: threading.Event) -> None:
    # Not through the buffered reader: its lock, held by this thread, would break the end of the process.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()
