"""What a refused request is told: problem details (RFC 9457), without any value of the input and without insides."""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.errors import FieldError, InvalidInput, KeyRefused, StillInProgress, Unauthenticated
from api.pointers import pointer_to
from api.statuses import ABOUT, PLACED, ROOTS, SPEAKING, status_of
from pii.errors import BadPayload

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5
# More of them help nobody, and a body full of faults must not be answered with a longer one.
MOST_FIELD_ERRORS: Final = 100
_STEP: Final = re.compile(r"[./\[\]]+")
_INTERNAL: Final = ("internal", "Internal error", "The request could not be answered; `instance` names it.")
_AWAY: Final = ("unavailable", "Not available", "The database cannot be reached, or is busy; try again.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: the status, the name of its type, what it says, and the headers that go with it."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str) -> bytes:
        """Return the document; `instance` is the URI of this one occurrence."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        if self.errors:
            document["errors"] = [
                {"pointer": error.pointer, "message": error.message, "code": error.code}
                for error in self.errors[:MOST_FIELD_ERRORS]
            ]
        return json.dumps(document, ensure_ascii=False).encode()


def problem_of(error: Exception) -> Problem:
    """Return what the caller is told about `error`; whatever nobody mapped is an internal error without details."""
    if is_away(error):
        return Problem(503, *_AWAY, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    status = status_of(type(error)) if isinstance(error, ROOTS) else None
    if status is None or status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal()
    title = summary_of(type(error))
    detail = str(error) if isinstance(error, SPEAKING) and str(error) else title
    return Problem(status, error_code(error), title, detail, _errors(error), _headers(error, status))


def http_problem(status: int, headers: Mapping[str, str]) -> Problem:
    """Return the problem for a refusal of the HTTP layer itself, such as 404 or 405."""
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal()
    known = HTTPStatus(status)
    # Spelled here, because Python renamed some of its phrases between versions.
    name = {413: "Content Too Large", 422: "Unprocessable Content"}.get(status, known.phrase)
    code = name.lower().replace(" ", "_").replace("-", "_").replace("'", "")
    return Problem(status, code, name, known.description or name, headers=headers)


def internal() -> Problem:
    """Return the problem that says nothing but that it is ours."""
    return Problem(500, *_INTERNAL)


def is_away(error: Exception) -> bool:
    """Say whether `error` means that the database cannot be reached, is full, locked or out of connections."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | DisconnectionError)


def error_code(error: Exception) -> str:
    """Return the code by which a program knows `error`."""
    return str(getattr(error, "code", ""))


def summary_of(kind: type[Exception]) -> str:
    """Return the first paragraph of the class's docstring: what a person reads."""
    paragraph = inspect.cleandoc(kind.__doc__ or kind.__name__).partition("\n\n")[0]
    return " ".join(paragraph.split())


def _errors(error: Exception) -> tuple[FieldError, ...]:
    if isinstance(error, InvalidInput):
        return error.errors
    if isinstance(error, PLACED):
        # The place may be a name that was sent, so it goes through the same sieve as every pointer.
        place, colon, what = str(error).partition(": ")
        return (FieldError(pointer_to(_STEP.split(place)), what, error_code(error)),) if colon else ()
    if isinstance(error, BadPayload):
        return (FieldError(pointer_to(filter(None, error.pointer.split("/"))), error.rule, error.code),)
    # By the class itself: an error below it may be about another part.
    if (pointer := ABOUT.get(type(error))) is not None:
        return (FieldError(pointer, summary_of(type(error)), error_code(error)),)
    return ()


def _headers(error: Exception, status: int) -> dict[str, str]:
    if isinstance(error, KeyRefused):
        return {"WWW-Authenticate": 'Bearer realm="placet", error="invalid_token"'}
    if isinstance(error, Unauthenticated) or status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="placet"'}
    if isinstance(error, StillInProgress):
        return {"Retry-After": "1"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}
