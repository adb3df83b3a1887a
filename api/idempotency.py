"""The header Idempotency-Key: a write that is sent again gives the same answer again and changes nothing."""

import re
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, Final

import structlog
from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from api.context import current_caller, services
from api.errors import BadIdempotencyKey
from api.idempotency_store import Answer, Attempt

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
# What describes the answer itself; all other headers belong to the delivery and are made anew.
_KEPT_HEADERS: Final = ("content-type", "location", "etag", "link")
_FIRST_REFUSAL: Final = 400

View = Callable[..., Any]
log = structlog.get_logger(__name__)


def idempotent(view: View) -> View:
    """Let a write take an Idempotency-Key; stands right below `requires` (and below `large_body`).

    An answer that changed something is kept. A refusal changed nothing, frees the key, and is decided anew.
    """

    @wraps(view)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*arguments, **options)
        if not _KEY.fullmatch(key):
            raise BadIdempotencyKey("the key has 1 to 255 visible ASCII characters")
        store = services().idempotency
        attempt = store.attempt(current_caller().client_id, key, _request_bytes())
        if (answer := store.begin(attempt)) is not None:
            return _replay(answer)
        return _first(attempt, lambda: view(*arguments, **options))

    document = deepcopy(getattr(wrapper, "_apidoc", {}))
    document.setdefault("arguments", {}).setdefault("parameters", []).append(
        {
            "in": "header",
            "name": HEADER,
            "required": False,
            "description": "The same key and body give the same answer again, for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }
    )
    wrapper._apidoc = document  # type: ignore[attr-defined]  # where flask-smorest looks for it
    return wrapper


def idempotency_reference() -> str | None:
    """Return what every repetition of this request has in common, or None when it carries no key.

    A service that keeps it beside what it wrote also recognises a repetition after a crash between its
    commit and the keeping of the answer.
    """
    reference: str | None = g.get("idempotency_reference")
    return reference


def _first(attempt: Attempt, call: Callable[[], Any]) -> Response:
    store = services().idempotency
    g.idempotency_reference = attempt.reference
    try:
        response = current_app.make_response(call())
    except BaseException:
        store.give_up(attempt)
        raise
    if response.status_code >= _FIRST_REFUSAL:
        store.give_up(attempt)
        return response
    kept = tuple((name, value) for name, value in response.headers if name.lower() in _KEPT_HEADERS)
    try:
        store.keep(attempt, Answer(response.status_code, kept, response.get_data()))
    except SQLAlchemyError:
        # The change stands and its answer is true; refusing it now would invite a second one.
        log.exception("answer_not_kept")
    return response


def _replay(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, headers=list(answer.headers))
    response.headers[REPLAYED] = "true"
    return response


def _request_bytes() -> bytes:
    """Return all that makes two requests the same: method, address and body, each with its length."""
    parts = (
        request.method.encode(),
        request.path.encode(),
        request.query_string,
        request.mimetype.encode(),
        request.get_data(cache=True),
    )
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
