"""Replaying decision cases over HTTP: the public API of an installation whose clock a header sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import httpx

from api.clock import HEADER as CLOCK_HEADER
from api.errors import CannotRun, KeyUsedOtherwise
from api.idempotency import HEADER as KEY_HEADER
from api.statuses import subclasses
from consent.asking import Asked
from consent.case_door import ACTOR, WITHOUT_EFFECT, Answered, Plain, Put, Refusal
from consent.errors import UnknownNotice
from consent.identifiers import GivenIdentifier
from consent.notices import NO_TEXT
from consent.periods import to_iso
from consent.question import Question
from consent.registry import SubjectFacts
from consent.report import Report
from consent.vocabulary import ContentFlag, Verdict

# Under the notices of a policy no version has this number.
_NO_VERSION: Final = 10**6
_CODES_WITHOUT_EFFECT: Final = frozenset(
    [KeyUsedOtherwise.code, *(getattr(error, "code", "") for root in WITHOUT_EFFECT for error in subclasses(root))]
)
_SHARED: Final = ("subject", "controller", "as_of", "as_known")
_FACTS: Final = ("country", "region", "kind", "birth_date", "time_zone")
_ANSWERED: Final = (
    *("basis", "reason", "notes", "obligations", "carried_by"),
    *("state", "keep_proof_until", "retry_after", "denied"),
)


class HttpDoor:
    """An installation behind its API; `client` knows its address and sends the key."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def create(
        self, identifiers: Sequence[GivenIdentifier], facts: SubjectFacts, *, verified: bool, now: datetime
    ) -> str:
        """Create the data subject that holds these identifiers, or give them to it; return its id."""
        known = {name: value for name, value in asdict(facts).items() if name in _FACTS and value is not None}
        body = {
            "identifiers": [asdict(identifier) for identifier in identifiers],
            "facts": {name: str(value) for name, value in known.items()},
            "verified_how": ACTOR if verified else None,
        }
        return str(_sound(self._post("/v1/subjects", body, now))["id"])

    def record(self, report: Report, *, controller: str, now: datetime) -> str | Refusal:
        """Record an event and return its id, or why it was refused."""
        body = {
            **_fields(report.fields),
            "controller": report.fields.get("controller") or controller or None,
            "subject": None if report.subject is None else {"id": report.subject},
            "identifier": [_contact(given) for given in report.identifiers] or None,
            "to": None if report.to is None else _contact(report.to),
            "other": None if report.other is None else {"id": report.other},
            "occurred_at": None if report.at is None else to_iso(report.at),
        }
        answer = self._post("/v1/consents", body, now, key=report.idempotency_key)
        if answer.is_success:
            return str(answer.json()["event_id"])
        code = _code(answer)
        if code == UnknownNotice.code:
            return Refusal.NO_SUCH_TEXT
        if code in _CODES_WITHOUT_EFFECT:
            return Refusal.WITHOUT_EFFECT
        raise refused(answer)

    def answer(self, questions: Sequence[Put]) -> list[Answered]:
        """Answer questions, in their order; the parts of a list one by one as well."""
        return [self._answered(put) for put in questions]

    def _answered(self, put: Put) -> Answered:
        parts = tuple(self._ask(_body(item), item.question) for item in put.asked)
        if not put.is_list:
            return Answered(parts[0], parts)
        bodies = [_body(item) for item in put.asked]
        shared = {name: value for name, value in bodies[0].items() if name in _SHARED}
        if any({name: body[name] for name in _SHARED if name in body} != shared for body in bodies):
            # The API lets the questions of a list share whom and when they are about; the rule book does not.
            return Answered(_whole(parts), parts)
        rest = [{name: value for name, value in body.items() if name not in _SHARED} for body in bodies]
        return Answered(self._ask({**shared, "all": rest}, put.asked[0].question), parts)

    def _ask(self, body: Mapping[str, Any], question: Question) -> Plain:
        told = _sound(self._post("/v1/check", body, question.as_known))
        return {"expect": told["decision"], **{name: told[name] for name in _ANSWERED}}

    def _post(self, path: str, body: Mapping[str, Any], now: datetime, *, key: str | None = None) -> httpx.Response:
        headers = {CLOCK_HEADER: to_iso(now), **({} if key is None else {KEY_HEADER: key})}
        plain = {name: value for name, value in body.items() if value is not None}
        return self._client.post(path, json=plain, headers=headers)


def _whole(parts: Sequence[Plain]) -> Plain:
    """Return the answer to a list of questions: the first denial, else the first answer."""
    denied = [place for place, part in enumerate(parts) if part["expect"] != Verdict.ALLOW]
    return {**parts[denied[0] if denied else 0], "denied": denied}


def _fields(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of an event as the API takes them: a version of a notice by its parts."""
    told = dict(fields)
    if (notice := fields.get("notice")) not in (None, NO_TEXT):
        name, _, version = str(notice).partition("@")
        told["notice"] = {"id": name, "version": int(version) if version.isdecimal() else _NO_VERSION}
    return told


def _contact(ref: object) -> dict[str, str]:
    return asdict(ref) if isinstance(ref, GivenIdentifier) else {"id": str(ref)}


def _body(asked: Asked) -> dict[str, Any]:
    """Return a question as the API takes it."""
    question = asked.question
    flags = {flag.value: True for flag in ContentFlag if getattr(question, flag)}
    told: dict[str, Any] = {
        "subject": None if asked.subject is None else {"id": asked.subject},
        "identifier": None if asked.identifier is None else _contact(asked.identifier),
        "controller": question.controller,
        "purpose": question.purpose,
        "channel": question.channel,
        "topic": question.topic,
        "as_of": to_iso(question.as_of),
        "as_known": to_iso(question.as_known),
        "action": question.action.value,
        "country_hint": question.country_hint,
        "recipient": question.recipient,
        "goods": question.goods,
        "own_goods": question.own_goods,
        "content": flags or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _sound(answer: httpx.Response) -> Mapping[str, Any]:
    if not answer.is_success:
        raise refused(answer)
    body: Mapping[str, Any] = answer.json()
    return body


def refused(answer: httpx.Response) -> CannotRun:
    """Return the error for a request of a case that the installation did not take; the path holds no person."""
    status = HTTPStatus(answer.status_code)
    places = ", ".join(_places(answer))
    return CannotRun(f"{answer.request.url.path}: {status.value} {_code(answer) or status.phrase} {places}".strip())


def _code(answer: httpx.Response) -> str:
    return str(_problem(answer).get("type", "")).rpartition("/")[2]


def _places(answer: httpx.Response) -> Iterable[str]:
    return (str(error.get("pointer")) for error in _problem(answer).get("errors", ()))


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    if "json" not in answer.headers.get("Content-Type", ""):
        return {}
    body = answer.json()
    return body if isinstance(body, dict) else {}
