"""Names and handles of people who are known already: kept as keyed hashes, recognised in free text.

A name that more than one subject bears on a network is nobody's: what is ambiguous links nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pii.hashing import KeyedHashes
from pii.model import PersonRef
from pii.name_candidates import KnownSpan, NameKind, candidates_in, names_of
from pii.own_values import SCORE
from pii.rows import insert_missing
from pii.spans import Span, SpanKind
from pii.tables import known_name_table

LOOKUP_SIZE: Final = 500


class KnownNames:
    """The known names of one controller group, in the caller's transaction."""

    def __init__(self, session: Session, group_id: str, hashes: KeyedHashes) -> None:
        self._session = session
        self._group_id = group_id
        self._hashes = hashes

    def learn(self, person: PersonRef, subject_id: str) -> None:
        """Note the names of a known person; those that are noted already stay."""
        for kind, normal in sorted(names_of(person)):
            insert_missing(
                self._session,
                known_name_table,
                group_id=self._group_id,
                network=person.network,
                name_hash=self._hashes.name(person.network, normal),
                subject_id=subject_id,
                kind=kind,
            )

    def replace(self, person: PersonRef, subject_id: str) -> None:
        """Note the names of a person in place of the earlier ones of the same kind on that network."""
        kinds = {kind for kind, value in ((NameKind.NAME, person.name), (NameKind.HANDLE, person.handle)) if value}
        table = known_name_table
        self._session.execute(
            delete(table).where(
                table.c.group_id == self._group_id,
                table.c.network == person.network,
                table.c.subject_id == subject_id,
                table.c.kind.in_(kinds),
            )
        )
        self.learn(person, subject_id)

    def forget(self, subject_id: str) -> int:
        """Remove every name of a subject and return how many there were."""
        table = known_name_table
        where = (table.c.group_id == self._group_id, table.c.subject_id == subject_id)
        return len(self._session.execute(delete(table).where(*where).returning(table.c.name_hash)).all())

    def find(self, person: PersonRef) -> str | None:
        """Return the one subject who bears the handle of `person`, or None if nobody or several do."""
        normals = {normal for kind, normal in names_of(person) if kind is NameKind.HANDLE}
        found = self._subjects(person.network, normals)
        return next(iter(found.values()), None)

    def recognise(self, network: str, text: str) -> list[KnownSpan]:
        """Return where `text`, written on `network`, names known people."""
        candidates = list(candidates_in(text))
        found = self._subjects(network, {candidate.normal for candidate in candidates})
        return [
            KnownSpan(Span(one.start, one.end, _SPAN_KIND[one.kind], SCORE, "known name"), found[one.normal])
            for one in candidates
            if one.normal in found
        ]

    def _subjects(self, network: str, normals: Iterable[str]) -> Mapping[str, str]:
        hashed = {self._hashes.name(network, normal): normal for normal in normals}
        bearers: dict[bytes, set[str]] = {}
        wanted, table = list(hashed), known_name_table
        for start in range(0, len(wanted), LOOKUP_SIZE):
            query = select(table.c.name_hash, table.c.subject_id).where(
                table.c.group_id == self._group_id,
                table.c.network == network,
                table.c.name_hash.in_(wanted[start : start + LOOKUP_SIZE]),
            )
            for name_hash, subject_id in self._session.execute(query):
                bearers.setdefault(name_hash, set()).add(subject_id)
        return {hashed[name]: next(iter(subjects)) for name, subjects in bearers.items() if len(subjects) == 1}


_SPAN_KIND = {NameKind.NAME: SpanKind.PERSON, NameKind.HANDLE: SpanKind.HANDLE}
