"""Identifiers of data subjects: given, replaced, verified and given up, one transaction each."""

from audit.ground import Ground
from audit.unit_of_work import UnitOfWork
from consent.errors import UnknownIdentifier
from consent.identifier_changes import IdentifierChanges
from consent.identifier_store import IdentifierStore, StoredIdentifier
from consent.identifiers import GivenIdentifier
from consent.in_force import PolicySource
from consent.registry import Indexed


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
            changes = self._changes(uow, subject_id, actor)
            indexed = changes.index(given)
            changes.begin(indexed)
            if (row := changes.find(indexed)) is not None:
                return row
            changes.give(indexed, verified_how=verified_how, shared=shared, recycled=recycled)
            row = _found(changes, indexed)
            uow.commit()
        return row

    def replace_identifier(
        self,
        subject_id: str,
        identifier_id: str,
        given: GivenIdentifier,
        *,
        actor: str,
        verified_how: str | None = None,
        recycled: bool = False,
    ) -> StoredIdentifier:
        """Note that a data subject gave an identifier up for another one of its kind, and return the other.

        Consent does not move: what was agreed to for the old address is to be agreed to anew for the new one.
        Raises UnknownIdentifier for one that the subject does not hold, InvalidIdentifier for another kind, and
        IdentifierHeld where somebody else holds the new one and it is not said to be `recycled`.
        """
        with self._ground.unit_of_work() as uow:
            changes = self._changes(uow, subject_id, actor)
            indexed = changes.index(given)
            changes.begin(indexed)
            old = changes.held(identifier_id)
            if old.blind_index == indexed.blind_index:
                return old
            changes.replace(old, indexed, verified_how=verified_how, recycled=recycled)
            row = _found(changes, indexed)
            uow.commit()
        return row

    def verify_identifier(self, subject_id: str, identifier_id: str, *, how: str, actor: str) -> None:
        """Note that control over an identifier was proved, and how; raise UnknownIdentifier or SubjectGone."""
        with self._ground.unit_of_work() as uow:
            changes = self._changes(uow, subject_id, actor)
            changes.begin()
            row = changes.held(identifier_id)
            if row.contact is None:
                changes.verify_outside_id(row, how=how)
            else:
                changes.verify(row.contact, how=how)
            uow.commit()

    def retire_identifier(self, subject_id: str, identifier_id: str, *, actor: str) -> None:
        """Note that a data subject gave an identifier up. Doing it twice is the same as once.

        What was said stays on record; the contact point is nobody's until somebody else is given it.
        """
        with self._ground.unit_of_work() as uow:
            changes = self._changes(uow, subject_id, actor)
            changes.begin()
            row = IdentifierStore(self._ground, uow.session).get(subject_id, identifier_id)
            if not row.is_active:
                return
            changes.retire(row)
            uow.commit()

    def _changes(self, uow: UnitOfWork, subject_id: str, actor: str) -> IdentifierChanges:
        return IdentifierChanges(self._ground, uow, self._policies.current(uow.session), subject_id, actor=actor)


def _found(changes: IdentifierChanges, indexed: Indexed) -> StoredIdentifier:
    row = changes.find(indexed)
    if row is None:
        raise UnknownIdentifier("the data subject holds this identifier no longer")
    return row
