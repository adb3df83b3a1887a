"""The chapters in which things end: a withdrawal, an erasure, the sweep."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, distinct, func, select, true

from api.demo.stage import ACTOR, Person, Stage
from api.errors import CannotRun
from consent.subject_store import SubjectStatus
from consent.tables import identifier_table, subject_table, suppression_table
from consent.vocabulary import BlockList
from pii.tables import known_name_table, post_person_table, post_table, vault_table

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
    why = stage.tell.reason(after["reason"])
    stage.tell.say("And the very next check? %(decision)s (%(why)s)", decision=after["decision"], why=why)


def erase(stage: Stage) -> None:
    """Erase a person; show what went, what is left, and what those hear who got something."""
    person = _confirmed(stage)
    before = _traces(stage, [person.subject_id])
    done = stage.services.erasures.erase(person.subject_id, basis=BASIS, request=REQUEST, actor=ACTOR)
    stage.tell.say("%(name)s asks to be erased. State %(state)s.", name=person.name, state=done.state)
    _tell_change(stage, before, _traces(stage, [person.subject_id]))
    stage.tell.say("Gone besides:")
    besides = ((*stage.tell.code(name), count) for name, count in sorted(done.counts.items()) if name not in before)
    stage.tell.rows(("rows", "meaning", "gone"), [row for row in besides if row[-1]])
    _tell_what_stays(stage, person)
    for recipient in stage.recipient_keys:
        kinds = [entry["kind"] for entry in stage.feed(recipient)]
        stage.tell.say(
            "The feed of %(recipient)s: posts %(released)d, taken back %(revoked)d.",
            recipient=recipient,
            released=kinds.count("released"),
            revoked=kinds.count("revoked"),
        )
    again = stage.check(person)
    why = stage.tell.reason(again["reason"])
    stage.tell.say("May the newsletter go there? %(decision)s (%(why)s)", decision=again["decision"], why=why)


def sweep(stage: Stage) -> None:
    """Set the clock ahead and let the schedule end what it ends."""
    stage.clock.ahead += LATER
    stage.tell.say("The clock is set %(days)d days ahead.", days=LATER.days)
    people = _everybody(stage)
    before = _traces(stage, people)
    first = stage.services.sweep.run()
    after = _traces(stage, people)
    second = stage.services.sweep.run()
    categories = sorted(first.destroyed.keys() | first.kept.keys())
    rows = ((*stage.tell.code(name), first.destroyed[name], first.kept[name]) for name in categories)
    stage.tell.rows(("category", "meaning", "destroyed", "kept"), rows)
    stage.tell.say("A second run destroys %(again)d. What there is of people:", again=second.destroyed.total())
    _tell_change(stage, before, after)
    with stage.services.ground.reading() as session:
        authors = session.scalar(select(func.count(distinct(post_table.c.author_id))))
    stage.tell.say(
        "Left are who wrote a message that is still kept: %(authors)d, and who asked to be erased by way of a platform "
        "and waits for an answer: %(waiting)d.",
        authors=authors,
        waiting=len(stage.services.intake.orders.list_open()),
    )


def _confirmed(stage: Stage) -> Person:
    return next(person for person in stage.people if person.confirms)


def _traces(stage: Stage, subject_ids: Collection[str]) -> dict[str, int]:
    """Count what leads to some people; an identifier without its value leads to nobody."""
    columns: dict[str, ColumnElement[str]] = {
        "people": subject_table.c.id,
        "identifiers": identifier_table.c.subject_id,
        "names": known_name_table.c.subject_id,
        "posts": post_table.c.author_id,
        "mentions": post_person_table.c.subject_id,
        "boxes": vault_table.c.subject_id,
    }
    narrowed = {
        "people": subject_table.c.status != SubjectStatus.ERASED,
        "identifiers": identifier_table.c.box.is_not(None),
    }
    with stage.services.ground.reading() as session:
        counts = {
            name: session.scalar(select(func.count()).where(column.in_(subject_ids), narrowed.get(name, true()))) or 0
            for name, column in columns.items()
        }
        keys = stage.services.ground.subject_keys
        connection = session.connection()
        return counts | {"keys": sum(len(keys.list_key_ids(connection, name)) for name in subject_ids)}


def _everybody(stage: Stage) -> list[str]:
    with stage.services.ground.reading() as session:
        return list(session.scalars(select(subject_table.c.id).order_by(subject_table.c.id)))


def _tell_change(stage: Stage, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    rows = [(*stage.tell.code(name), count, after[name]) for name, count in before.items()]
    stage.tell.rows(("rows", "meaning", "before", "after"), rows)


def _tell_what_stays(stage: Stage, person: Person) -> None:
    traces = (identifier_table.c.subject_id == person.subject_id) & identifier_table.c.box.is_(None)
    listed = suppression_table.c.reason == BlockList.ERASURE
    with stage.services.ground.reading() as session:
        stage.tell.say(
            "Stays: a record that says %(status)s, contact points without value %(traces)d, "
            "keyed hashes on the block list %(listed)d.",
            status=session.scalar(select(subject_table.c.status).where(subject_table.c.id == person.subject_id)),
            traces=session.scalar(select(func.count()).where(traces)),
            listed=session.scalar(select(func.count()).where(listed)),
        )
