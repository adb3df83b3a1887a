"""The short way of a plain check: answered before Flask, from a ready answer; everything else goes the long way.

Only what is beyond doubt is answered here: a plain question in plain JSON, by a client whose key the long way
accepted and nobody changed since, about somebody whose answer is ready. All else is the route's, each refusal
too. Both give the same answer; a test holds them together.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from api.around import log_access, standing_headers
from api.bootstrap import Services
from api.caller import Caller
from api.clients import Accepted
from api.errors import ApiError
from api.json_body import parse_json_body
from api.parser import JSON
from api.scopes import Scope
from api.unsubscribe import told_text, way_out_text
from audit.ids import new_id
from consent.answer_form import format_instant
from consent.bulk import name_of
from consent.identifiers import GivenIdentifier
from consent.ready_answers import ReadyKey, is_contact
from consent.ready_lookup import Ready, link_of, logged

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]

PATH: Final = "/v1/check"
MOST_BYTES: Final = 4096
_QUESTION: Final = frozenset({"subject", "purpose", "channel"})


class FastCheck:
    """A WSGI application in front of Flask's."""

    def __init__(self, behind: "WSGIApplication", services: Services) -> None:
        self._behind = behind
        self._services = services
        self._headers = standing_headers(services.settings)

    def __call__(self, environ: Environ, start: "StartResponse") -> Iterable[bytes]:
        """Answer a plain check, or hand the request on as it came."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._behind(environ, start)
        started = time.perf_counter()
        accepted = self._services.clients.accepted(environ.get("HTTP_AUTHORIZATION"))
        question = None if accepted is None else _read(environ)
        told = None if accepted is None or question is None else self._answer(question, accepted)
        if accepted is None or told is None:
            return self._behind(environ, start)
        own = [("Content-Type", JSON), ("Content-Length", str(len(told))), ("X-Request-Id", request_id := new_id())]
        start("200 OK", [*own, *self._headers])
        log_access(
            request_id=request_id,
            method="POST",
            route=PATH,
            status=200,
            started=started,
            client_id=accepted.caller.client_id,
        )
        return [told]

    def _answer(self, question: dict[str, Any], accepted: Accepted) -> bytes | None:
        services, caller = self._services, accepted.caller
        asked = self._asked(question["subject"])
        if asked is None or Scope.CHECK not in caller.scopes:
            return None
        now = services.ground.now()
        key = ReadyKey(asked, caller.controller, question["purpose"], question["channel"])
        found = services.lookup.find(key, now)
        if found is None or found.clients != accepted.era:
            return None
        if found.ready is None:
            services.ready.want(key)
            return None
        return self._told(key, found.ready, caller, now)

    def _asked(self, subject: object) -> str | None:
        """Return the name of whom a plain subject means, or None where that is not plain."""
        match subject:
            case {"id": str(name), **rest} if not rest:
                return None if is_contact(name) else name
            case {"identifier": {"kind": str(kind), "value": str(value), **more}, **rest} if not rest and not more:
                given = GivenIdentifier(kind, value)
                return name_of(self._services.ground, given) if value.isprintable() else None
        return None

    def _told(self, key: ReadyKey, ready: Ready, caller: Caller, now: datetime) -> bytes:
        """Return the answer as it is sent, and note it in the log of answers."""
        decision_id = new_id()
        self._services.decisions.note(logged(key, ready, decision_id=decision_id, at=now, asker=caller.client_id))
        return told_text(
            ready.document,
            decision_id=decision_id,
            decided_at=format_instant(now),
            unsubscribe=way_out_text(self._services, link_of(key, ready)),
        ).encode()


def _read(environ: Environ) -> dict[str, Any] | None:
    """Return the body of a request where it is plain; what was read is put back for whoever comes next."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > MOST_BYTES or environ.get("CONTENT_TYPE") != JSON:
        return None
    if environ.get("QUERY_STRING") or "HTTP_IDEMPOTENCY_KEY" in environ or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    data = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(data)
    try:
        body = parse_json_body(data)
    except ApiError:
        return None
    if not isinstance(body, dict) or body.keys() != _QUESTION:
        return None
    return body if isinstance(body["purpose"], str) and isinstance(body["channel"], str) else None
