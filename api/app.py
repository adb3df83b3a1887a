"""The web application: what surrounds every view."""

import time
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final

import structlog
from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import NotFound

from api import health, pages, problem_types, receipt_pages, spec
from api.around import log_access, standing_headers
from api.bodies import SMALL, BoundedRequest
from api.bootstrap import Services
from api.clock import HEADER as CLOCK_HEADER
from api.clock import choose, forget
from api.context import EXTENSION, request_id
from api.edge_database import db
from api.errors import BadInstant
from api.fast_check import FastCheck
from api.fields import parse_instant
from api.problems import MEDIA_TYPE, Problem, problem_of
from api.smorest import Api, Blueprint
from api.statuses import ROOTS
from api.v1 import audit as log_routes
from api.v1 import (
    bulk,
    check,
    consents,
    explain,
    histories,
    imports,
    intake,
    merging,
    receipts,
    releases,
    signals,
    subjects,
    uses,
)
from audit.ids import new_id

# Every set of routes of the application. A new one is added here and nowhere else.
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    health.blueprint,
    pages.blueprint,
    receipt_pages.blueprint,
    problem_types.blueprint,
    spec.blueprint,
    check.blueprint,
    explain.blueprint,
    bulk.blueprint,
    uses.blueprint,
    consents.blueprint,
    imports.blueprint,
    merging.blueprint,
    receipts.blueprint,
    subjects.blueprint,
    signals.blueprint,
    histories.blueprint,
    intake.blueprint,
    releases.blueprint,
    log_routes.blueprint,
)
LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
ErrorInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
log = structlog.get_logger(__name__)


class Edge(Flask):
    """A Flask application that bounds every body and never writes an error's message into a log."""

    request_class = BoundedRequest

    def log_exception(self, exc_info: ErrorInfo) -> None:
        """Log the type of the error and where in the code it arose."""
        log.error("request_failed", exc_info=exc_info, route=_route())


def create_app(services: Services) -> Flask:
    """Return the application over `services`."""
    app = Edge("placet", static_folder=None)
    app.config.update(
        API_TITLE="Placet",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"servers": [{"url": services.settings.base_url}]},
        MAX_CONTENT_LENGTH=SMALL,
        MAX_FORM_MEMORY_SIZE=SMALL,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    # A redirect would repeat the path, which can hold a token.
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = services
    db.share(app, services.ground.engine)
    _register_hooks(app, services)
    _register_errors(app)
    api = Api(app, respond)
    app.extensions["placet_api"] = api
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    if not services.settings.test_clock:
        # The clock of a request stands in a header, which only the long way reads.
        app.wsgi_app = FastCheck(app.wsgi_app, services)  # type: ignore[assignment,method-assign]  # Flask's own hook
    return app


def respond(problem: Problem) -> Response:
    """Return the response for a problem."""
    body = problem.body(f"urn:uuid:{request_id()}")
    return Response(body, status=problem.status, headers=dict(problem.headers), content_type=MEDIA_TYPE)


def _register_hooks(app: Flask, services: Services) -> None:
    always = standing_headers(services.settings)

    def begin() -> None:
        """Give the request its id, and its clock if it brings one; refuse U+0000 in the path."""
        g.request_id = new_id()
        g.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        if "\x00" in request.path:
            raise NotFound
        if services.settings.test_clock:
            _set_clock(request)

    def finish(response: Response) -> Response:
        """Put the id and the headers of security on the answer, and log the access."""
        response.headers["X-Request-Id"] = request_id()
        for name, value in always:
            response.headers.setdefault(name, value)
        _log_access(response)
        return response

    def end(_error: BaseException | None) -> None:
        """Forget what was bound to the request."""
        if (token := g.pop("clock_token", None)) is not None:
            forget(token)
        structlog.contextvars.clear_contextvars()

    app.before_request(begin)
    app.after_request(finish)
    app.teardown_request(end)


def _register_errors(app: Flask) -> None:
    def answer(error: Exception) -> Any:
        """Answer an error as a problem document; log it if it is an inner one."""
        problem = problem_of(error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request_failed", exc_info=error, route=_route())
        return respond(problem)

    for root in ROOTS:
        app.register_error_handler(root, answer)
    app.register_error_handler(Exception, answer)


def _set_clock(asked: Request) -> None:
    """Set the clock of this request from its header; only this machine may (API.md, setting PLACET_TEST_CLOCK)."""
    text = asked.headers.get(CLOCK_HEADER)
    if text is None or asked.remote_addr not in LOOPBACK:
        return
    try:
        g.clock_token = choose(parse_instant(text))
    except ValueError:
        raise BadInstant("the header X-Placet-Now is no RFC 3339 instant") from None


def _log_access(response: Response) -> None:
    caller = g.get("caller")
    log_access(
        request_id=g.request_id,
        method=request.method if request.url_rule else "-",
        route=_route(),
        status=response.status_code,
        started=g.started,
        client_id=caller.client_id if caller else None,
    )


def _route() -> str:
    # The template: the path itself can hold a token.
    return request.url_rule.rule if request.url_rule else "-"
