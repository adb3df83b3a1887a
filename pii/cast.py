"""Who takes part in one item: its author, the people it names, and the brand, which is no person."""

from dataclasses import replace

from pii.model import Json, PersonRef, Role
from pii.payload import identifier
from pii.shapes import PersonKeys

# Stands for the brand's own account wherever a person could stand.
OWN = "own"


class Cast:
    """Collects the people of one item; one person that is named twice stays one.

    People are known here by a key: `enter` gives it, `resolve` turns it into the person with everything that
    was learnt about them by then.
    """

    def __init__(self, network: str, own_ids: frozenset[str]) -> None:
        self._network = network
        self._own = frozenset(own.casefold() for own in own_ids)
        self._people: dict[str, PersonRef] = {}
        self._named: dict[str, str] = {}
        self.author: str | None = None

    def enter(
        self,
        role: Role,
        *,
        id: Json = None,  # noqa: A002 (the platforms' own word)
        handle: Json = None,
        name: Json = None,
        email: Json = None,
    ) -> str | None:
        """Note a person and return their key, OWN for the brand, or None if nothing names anybody."""
        names = {
            "id": identifier(id),
            "handle": identifier(handle),
            "name": identifier(name),
            "email": identifier(email),
        }
        ref = PersonRef(self._network, role, **names)
        signs = [f"{part}:{value}" for part, value in names.items() if value is not None]
        if not signs:
            return None
        if self._names_the_brand(ref):
            return OWN
        # A name alone is enough only where there is nothing better: two people can share one.
        keys = [sign for sign in signs if not sign.startswith("name:")] or signs
        key = self._known_key(keys, ref) or keys[0]
        known = self._people.get(key)
        self._people[key] = _merged(known, ref) if known else ref
        for sign in keys:
            self._named.setdefault(sign, key)
        return key

    def enter_from(self, node: Json, keys: PersonKeys) -> str | None:
        """Note the person whom the object `node` describes."""
        if not isinstance(node, dict):
            return None
        return self.enter(
            keys.role,
            id=_first(node, keys.id),
            handle=_first(node, keys.handle),
            name=_first(node, keys.name),
            email=_first(node, keys.email),
        )

    def set_author(self, key: str | None) -> None:
        """Say who of the people is the author."""
        self.author = key
        if key in self._people:
            self._people[key] = replace(self._people[key], role=Role.AUTHOR)

    def resolve(self, key: str | None) -> PersonRef | None:
        """Return the person of a key, or None for the brand and for nobody."""
        return self._people.get(key) if key is not None else None

    def others(self) -> tuple[PersonRef, ...]:
        """Return everybody but the author, in the order in which they were first named."""
        return tuple(person for key, person in self._people.items() if key != self.author)

    def is_own(self, sign: Json) -> bool:
        """Say whether an id, a handle or an address is one of the brand's."""
        stated = identifier(sign)
        return stated is not None and stated.casefold() in self._own

    def _known_key(self, signs: list[str], ref: PersonRef) -> str | None:
        """Return the key under which somebody with one of these signs is known, unless their ids differ."""
        for key in (self._named[sign] for sign in signs if sign in self._named):
            if ref.id is None or self._people[key].id in {None, ref.id}:
                return key
        return None

    def _names_the_brand(self, ref: PersonRef) -> bool:
        # Where there is an id it decides: a handle can be taken over by somebody else.
        signs = (ref.id, ref.email) if ref.id is not None else (ref.handle, ref.email)
        return any(self.is_own(sign) for sign in signs)


def _merged(known: PersonRef, new: PersonRef) -> PersonRef:
    return replace(
        known,
        id=known.id or new.id,
        handle=known.handle or new.handle,
        name=known.name or new.name,
        email=known.email or new.email,
    )


def _first(node: dict[str, Json], keys: tuple[str, ...]) -> Json:
    return next((node[key] for key in keys if identifier(node.get(key)) is not None), None)
