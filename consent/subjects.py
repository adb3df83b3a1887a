"""Data subjects: who is known, by what, and the facts about them. No name and no address but as sealed identifiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError

from audit.ground import Ground
from audit.ids import new_id
from audit.unit_of_work import UnitOfWork
from consent.errors import FactConflict, FactError, InvalidIdentifier
from consent.event import ConsentEvent
from consent.events import SUBJECT_AMENDED
from consent.identifier_store import IdentifierStore, StoredIdentifier, active
from consent.identifiers import GivenIdentifier
from consent.in_force import PolicySource
from consent.merging import Merged
from consent.recorder import Act, Recorder
from consent.registry import Indexed, Registry, SubjectFacts
from consent.subject_store import StoredSubject, SubjectStore
from consent.vocabulary import EventKind

SINCE_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on a country counts that is learned of later: learning where somebody lives is no move."""

_PLAIN_FACTS: Final = frozenset({"kind", "birth_date", "time_zone", "language", "form_of_address"})
_RESIDENCE: Final = frozenset({"country", "region"})


@dataclass(frozen=True, slots=True)
class Found:
    """A data subject that was found by its identifiers, or made for them."""

    subject_id: str
    created: bool


@dataclass(frozen=True, slots=True)
class ShownIdentifier:
    """An identifier with its value in clear where the reader may see it."""

    stored: StoredIdentifier
    value: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownSubject:
    """A data subject with its identifiers, in the order in which they came, ended ones included.

    `merged_with` is the record that was found to be the same person's, as long as the two are merged.
    """

    subject: StoredSubject
    identifiers: tuple[ShownIdentifier, ...]
    merged_with: str | None


class SubjectService:
    """Keeps data subjects and their identifiers; each change is one transaction with its audit entry."""

    def __init__(self, ground: Ground, policies: PolicySource) -> None:
        self._ground = ground
        self._policies = policies

    def create_or_find(
        self,
        identifiers: Sequence[GivenIdentifier],
        facts: SubjectFacts,
        *,
        actor: str,
        verified_how: str | None = None,
    ) -> Found:
        """Return the data subject that holds these identifiers; make one where nobody does.

        Identifiers that nobody holds yet are added, as verified only if `verified_how` says how control over
        all of them was proved. Facts are filled in where nothing is on record; `kind` always is. Raises
        FactConflict naming the first fact that contradicts the record (`facts.country: ...`), and then nothing
        is added; IdentifiersConflict for identifiers of different people; SubjectGone and InvalidIdentifier.
        """
        if not identifiers:
            raise InvalidIdentifier("identifiers: at least one is needed")
        try:
            return self._create_or_find(identifiers, facts, actor, verified_how)
        except IntegrityError:
            # Somebody else made the subject between our reading and our writing; now it is found.
            return self._create_or_find(identifiers, facts, actor, verified_how)

    def _create_or_find(
        self, identifiers: Sequence[GivenIdentifier], facts: SubjectFacts, actor: str, verified_how: str | None
    ) -> Found:
        act = Act(actor=actor)
        with self._ground.unit_of_work() as uow:
            registry, recorder = self._registry(uow)
            indexed = self._indexed(registry, identifiers, facts.country)
            registry.lock(indexed)
            subject_id = registry.find(indexed)
            created = subject_id is None
            now = self._ground.now()
            if subject_id is None:
                subject_id = registry.create(facts, act, now=now)
            missing = [identifier for identifier in indexed if not registry.holders(identifier)]
            if not missing and facts == SubjectFacts():
                return Found(subject_id, created=False)
            recorder.lock([subject_id])
            subject = SubjectStore(self._ground, uow.session).get(subject_id)
            registry.demand_alive(subject)
            news = lacking(subject, facts)
            if not missing and not news:
                return Found(subject_id, created=False)
            self._change(uow, recorder, subject, news, actor)
            added = [registry.attach(subject_id, item, act, now=now, verified_how=verified_how) for item in missing]
            recorder.project([event for event in added if event is not None])
            uow.commit()
        return Found(subject_id, created=created)

    def get(self, subject_id: str, *, in_clear: bool) -> ShownSubject:
        """Return a data subject, with its identifiers in clear if the reader may see them; raise UnknownSubject."""
        with self._ground.reading() as session:
            subject = SubjectStore(self._ground, session).get(subject_id)
            store = IdentifierStore(self._ground, session)
            rows = sorted(store.list_of([subject_id]), key=lambda row: row.place)
            shown = (
                ShownIdentifier(row, store.open(row) if in_clear and row.blind_index is not None else None)
                for row in rows
            )
            return ShownSubject(subject, tuple(shown), Merged(self._ground, session).partner(subject_id))

    def resolve(self, given: GivenIdentifier, *, region: str | None = None) -> list[str]:
        """Return who holds an identifier now, in the order in which they came to; raise InvalidIdentifier."""
        with self._ground.reading() as session:
            store = IdentifierStore(self._ground, session)
            _, blind_index = store.normalise(given, region=region)
            return list(dict.fromkeys(row.subject_id for row in active(store.list_by_hash([blind_index]))))

    def amend(self, subject_id: str, facts: Mapping[str, Any], *, actor: str) -> StoredSubject:
        """Change facts about a data subject and return it; another country or region is recorded as a move.

        Raises FactError naming a fact that there is not, UnknownSubject or SubjectGone.
        """
        if unknown := sorted(facts.keys() - _PLAIN_FACTS - _RESIDENCE):
            raise FactError(f"{unknown[0]}: no such fact about a subject")
        with self._ground.unit_of_work() as uow:
            registry, recorder = self._registry(uow)
            recorder.lock([subject_id])
            store = SubjectStore(self._ground, uow.session)
            subject = store.get(subject_id)
            registry.demand_alive(subject)
            self._change(uow, recorder, subject, facts, actor)
            amended = store.get(subject_id)
            same = amended == subject and not _PLAIN_FACTS & facts.keys()
            uow.commit(nothing_to_record="nothing was to be changed" if same else None)
        return amended

    def _change(
        self, uow: UnitOfWork, recorder: Recorder, subject: StoredSubject, facts: Mapping[str, Any], actor: str
    ) -> None:
        """Write facts about a locked subject, with the entry that names them and the move that they tell of."""
        plain = {name: value for name, value in facts.items() if name in _PLAIN_FACTS}
        if plain:
            store = SubjectStore(self._ground, uow.session)
            store.set(subject.id, plain)
            recorder.forget_answers(subject.id)
            store.get(subject.id).facts()  # refuses a time zone that nobody knows
            fields = {"subject": subject.id, "actor": actor}
            uow.record(SUBJECT_AMENDED.event(pub={"facts": sorted(plain)}, fields=fields, subject=subject.id))
        self._move(recorder, subject, facts, actor)

    def _move(self, recorder: Recorder, subject: StoredSubject, facts: Mapping[str, Any], actor: str) -> None:
        if not _RESIDENCE & facts.keys():
            return
        country = facts.get("country", subject.country)
        region = facts.get("region", subject.region if country == subject.country else None)
        if (country, region) == (subject.country, subject.region):
            return
        now = self._ground.now()
        move = ConsentEvent(
            id=new_id(),
            kind=EventKind.MOVED,
            at=SINCE_EVER if subject.country is None else now,
            recorded_at=now,
            subject=subject.id,
            country=country,
            region=region,
        )
        recorder.project([recorder.append(move, Act(actor=actor))])

    def _registry(self, uow: UnitOfWork) -> tuple[Registry, Recorder]:
        recorder = Recorder(self._ground, uow, self._policies.current(uow.session))
        return Registry(self._ground, uow, recorder), recorder

    def _indexed(self, registry: Registry, identifiers: Sequence[GivenIdentifier], region: str | None) -> list[Indexed]:
        """Return the identifiers in one spelling, each once."""
        found: dict[bytes, Indexed] = {}
        for number, given in enumerate(identifiers):
            item = registry.index(given, region=region, place=f"identifiers.{number}.")
            found[item.blind_index] = item
        return list(found.values())


def lacking(subject: StoredSubject, facts: SubjectFacts) -> dict[str, Any]:
    """Return those of the facts, by name, that the record lacks; raise FactConflict for one that contradicts it."""
    found: dict[str, Any] = {}
    for name in sorted(_PLAIN_FACTS | _RESIDENCE):
        told, known = getattr(facts, name), getattr(subject, name)
        if told is None or told == known:
            continue
        if known is not None:
            raise FactConflict(f"facts.{name}: contradicts what is on record")
        found[name] = told
    return found
