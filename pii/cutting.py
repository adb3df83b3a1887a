"""Cutting the original apart: to each box what concerns the person whose key closes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pii.attribution import Finding, Subjects, attribute
from pii.item_codec import Original
from pii.model import Item, Json, PersonalField, PersonRef
from pii.own_values import HANDLE_KINDS, OwnValues
from pii.spans import SpanKind
from pii.token_source import Tokens


def replaced(text: str, findings: Sequence[Finding], token_of: Callable[[Finding, str], str]) -> str:
    """Return `text` with a token in the place of each finding, which are in order and do not overlap.

    `token_of` is given the finding and the words that stood there.
    """
    pieces, position = list[str](), 0
    for finding in findings:
        span = finding.span
        pieces += [text[position : span.start], token_of(finding, text[span.start : span.end])]
        position = span.end
    return "".join([*pieces, text[position:]])


class Cutter:
    """Takes everything that concerns other known people out of an item, and keeps it apart for each of them."""

    def __init__(self, item: Item, subjects: Subjects, own: OwnValues, tokens: Tokens) -> None:
        self._item = item
        self._subjects = subjects
        self._own = own
        self._tokens = tokens
        self._values: dict[str, dict[str, list[str]]] = {}

    def __repr__(self) -> str:
        return "Cutter(<redacted>)"

    def author_part(self, findings: Sequence[Finding]) -> Item:
        """Return the item for its author's box; `findings` are those of its text."""
        item = self._item
        for person in item.people:
            self._keep_names(person)
        return replace(
            item,
            text=None if item.text is None else self._cut(item.text, findings),
            people=(),
            fields=tuple(self._field(found) for found in item.fields),
            parent_id=self._cut_id(item.parent_id),
            thread_id=self._cut_id(item.thread_id),
            references=tuple(self._cut_found(sign) for sign in item.references),
            replaces=tuple(self._cut_found(sign) for sign in item.replaces),
            copies=(),
            raw={},
        )

    def other_parts(self) -> Mapping[str, Original]:
        """Return what was cut out so far, for the box of each other person."""
        return {
            subject_id: Original(values={token: tuple(values) for token, values in tokens.items()})
            for subject_id, tokens in self._values.items()
        }

    def _field(self, found: PersonalField) -> PersonalField:
        subject_id = self._subjects.of(self._item, found.person)
        if subject_id is None or subject_id == self._subjects.author:
            return replace(found, value=self._cut_value(found.value))
        kind = SpanKind.HANDLE if found.kind in HANDLE_KINDS else SpanKind.PERSON
        return replace(found, value=self._taken(kind, subject_id, str(found.value)), person=None)

    def _keep_names(self, person: PersonRef) -> None:
        subject_id = self._subjects.of(self._item, person)
        if subject_id is None or subject_id == self._subjects.author:
            return
        for kind, value in (
            (SpanKind.PERSON, person.id),
            (SpanKind.PERSON, person.name),
            (SpanKind.HANDLE, person.handle),
            (SpanKind.EMAIL, person.email),
        ):
            if value is not None:
                self._taken(kind, subject_id, value)

    def _cut_value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._cut_found(value)
        if isinstance(value, list):
            return [self._cut_value(each) for each in value]
        if isinstance(value, dict):
            return {key: self._cut_value(each) for key, each in value.items()}
        return value

    def _cut_id(self, sign: str | None) -> str | None:
        return None if sign is None else self._cut_found(sign)

    def _cut_found(self, text: str) -> str:
        findings = attribute(self._item, text, self._subjects, detected=(), own=self._own, recognised=())
        return self._cut(text, findings)

    def _cut(self, text: str, findings: Sequence[Finding]) -> str:
        concerned = [found for found in findings if found.subject_id not in (None, self._subjects.author)]
        return replaced(text, concerned, self._token)

    def _token(self, finding: Finding, words: str) -> str:
        return self._taken(finding.span.kind, finding.subject_id or "", words)

    def _taken(self, kind: SpanKind, subject_id: str, value: str) -> str:
        """Keep a value for the person it concerns and return the token that stands in its place."""
        token = self._tokens.of_subject(kind, subject_id)
        self._values.setdefault(subject_id, {}).setdefault(token, []).append(value)
        return token
