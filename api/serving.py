"""Making the web application of this process from the environment."""

import gc
import os
import threading

from flask import Flask

from api.answer_log import write_regularly
from api.app import create_app
from api.bootstrap import build
from api.logging import configure_logging
from api.settings import Settings

OBJECTS_BETWEEN_COLLECTIONS = 50_000
PARENT_LOOKED_AT_EVERY_SECONDS = 0.5


def app_from_environment() -> Flask:
    """Return the application; raise SettingsError or MissingKey when the installation is not complete."""
    configure_logging()
    services = build(Settings.from_environment(os.environ))
    write_regularly(services.decisions, services.ready)
    return create_app(services)


def app_of_worker() -> Flask:
    """Return the application of a worker process of `placet serve`; the process ends when its parent is gone.

    A parent that is killed cannot tell its workers; left alone they would go on answering, with nobody to
    sequence the log.
    """
    threading.Thread(target=_end_after, args=(os.getppid(),), daemon=True).start()
    app = app_from_environment()
    # What is loaded now stays until the end: the collector need not look at it again, least of all in the
    # middle of an answer about ten thousand people.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return app


def _end_after(parent: int) -> None:
    pause = threading.Event()
    while os.getppid() == parent:
        pause.wait(PARENT_LOOKED_AT_EVERY_SECONDS)
    os._exit(1)
