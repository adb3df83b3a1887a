"""Going through the parts of an item: every string and number is the text, neutral, or a personal field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pii.cast import OWN, Cast
from pii.model import FieldGroup, Json, PersonalField
from pii.payload import escape
from pii.shapes import UNKNOWN_KIND, Field, Neutral, Shape, Treatment


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a part: its pointer, its `path` within the part, whose it is, and whether facts are kept there."""

    pointer: str
    group: FieldGroup
    who: str | None = None
    path: str = ""
    facts: bool = False

    def step(self, key: str | int) -> "Spot":
        """Return the place one step below."""
        below = escape(key) if isinstance(key, str) else str(key)
        path = f"{self.path}/{key}" if self.path else str(key)
        return Spot(f"{self.pointer}/{below}", self.group, self.who, path, self.facts)


@dataclass(frozen=True, slots=True)
class _Found:
    pointer: str
    kind: str
    value: Json
    group: FieldGroup
    who: str | None


class Gathering:
    """Collects the personal fields and the neutral facts of one item.

    `people` are the keys of those whom tables name by a word (`Field.of`); `taken` are the pointers of the text
    and of its copies, which are no fields.
    """

    def __init__(self, cast: Cast, people: Mapping[str, str | None], taken: frozenset[str]) -> None:
        self._cast = cast
        self._people = people
        self._taken = taken
        self._found: list[_Found] = []
        self.neutral: dict[str, Json] = {}

    def walk(self, node: Json, treatment: Treatment | None, spot: Spot) -> None:
        """Note everything in `node`; None as treatment means that nobody knows what stands there."""
        if isinstance(treatment, Field) and treatment.whole and isinstance(node, list | dict):
            self._note(node, treatment, spot)
        elif isinstance(node, list):
            for index, element in enumerate(node):
                self.walk(element, treatment, spot.step(index))
        elif isinstance(node, dict):
            self._object(node, treatment if isinstance(treatment, Shape) else Shape({}), spot)
        else:
            self._leaf(node, treatment, spot)

    def key(self, key: str, spot: Spot) -> None:
        """Note the key of a map that is a person's identifier; it stands at the pointer of its value."""
        self._note(key, Field("map_key"), spot)

    def fields(self) -> tuple[PersonalField, ...]:
        """Return the fields found, each with its person as known at the end."""
        return tuple(
            PersonalField(found.pointer, found.kind, found.value, found.group, self._cast.resolve(found.who))
            for found in self._found
        )

    def _object(self, node: dict[str, Json], shape: Shape, spot: Spot) -> None:
        who = self._cast.enter_from(node, shape.person) if shape.person else None
        if who == OWN:
            return
        if who is not None:
            spot = replace(spot, who=who, facts=False, group=self._group_of(who))
        elif shape.person:
            # An object for a person who is not named: whatever stands there is not the author's.
            spot = replace(spot, who=None, facts=False, group=FieldGroup.PERSON)
        if shape.group is not None:
            spot = replace(spot, group=shape.group)
        for key, value in node.items():
            self.walk(value, shape.treatment(key), spot.step(key))

    def _leaf(self, value: Json, treatment: Treatment | None, spot: Spot) -> None:
        if spot.pointer in self._taken:
            return
        if isinstance(treatment, Neutral) and treatment.fits(value):
            if treatment.fact and spot.facts:
                self.neutral[spot.path] = value
        elif not (value is None or isinstance(value, bool)):
            self._note(value, treatment if isinstance(treatment, Field) else None, spot)

    def _note(self, value: Json, field: Field | None, spot: Spot) -> None:
        if field is None and value == "":
            return
        who = self._people.get(field.of) if field and field.of else spot.who
        if who == OWN:
            if field is None or field.kind != "id" or self._cast.is_own(value):
                return
            # Beside the brand's id stands another one: whose, nobody says.
            who = None
        group = spot.group
        if field and field.of and who and group is not FieldGroup.GEO:
            group = self._group_of(who)
        if field and field.group:
            group = field.group
        self._found.append(_Found(spot.pointer, field.kind if field else UNKNOWN_KIND, value, group, who))

    def _group_of(self, who: str) -> FieldGroup:
        return FieldGroup.AUTHOR if who == self._cast.author else FieldGroup.PERSON
