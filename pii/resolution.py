"""From the people whom a platform names to data subjects, by what their accounts are known by."""

from audit.ground import Ground
from consent.errors import IdentifiersConflict, InvalidIdentifier
from consent.identifiers import SOCIAL, GivenIdentifier
from consent.registry import SubjectFacts
from consent.subjects import SubjectService
from pii.attribution import Subjects
from pii.hashing import KeyedHashes, account_sign
from pii.known_names import KnownNames
from pii.model import Item, PersonRef


class PersonResolver:
    """Finds and, where a platform vouches for an account, makes the data subjects of an item."""

    def __init__(self, ground: Ground, subjects: SubjectService, hashes: KeyedHashes) -> None:
        self._ground = ground
        self._subjects = subjects
        self._hashes = hashes

    def resolve(self, item: Item, *, actor: str) -> Subjects:
        """Return the subjects of everybody in an item; unknown accounts become subjects of their own.

        Somebody of whom only a name is known is nobody: two people can share one. A mere handle of a mention is
        looked up and makes nobody: whoever writes a text can put any handle into it.
        """
        author = None if item.author is None else self._of_account(item.author, actor=actor)
        others = {}
        for person in item.people:
            found = self._of_account(person, actor=actor) if person.id is not None else self.find(person)
            if found is not None:
                others[person] = found
        return Subjects(author, others)

    def find_all(self, item: Item) -> Subjects:
        """Return the subjects of an item that are known already."""
        author = None if item.author is None else self.find(item.author)
        others = {person: found for person in item.people if (found := self.find(person)) is not None}
        return Subjects(author, others)

    def find(self, person: PersonRef) -> str | None:
        """Return the subject of a person, by the account or else by a handle that only one subject bears."""
        identifier = _identifier(person)
        if identifier is not None and (found := self._find_identifier(identifier)) is not None:
            return found
        if person.id is not None:
            return None
        with self._ground.reading() as session:
            return KnownNames(session, self._ground.group_id, self._hashes).find(person)

    def ensure(self, person: PersonRef, *, actor: str) -> str | None:
        """Return the subject of a person, made if need be, or None for somebody who has no account."""
        return self._of_account(person, actor=actor)

    def _of_account(self, person: PersonRef, *, actor: str) -> str | None:
        found = self.find(person)
        identifier = _identifier(person)
        if found is not None or identifier is None:
            return found
        try:
            return self._subjects.create_or_find((identifier,), SubjectFacts(observed=True), actor=actor).subject_id
        except (InvalidIdentifier, IdentifiersConflict):
            # An id that no store of identifiers takes (longer than 500 characters) names nobody who could be known.
            return None

    def _find_identifier(self, identifier: GivenIdentifier) -> str | None:
        try:
            holders = self._subjects.resolve(identifier)
        except InvalidIdentifier:
            return None
        return holders[0] if len(holders) == 1 else None


def _identifier(person: PersonRef) -> GivenIdentifier | None:
    sign = account_sign(person)
    return None if sign is None else GivenIdentifier(SOCIAL + person.network, sign)
