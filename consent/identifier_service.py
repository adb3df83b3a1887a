"""Identifiers of data subjects: given, verified and given up, one transaction each."""

from collections.abc import Sequence

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.effects import REPORTED, Extras
from consent.errors import IdentifierHeld, InvalidIdentifier
from consent.event import ConsentEvent
from consent.events import OUTSIDE_ID_RETIRED
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.identifiers import GivenIdentifier, rule_kind
from consent.in_force import PolicySource
from consent.recorder import Act, Recorder
from consent.registry import Indexed, Registry
from consent.subject_store import SubjectStore
from consent.vocabulary import EventKind


class IdentifierService:
    """Changes which identifiers a data subject holds; consent refers to identifiers and stays where it was given."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def add_identifier(
        self,
        subject_id: str,
        given: GivenIdentifier,
        *,
        actor: str,
        verified_how: str | None = None,
        shared: bool = False,
        recycled: bool = False,
    ) -> StoredIdentifier:
        """Give an identifier to a data subject and return it; one that the subject holds already is returned.

        Where somebody else holds it, say that it is `shared` from now on, or `recycled`: given anew by its
        provider, so that it belongs to this subject alone. Otherwise IdentifierHeld is raised.
        """
        with self._ground.unit_of_work() as uow:
            registry, recorder = self._registry(uow)
            store = SubjectStore(self._ground, uow.session)
            indexed = registry.index(given, region=store.get(subject_id).country)
            registry.lock([indexed])
            recorder.lock([subject_id])
            registry.demand_alive(store.get(subject_id))
            holders = registry.holders(indexed)
            if subject_id not in holders:
                if holders and not (shared or recycled):
                    raise IdentifierHeld("another data subject holds this identifier")
                self._give(recorder, registry, subject_id, indexed, actor, verified_how, holders, shared=shared)
                uow.commit()
            rows = active(IdentifierStore(self._ground, uow.session).list_of([subject_id]))
            return next(row for row in rows if row.blind_index == indexed.blind_index)

    def _give(
        self,
        recorder: Recorder,
        registry: Registry,
        subject_id: str,
        indexed: Indexed,
        actor: str,
        verified_how: str | None,
        holders: Sequence[str],
        *,
        shared: bool,
    ) -> None:
        now, act = self._ground.now(), Act(actor=actor)
        if not holders or indexed.contact is None:
            added = registry.attach(subject_id, indexed, act, now=now, verified_how=verified_how)
            recorder.project([] if added is None else [added])
            return
        event = ConsentEvent(
            id=new_id(),
            kind=EventKind.IDENTIFIER_SHARED if shared else EventKind.IDENTIFIER_RECYCLED,
            at=now,
            recorded_at=now,
            subject=subject_id,
            identifiers=(indexed.contact,),
            verified=None if shared else verified_how is not None,
        )
        extras = Extras(given={indexed.contact: indexed.identifier}, verified_how=verified_how or REPORTED)
        recorder.project([recorder.append(event, act, extras)])

    def verify_identifier(self, subject_id: str, identifier_id: str, *, how: str, actor: str) -> None:
        """Note that control over an identifier was proved, and how; raise UnknownIdentifier."""
        with self._ground.unit_of_work() as uow:
            _, recorder = self._registry(uow)
            recorder.lock([subject_id])
            row = IdentifierStore(self._ground, uow.session).get(subject_id, identifier_id)
            now = self._ground.now()
            event = ConsentEvent(
                id=new_id(),
                kind=EventKind.IDENTIFIER_VERIFIED,
                at=now,
                recorded_at=now,
                subject=subject_id,
                identifiers=(_contact(row),),
            )
            placed = recorder.append(event, Act(actor=actor), Extras(given={}, verified_how=how))
            recorder.project([placed])
            uow.commit()

    def retire_identifier(self, subject_id: str, identifier_id: str, *, actor: str) -> None:
        """Note that a data subject gave an identifier up. Doing it twice is the same as once.

        What was said stays on record; the contact point is nobody's until somebody else is given it.
        """
        with self._ground.unit_of_work() as uow:
            _, recorder = self._registry(uow)
            recorder.lock([subject_id])
            store = IdentifierStore(self._ground, uow.session)
            row = store.get(subject_id, identifier_id)
            if not row.is_active:
                return
            now = self._ground.now()
            kind = rule_kind(row.kind)
            if kind is None:
                store.end([row.id], at=now)
                fields = {"subject": subject_id, "actor": actor, "identifier": row.id}
                uow.record(OUTSIDE_ID_RETIRED.event(fields=fields, subject=subject_id))
            else:
                event = ConsentEvent(
                    id=new_id(),
                    kind=EventKind.IDENTIFIER_CHANGED,
                    at=now,
                    recorded_at=now,
                    subject=subject_id,
                    identifiers=(_contact(row),),
                    # Given up for none: a contact point that nobody can ever be reached at.
                    to=f"{kind}:{new_id()}",
                )
                recorder.project([recorder.append(event, Act(actor=actor))])
            uow.commit()

    def _registry(self, uow: UnitOfWork) -> tuple[Registry, Recorder]:
        recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
        return Registry(self._ground, uow, recorder), recorder


def _contact(row: StoredIdentifier) -> str:
    if row.contact is None:
        raise InvalidIdentifier("identifier: an outside id is no contact point")
    return row.contact
