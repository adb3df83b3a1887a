"""The chapters in which things end: a withdrawal, an erasure, the sweep."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select

from api.demo.stage import ACTOR, Person, Stage
from api.errors import CannotRun
from consent.tables import identifier_table
from pii.tables import post_person_table, post_table

LATER: Final = timedelta(days=92)
BASIS: Final = "Art.17(1)(b)"
REQUEST: Final = "R-1"
ONE_CLICK: Final = {"List-Unsubscribe": "One-Click"}


def withdraw(stage: Stage) -> None:
    """Withdraw by the one-click link that each mail carries, and ask again."""
    person = _confirmed(stage)
    before = stage.check(person)
    stage.tell.say("May the newsletter go to %(name)s? %(decision)s", name=person.name, decision=before["decision"])
    answer = stage.http.post(urlsplit(before["unsubscribe"]["one_click"]).path, data=ONE_CLICK)
    if answer.status_code != 200:
        raise CannotRun("the withdrawal was refused")
    stage.tell.say("%(name)s presses *unsubscribe* in the mail program.", name=person.name)
    after = stage.check(person)
    stage.tell.say("And the very next check? %(decision)s (%(why)s)", decision=after["decision"], why=after["reason"])


def erase(stage: Stage) -> None:
    """Erase a person and count what is left."""
    person = _confirmed(stage)
    stage.tell.say("%(name)s asks to be erased. Before: %(rows)s.", name=person.name, rows=_rows_of(stage, person))
    done = stage.services.erasures.erase(person.subject_id, basis=BASIS, request=REQUEST, actor=ACTOR)
    counts = ", ".join(f"{name} {count}" for name, count in sorted(done.counts.items()) if count)
    stage.tell.say("State %(state)s; gone: %(counts)s.", state=done.state, counts=counts)
    stage.tell.say("After: %(rows)s. The keys are destroyed, suppression and proof stay.", rows=_rows_of(stage, person))
    for recipient in stage.recipient_keys:
        # The last entry about a post says how it stands.
        kinds = list({entry["id"]: entry["kind"] for entry in stage.feed(recipient)}.values())
        stage.tell.say(
            "%(recipient)s: %(released)d posts in the feed, %(revoked)d taken back.",
            recipient=recipient,
            released=kinds.count("released"),
            revoked=kinds.count("revoked"),
        )
    again = stage.check(person)
    stage.tell.say(
        "May the newsletter go there? %(decision)s (%(why)s)", decision=again["decision"], why=again["reason"]
    )


def sweep(stage: Stage) -> None:
    """Set the clock ahead and let the schedule end what it ends."""
    stage.clock.ahead += LATER
    stage.tell.say("The clock is set %(days)d days ahead.", days=LATER.days)
    first = stage.services.sweep.run()
    second = stage.services.sweep.run()
    stage.tell.rows(("category", "destroyed"), sorted(first.destroyed.items()))
    stage.tell.say(
        "Kept: %(kept)d. A second run destroys %(again)d.", kept=first.kept.total(), again=second.destroyed.total()
    )


def _confirmed(stage: Stage) -> Person:
    return next(person for person in stage.people if person.confirms)


def _rows_of(stage: Stage, person: Person) -> str:
    conditions = {
        "posts": post_table.c.author_id == person.subject_id,
        "mentions": post_person_table.c.subject_id == person.subject_id,
        # A row without its value stays, so that the answer goes on being a no that says why.
        "identifiers": (identifier_table.c.subject_id == person.subject_id) & identifier_table.c.box.is_not(None),
    }
    with stage.services.ground.reading() as session:
        counts = {
            name: session.scalar(select(func.count()).where(condition)) or 0 for name, condition in conditions.items()
        }
    return ", ".join(f"{name} {count}" for name, count in counts.items())
