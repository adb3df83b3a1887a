"""Finding data subjects by their identifiers, and making new ones, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.contacts import contact_of, hash_of_contact
from consent.effects import Extras
from consent.errors import IdentifiersConflict, InvalidIdentifier, SubjectGone
from consent.event import ConsentEvent
from consent.events import OUTSIDE_ID_ADDED, SUBJECT_CREATED
from consent.identifier_store import IdentifierStore, active, lock_contacts
from consent.identifiers import GivenIdentifier, NormalisedIdentifier
from consent.merging import Merged
from consent.recorder import Act, Recorder
from consent.subject_store import StoredSubject, SubjectStatus, SubjectStore
from consent.vocabulary import EventKind, FormOfAddress, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """Facts about a new data subject; what is unknown stays unknown, and the strictest rules apply.

    `observed` is somebody of whom nobody told us, and who was seen somewhere, as in a post.
    """

    country: str | None = None
    region: str | None = None
    kind: SubjectKind | None = None
    birth_date: date | None = field(default=None, repr=False)
    time_zone: str | None = None
    language: str | None = None
    form_of_address: FormOfAddress | None = None
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """An identifier in its one spelling with the keyed hash by which it is found."""

    identifier: NormalisedIdentifier
    blind_index: bytes

    @property
    def contact(self) -> str | None:
        """Return the name of the contact point in events; None for an outside id."""
        return contact_of(self.identifier.kind, self.blind_index)


class Registry:
    """The data subjects of one controller group and what they are known by, in one unit of work."""

    def __init__(self, ground: Ground, uow: UnitOfWork, recorder: Recorder) -> None:
        self._ground = ground
        self._uow = uow
        self._recorder = recorder
        self._subjects = SubjectStore(ground, uow.session)
        self._identifiers = IdentifierStore(ground, uow.session)

    def index(self, given: GivenIdentifier, *, region: str | None = None, place: str = "") -> Indexed:
        """Return an identifier in its one spelling and its keyed hash.

        Raises InvalidIdentifier, which names the field; `place` is where the identifier stood, such as `to.`.
        """
        try:
            return Indexed(*self._identifiers.normalise(given, region=region))
        except InvalidIdentifier as error:
            raise InvalidIdentifier(f"{place}{error}") from None

    def lock(self, identifiers: Sequence[Indexed]) -> None:
        """Make others who want the same identifiers wait for this transaction."""
        lock_contacts(self._uow.session, [identifier.blind_index for identifier in identifiers])

    def holders(self, identifier: Indexed) -> list[str]:
        """Return who holds an identifier now, in the order in which they came to hold it."""
        rows = active(self._identifiers.list_by_hash([identifier.blind_index]))
        return list(dict.fromkeys(row.subject_id for row in rows))

    def was_ever_held(self, contact: str) -> bool:
        """Say whether anybody holds or held a contact point."""
        blind_index = hash_of_contact(contact)
        return blind_index is not None and bool(self._identifiers.list_by_hash([blind_index]))

    def find(self, identifiers: Sequence[Indexed]) -> str | None:
        """Return the one subject that holds all those of the identifiers that anybody holds, or None.

        Of two records that are merged, and so one person's, it is the one that holds the first identifier.
        Raises IdentifiersConflict when they belong to different people, or all of them to the same several.
        """
        held = [holders for holders in map(self.holders, identifiers) if holders]
        if not held:
            return None
        common = set.intersection(*map(set, held))
        if len(common) == 1:
            return common.pop()
        merged = Merged(self._ground, self._uow.session)
        records = {name: frozenset({name, merged.partner(name) or name}) for name in set().union(*held)}
        people = set.intersection(*({records[name] for name in holders} for holders in held))
        if len(people) != 1:
            raise IdentifiersConflict("the identifiers do not belong to exactly one data subject")
        person = people.pop()
        return next(name for name in held[0] if name in person)

    def create(self, facts: SubjectFacts, act: Act, *, now: datetime) -> str:
        """Make a data subject that holds nothing yet, and return its id."""
        subject_id = new_id()
        self._ground.subject_keys.create(self._uow.connection, subject_id)
        self._subjects.add(
            StoredSubject(
                id=subject_id,
                status=SubjectStatus.ACTIVE,
                first_country=facts.country,
                first_region=facts.region,
                country=facts.country,
                region=facts.region,
                kind=facts.kind or SubjectKind.CONSUMER,
                birth_date=facts.birth_date,
                time_zone=facts.time_zone,
                language=facts.language,
                form_of_address=facts.form_of_address,
                created_at=now,
                observed=facts.observed,
            )
        )
        fields = {"subject": subject_id, "actor": act.actor}
        self._uow.record(SUBJECT_CREATED.event(fields=fields, subject=subject_id))
        return subject_id

    def attach(
        self, subject_id: str, identifier: Indexed, act: Act, *, now: datetime, verified_how: str | None = None
    ) -> ConsentEvent | None:
        """Give an identifier that nobody else holds to a subject; return the event, or None for an outside id."""
        if identifier.contact is None:
            row = self._identifiers.add(
                subject_id, identifier.identifier, identifier.blind_index, at=now, verified_how=verified_how
            )
            fields = {"subject": subject_id, "actor": act.actor, "identifier": row.id}
            self._uow.record(OUTSIDE_ID_ADDED.event(fields=fields, subject=subject_id))
            return None
        event = ConsentEvent(
            id=new_id(),
            kind=EventKind.IDENTIFIER_ADDED,
            at=now,
            recorded_at=now,
            subject=subject_id,
            identifiers=(identifier.contact,),
            verified=verified_how is not None,
        )
        given: Mapping[str, NormalisedIdentifier] = {identifier.contact: identifier.identifier}
        extras = Extras(given=given, verified_how=verified_how) if verified_how else Extras(given=given)
        return self._recorder.append(event, act, extras)

    def demand_alive(self, subject: StoredSubject) -> None:
        """Raise SubjectGone for a subject whose keys are destroyed, or who is about to lose them."""
        if not self._is_alive(subject):
            raise SubjectGone("the data subject was erased")

    def living(self, subject_ids: Sequence[str]) -> list[str]:
        """Return those of some subjects who were not erased, in the same order."""
        return [name for name in subject_ids if self._is_alive(self._subjects.get(name))]

    def _is_alive(self, subject: StoredSubject) -> bool:
        keys = self._ground.subject_keys.find(self._uow.connection, subject.id)
        return subject.status is not SubjectStatus.ERASED and keys is not None
