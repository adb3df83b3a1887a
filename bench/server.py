"""The application that is measured: Placet's own, with one more route that says hello and nothing else."""

from flask import Flask

from api.serving import app_of_worker


def app_with_hello() -> Flask:
    """Return the application of a worker process, with `/hello` in it."""
    app = app_of_worker()

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    return app


def bare_hello() -> Flask:
    """Return an application that says hello and has nothing around it."""
    app = Flask("hello")

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    return app
