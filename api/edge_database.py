"""Flask-SQLAlchemy at the edge: a session for each request, on the one engine that all services share."""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from audit.database import Base


class EdgeDatabase(SQLAlchemy):
    """The extension, told to use an engine that exists: two engines would be two pools and two sets of pragmas.

    The wiring makes the engine because commands and the scheduler need it without Flask.
    """

    def __init__(self) -> None:
        super().__init__(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})

    def share(self, app: Flask, engine: Engine) -> None:
        """Give `app` a session on `engine`; it is closed when the request ends."""
        # Read by the extension to know that there is a database at all; the engine itself is `engine`.
        app.config["SQLALCHEMY_DATABASE_URI"] = engine.url
        app.extensions["placet_engine"] = engine
        self.init_app(app)

    def _apply_driver_defaults(self, options: dict[str, Any], app: Flask) -> None:
        """Leave everything as it is: the engine is made already."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine: Engine = app.extensions["placet_engine"]
        return engine


db = EdgeDatabase()
