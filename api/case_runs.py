"""Running decision cases: in a throw-away installation by its services or over HTTP, or at an address."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import httpx

from api.bootstrap import Services
from api.case_http import HttpDoor
from api.case_installation import http_client, served, throw_away
from api.case_results import Result, Skipped
from api.clock import choose, forget
from api.errors import ApiError
from audit.errors import AuditError
from audit.ids import new_id
from consent.case_door import ACTOR, ServiceDoor
from consent.case_reader import Case
from consent.case_replay import Replay, beginning, with_parameters
from consent.errors import ConsentError
from consent.policy import load_policy
from consent.vocabulary import EventKind

_REFUSALS: Final = (ConsentError, ApiError, AuditError, httpx.HTTPError)
# What one case says of everybody, or of nobody, all others that share its installation would hear.
_OF_EVERYBODY: Final = frozenset({EventKind.INVALIDATE, EventKind.ASSESSMENT, EventKind.NOTICE_PUBLISHED})


def run_cases(
    cases: Sequence[Case], policy_text: str, *, database_url: str | None, over_http: bool
) -> Iterator[Result]:
    """Run cases on a throw-away database, each in a controller group of its own; see `throw_away` for the URL."""
    with throw_away(database_url) as installation:
        for number, case in enumerate(cases):
            try:
                with installation.group(f"case-{number}") as services:
                    yield case.id, _run(case, policy_text, services, over_http=over_http)
            except _REFUSALS as error:
                yield case.id, [_unplayable(error)]


def run_at(cases: Sequence[Case], policy_text: str, *, url: str, key: str) -> Iterator[Result]:
    """Run cases at the address of an installation with a test clock, whose policy in force is this one.

    A case is skipped that needs the installation for itself (it says something of everybody, or has parameters of
    its own), or in which somebody is erased: that ends earlier answers, and cannot be replayed.
    """
    policy, run = load_policy(policy_text), new_id()
    with http_client(url, key) as client:
        for number, case in enumerate(cases):
            if (why := _why_alone(case)) is not None:
                yield case.id, Skipped(why)
                continue
            try:
                yield case.id, Replay(case, policy, HttpDoor(client), mark=f"{run}-{number}-").run()
            except _REFUSALS as error:
                yield case.id, [_unplayable(error)]


def _why_alone(case: Case) -> str | None:
    """Return why a case cannot share an installation that is in use, or None if it can."""
    kinds = {event.kind for event in case.events}
    if case.parameters or kinds & _OF_EVERYBODY:
        return "needs an installation for itself"
    return "erases somebody for good" if EventKind.ERASE in kinds else None


def _run(case: Case, policy_text: str, services: Services, *, over_http: bool) -> Sequence[object]:
    text = with_parameters(policy_text, case.parameters)
    with _clock() as set_clock:
        set_clock(beginning(case))
        policy = services.policies.apply(text, actor=ACTOR).policy
        if not over_http:
            return Replay(case, policy, ServiceDoor(services.ground, services.policies, set_clock)).run()
    with served(services) as client:
        return Replay(case, policy, HttpDoor(client)).run()


@contextmanager
def _clock() -> Iterator[Callable[[datetime], None]]:
    """Give what sets the clock of this thread; afterwards it runs again."""
    tokens = []

    def set_clock(now: datetime) -> None:
        tokens.append(choose(now))

    try:
        yield set_clock
    finally:
        for token in reversed(tokens):
            forget(token)


def _unplayable(error: Exception) -> str:
    return f"cannot be replayed: {error}"
