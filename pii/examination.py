"""Examining an item: what the detector says of it, and what becomes of it then. Nothing unexamined is used."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pii.attribution import Subjects
from pii.brand import NO_BRAND, Brand
from pii.detection_errors import ResidueFound, TextTooLong
from pii.flags import flags_of
from pii.geo import without_geo
from pii.item_codec import Original
from pii.model import Item, PersonRef
from pii.own_values import WRITTEN_KINDS
from pii.post import PostStatus, StatusReason
from pii.post_store import Content
from pii.pseudonymisation import Pseudonymised, pseudonymise
from pii.recognition import Recognise
from pii.spans import Span
from pii.store_errors import DetectorDown
from pii.token_source import Tokens
from pii.vault import NOBODY

if TYPE_CHECKING:
    # The module of the detector loads Presidio, which only those need who make one.
    from pii.detector import Detector

_LOG: Final = logging.getLogger(__name__)
_PROBE: Final = "Placet"


@dataclass(frozen=True, slots=True)
class Examined:
    """An item as it may be stored: its content, and what goes into whose box."""

    content: Content
    originals: Mapping[str, Original]

    def __repr__(self) -> str:
        return f"Examined({self.content.status}, <redacted>)"

    @property
    def named(self) -> frozenset[str]:
        """Return everybody of whom something is kept; the author among them, if known."""
        inside = {subject_id for original in self.originals.values() for subject_id in original.subjects}
        return frozenset(found for found in (*self.originals, *inside) if found is not None) - {NOBODY}

    def without_geo(self) -> "Examined":
        """Return the item without any place."""
        originals = {
            subject_id: original if original.item is None else replace(original, item=without_geo(original.item))
            for subject_id, original in self.originals.items()
        }
        return Examined(replace(self.content, has_geo=False), originals)


class Examiner:
    """Examines items with a detector, or without one lets them wait."""

    def __init__(self, detector: "Detector | None", tokens: Tokens, brand: Brand = NO_BRAND) -> None:
        self._detector = detector
        self._tokens = tokens
        self._brand = brand

    def examine(self, item: Item, subjects: Subjects, recognise: Recognise) -> Examined:
        """Return the item pseudonymised, or sealed as it is if nobody can say what it holds.

        `recognise` finds the names of known people in a text.
        """
        if item.oversize:
            return _sealed(item, subjects, PostStatus.QUARANTINED, StatusReason.OVERSIZE)
        try:
            return self._examined(item, subjects, recognise)
        except DetectorDown:
            reason = StatusReason.DETECTOR_MISSING if self._detector is None else StatusReason.DETECTOR_FAILED
            return _sealed(item, subjects, PostStatus.WAITING, reason)
        except TextTooLong:
            return _sealed(item, subjects, PostStatus.QUARANTINED, StatusReason.OVERSIZE)
        except ResidueFound:
            return _sealed(item, subjects, PostStatus.QUARANTINED, StatusReason.RESIDUE)

    def is_able(self) -> bool:
        """Say whether texts can be examined now."""
        try:
            self._detect(_PROBE, "und", frozenset())
        except DetectorDown:
            return False
        return True

    def _examined(self, item: Item, subjects: Subjects, recognise: Recognise) -> Examined:
        text = item.text or ""
        detected = self._detect(text, item.lang, frozenset(_names(item))) if text else ()
        found = pseudonymise(
            item,
            subjects,
            detected=detected,
            recognised=recognise(text),
            tokens=self._tokens,
            brand=self._brand,
        )
        originals = dict(found.others)
        if subjects.author is not None:
            originals[subjects.author] = Original(found.original)
        return Examined(_content(item, found), originals)

    def _detect(self, text: str, lang: str, known: frozenset[str]) -> Sequence[Span]:
        if self._detector is None:
            raise DetectorDown("there is no detector")
        try:
            return self._detector.find(text, lang, known, brand=self._brand, is_own_token=self._tokens.is_own)
        except TextTooLong:
            raise
        except Exception as error:
            # Whatever broke in there, the post must not be lost and the next one must be reached. The error's
            # own text may show the post, so it is neither logged nor chained.
            _LOG.warning("the detector failed: %s", type(error).__name__)
            raise DetectorDown("the detector failed") from None


def put_aside(item: Item, subjects: Subjects) -> Examined:
    """Return an item that nobody can examine: a person has to look at it."""
    return _sealed(item, subjects, PostStatus.QUARANTINED, StatusReason.DETECTOR_FAILED)


def _names(item: Item) -> Iterable[str]:
    people: list[PersonRef] = [person for person in (item.author, *item.people) if person is not None]
    for person in people:
        if person.name is not None:
            yield person.name
        if person.handle is not None:
            yield "@" + person.handle.removeprefix("@")


def _content(item: Item, found: Pseudonymised) -> Content:
    flags = flags_of(_written(item), item.lang)
    return Content(
        kind=item.kind,
        lang=item.lang,
        public=item.public,
        own=item.own,
        status=PostStatus.READY,
        text=found.text,
        fields=found.fields,
        findings=found.findings,
        special_categories=sorted(category.value for category in flags.special_categories),
        minor=flags.minor,
        has_geo=item.has_geo,
        created_at=item.created_at,
    )


def _written(item: Item) -> list[str]:
    """Return the text and the fields in which people write freely: what makes an item special may stand there."""
    fields = [found.value for found in item.fields if found.kind in WRITTEN_KINDS]
    return [text for text in (item.text, *fields) if isinstance(text, str) and text]


def _sealed(item: Item, subjects: Subjects, status: PostStatus, reason: StatusReason) -> Examined:
    """Return an item of which nothing is shown; all of it lies under its author's key until it is examined."""
    content = Content(
        kind=item.kind,
        lang=item.lang,
        public=item.public,
        own=item.own,
        status=status,
        reason=reason,
        has_geo=item.has_geo,
        created_at=item.created_at,
    )
    holders = tuple(subjects.of(item, person) for person in item.people)
    return Examined(content, {subjects.author or NOBODY: Original(item, holders)})
