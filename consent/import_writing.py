"""Writing what a batch of rows comes to: entries, people, events, evidence and permissions, a statement each."""

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete

from audit.bulk_writing import write_many
from audit.events import Event
from audit.ground import Ground
from audit.ids import new_id
from audit.sealing import row_aad, seal
from audit.subject_keys import SubjectKeys
from audit.unit_of_work import UnitOfWork
from consent.event import ConsentEvent
from consent.event_store import body_of
from consent.events import ROW_IMPORTED, SUBJECT_IMPORTED, pub_of
from consent.import_batch import VERIFIED_HOW, Source
from consent.import_people import People
from consent.import_plan import NewPerson, Plan, Taken
from consent.in_force import InForce
from consent.permissions import Permission, fold
from consent.ready_answers import ReadyAnswers
from consent.recorder import Recorder
from consent.subject_store import SubjectStatus
from consent.tables import event_table, evidence_table, identifier_table, permission_table, subject_table
from consent.vocabulary import SubjectKind

CONTACT: Final = "<contact point>"
"""Stands for the contact point in a body that is made once."""
EVIDENCE_KIND: Final = "reference"
_SUBJECT: Final = (
    "group_id",
    "id",
    "status",
    "first_country",
    "country",
    "kind",
    "created_at",
    "observed",
)
_IDENTIFIER: Final = (
    "group_id",
    "id",
    "subject_id",
    "kind",
    "blind_index",
    "key_id",
    "box",
    "place",
    "verified_at",
    "verified_how",
    "valid_from",
)
_EVENT: Final = (
    "group_id",
    "id",
    "place",
    "subject_id",
    "contact",
    "controller",
    "kind",
    "at",
    "recorded_at",
    "body",
    "policy_version",
    "idempotency_key",
    "entry_id",
)
_EVIDENCE: Final = ("group_id", "id", "event_id", "subject_id", "kind", "key_id", "box", "created_at")
# By the names of a permission; only its subject is called otherwise in the table.
_PERMISSION: Final = (
    "subject",
    "controller",
    "purpose",
    "topic",
    "channel",
    "contact",
    "state",
    "carried_by",
    "since",
)
_REMOVE: Final = delete(permission_table).where(
    permission_table.c.group_id == bindparam("in_group"),
    permission_table.c.subject_id.in_(bindparam("names", expanding=True)),
)


class ImportWriter:
    """Writes the plan of a batch in one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork, in_force: InForce, source: Source, *, now: datetime) -> None:
        self._ground = ground
        self._uow = uow
        self._in_force = in_force
        self._source = source
        self._now = now
        self._bodies: dict[Hashable, str] = {}
        self._pubs: dict[Hashable, Mapping[str, object]] = {}

    def write(self, plan: Plan, people: People) -> None:
        """Write everything; each event has its entry, under the keys of its subject."""
        created = [person.subject.id for person in plan.people]
        new_keys = self._ground.subject_keys.create_many(self._uow.connection, created)
        first = {**{name: keys[0] for name, keys in people.keys.items()}, **new_keys}
        newest = {**{name: keys[-1] for name, keys in people.keys.items()}, **new_keys}
        entries = [self._entry_of_person(person) for person in plan.people]
        entries += [self._entry_of_row(taken) for taken in plan.taken]
        entry_ids = self._uow.record_many(entries, newest)
        of_people, of_rows = entry_ids[: len(plan.people)], entry_ids[len(plan.people) :]
        self._many(subject_table, _SUBJECT, map(self._subject_row, plan.people))
        self._many(identifier_table, _IDENTIFIER, (self._identifier_row(p, first) for p in plan.people))
        rows = [
            self._event_row(person.added, entry_id)
            for person, entry_id in zip(plan.people, of_people, strict=True)
            if person.added is not None
        ]
        rows += [
            self._event_row(taken.event, entry_id, self._source.key(taken.candidate.number))
            for taken, entry_id in zip(plan.taken, of_rows, strict=True)
        ]
        self._many(event_table, _EVENT, sorted(rows, key=lambda row: row[2]))
        self._many(evidence_table, _EVIDENCE, self._evidence_rows(plan.taken, first))
        self._project(plan, people)

    def _project(self, plan: Plan, people: People) -> None:
        """Write the permissions of everybody concerned; where others have to do with it, as a single event does."""
        alone = {name for name, story in plan.stories.items() if story.is_about_one()}
        told = list(plan.told)
        for name in sorted(alone):
            told += fold(name, plan.stories[name].history(), self._in_force.policy)
        before = sorted(alone & people.known)
        if before:
            self._uow.session.execute(_REMOVE, {"in_group": self._ground.group_id, "names": before})
            ReadyAnswers(self._ground.group_id, self._uow.session).forget(before)
        self._write_permissions(told)
        others = plan.stories.keys() - alone
        Recorder(self._ground, self._uow, self._in_force).project(
            event for event in plan.events() if event.subject in others
        )

    def _write_permissions(self, permissions: Sequence[Permission]) -> None:
        group_id, version = self._ground.group_id, self._in_force.version
        rows = ((group_id, *(getattr(item, name) for name in _PERMISSION), version) for item in permissions)
        columns = ("group_id", "subject_id", *_PERMISSION[1:], "policy_version")
        self._many(permission_table, columns, rows)

    def _entry_of_person(self, person: NewPerson) -> Event:
        facts = {
            "subject": person.subject.id,
            "actor": self._source.actor,
            "event": person.added and person.added.id,
            "identifier": person.candidate.indexed.contact,
            "verified": person.verified,
        }
        return SUBJECT_IMPORTED.event(fields={"facts": _text(facts)}, subject=person.subject.id)

    def _entry_of_row(self, taken: Taken) -> Event:
        event = taken.event
        facts = {
            "subject": event.subject,
            "actor": self._source.actor,
            "event": event.id,
            "identifier": event.identifiers,
            "occurred_at": event.at.isoformat(),
            "file": self._source.digest,
            "row": taken.candidate.number,
        }
        return ROW_IMPORTED.event(pub=self._pub(event), fields={"facts": _text(facts)}, subject=event.subject)

    def _subject_row(self, person: NewPerson) -> tuple[Any, ...]:
        country = person.subject.country
        kind = SubjectKind.CONSUMER
        return (
            self._ground.group_id,
            person.subject.id,
            SubjectStatus.ACTIVE.value,
            country,
            country,
            kind.value,
            self._now,
            False,
        )

    def _identifier_row(self, person: NewPerson, keys: dict[str, SubjectKeys]) -> tuple[Any, ...]:
        row_id, own, indexed = new_id(), keys[person.subject.id], person.candidate.indexed
        aad = row_aad(self._ground.group_id, identifier_table.name, "box", row_id, own.key_id)
        return (
            self._ground.group_id,
            row_id,
            person.subject.id,
            indexed.identifier.kind,
            indexed.blind_index,
            own.key_id,
            seal(own.for_table(identifier_table.name), indexed.identifier.value.encode(), aad),
            1,
            self._now if person.verified else None,
            VERIFIED_HOW if person.verified else None,
            self._now,
        )

    def _event_row(self, event: ConsentEvent, entry_id: str, key: str | None = None) -> tuple[Any, ...]:
        return (
            self._ground.group_id,
            event.id,
            event.place,
            event.subject,
            # Set where an event is about a contact point, which a row is not.
            None if key is not None else event.identifiers[0],
            self._source.controller if key is not None else "",
            event.kind.value,
            event.at,
            event.recorded_at,
            self._body(event),
            self._in_force.version,
            key,
            entry_id,
        )

    def _body(self, event: ConsentEvent) -> str:
        """Return the body of an event; those of one kind that name the same differ in the contact point only."""
        contact = event.identifiers[0] if event.identifiers else None
        if contact is None:
            return _text(body_of(event))
        same = (contact.partition(":")[0], event.verified, _named(event))
        body = self._bodies.get(same)
        if body is None:
            body = self._bodies[same] = _text(body_of(replace(event, identifiers=(CONTACT,))))
        return body.replace(CONTACT, contact)

    def _pub(self, event: ConsentEvent) -> Mapping[str, object]:
        same = _named(event)
        return self._pubs.get(same) or self._pubs.setdefault(same, pub_of(event, self._in_force))

    def _evidence_rows(self, rows: Iterable[Taken], keys: dict[str, SubjectKeys]) -> Iterable[tuple[Any, ...]]:
        for taken in rows:
            said, subject = taken.candidate.row.evidence, taken.event.subject
            if said is None or subject is None:
                continue
            row_id, own = new_id(), keys[subject]
            aad = row_aad(self._ground.group_id, evidence_table.name, "box", row_id, own.key_id)
            content = _text({"text": said}).encode()
            box = seal(own.for_table(evidence_table.name), content, aad)
            kind = EVIDENCE_KIND
            yield self._ground.group_id, row_id, taken.event.id, subject, kind, own.key_id, box, self._now

    def _many(self, table: Any, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
        write_many(self._uow.connection, table, columns, rows)


def _named(event: ConsentEvent) -> Hashable:
    """Return what events of files differ in, but for people, contact points and times."""
    said = (event.purposes, event.topic, event.channels, event.notice, event.proof, event.status)
    return event.kind, event.controllers, *said


def _text(value: object) -> str:
    return _ENCODER.encode(value)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
