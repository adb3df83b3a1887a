"""Values for the tests of retention: instants, places, data, facts and verdicts under the schedule of the rule book."""

from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from retention.holidays import Land
from retention.identities import Identities, SubjectName
from retention.model import (
    Attribute,
    Datum,
    DatumEvent,
    Facts,
    Hold,
    PlatformOrderFact,
    RequestFact,
    RequestType,
    Scope,
    Verdict,
)
from retention.place import Place
from retention.schedule import Schedule
from retention.schedule_loading import load_schedule
from retention.verdict import verdict
from tests.paths import SHARED

RULE_BOOK = SHARED / "cases" / "retention"
BERLIN = ZoneInfo("Europe/Berlin")
HERE = Place(BERLIN)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text[-1] != "Z" else datetime.fromisoformat(text)


def schedule_text() -> str:
    return Path(RULE_BOOK / "schedule.yaml").read_text("utf-8")


@cache
def schedule() -> Schedule:
    return load_schedule(schedule_text())


def schedule_document() -> dict[str, object]:
    return deepcopy(_document())


@cache
def _document() -> dict[str, object]:
    document = yaml.safe_load(schedule_text())
    assert isinstance(document, dict)
    return document


def datum(
    category: str,
    *events: tuple[str, str],
    subject: str | None = "email:max@example.de",
    purposes: set[str] | None = None,
    ref: str = "d",
    **attributes: Attribute,
) -> Datum:
    return Datum(
        ref=ref,
        category=category,
        subject=None if subject is None else SubjectName.of(subject),
        attributes=attributes,
        purposes=None if purposes is None else frozenset(purposes),
        events=tuple(DatumEvent(instant(at), name) for at, name in events),
    )


def everything(subject: str | None = "email:max@example.de") -> Scope:
    return Scope(subject=None if subject is None else SubjectName.of(subject))


def facts(*things: Hold | RequestFact | PlatformOrderFact, identities: Identities | None = None) -> Facts:
    return Facts(
        place=HERE,
        identities=Identities.known() if identities is None else identities,
        holds=tuple(thing for thing in things if isinstance(thing, Hold)),
        requests=tuple(thing for thing in things if isinstance(thing, RequestFact)),
        platform_orders=tuple(thing for thing in things if isinstance(thing, PlatformOrderFact)),
    )


def land(name: str) -> Place:
    return Place(BERLIN, Land(name))


def request(kind: RequestType, received: str, *, purposes: set[str] | None = None, **dates: str) -> RequestFact:
    return RequestFact(
        id="q",
        type=kind,
        scope=everything(),
        received_at=instant(received),
        purposes=None if purposes is None else frozenset(purposes),
        **{name: instant(text) for name, text in dates.items()},
    )


def order(signal: str, at: str, *, platform: str = "x", account: str = "x:@max") -> PlatformOrderFact:
    return PlatformOrderFact(at=instant(at), platform=platform, signal=signal, account=SubjectName.of(account))


def judge(about: Datum, known: Facts, at: str) -> Verdict:
    return verdict(about, schedule(), known, instant(at))


def states(about: Datum, known: Facts, *instants: str) -> list[str]:
    return [str(judge(about, known, at).state) for at in instants]


NOTE = datum("order_note", ("2026-02-09", "collected"))
OVER = datum("social_insight", ("2026-01-01", "collected"))
POST = datum("social_post", ("2026-02-01", "collected"), subject="x:@max", platform="x")
