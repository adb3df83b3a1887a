"""The question: whether a controller may use a contact point of a person for a purpose through a channel."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from consent.errors import QuestionError
from consent.periods import as_instant
from consent.vocabulary import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, about `as_of`, with the knowledge of `as_known`.

    Without `subject` the holders of the contact point are meant; without `identifier` the first contact
    point of the subject that the channel can use. The flags tell about the content of the message.
    """

    controller: str
    purpose: str
    channel: str
    as_of: datetime
    as_known: datetime
    topic: str | None = None
    identifier: str | None = None
    subject: str | None = None
    action: Action = Action.SEND
    country_hint: str | None = None
    recipient: str | None = None
    goods: str | None = None
    own_goods: bool = True
    contains_advertising: bool = False
    rating_request: bool = False
    tracking: bool = False
    special_category: bool = False

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> "Question":
        """Read a question from the fields of the rule book; `at` stands for `as_of` and `as_known` left out.

        Raises `QuestionError` naming the field that is unknown, missing or malformed.
        """
        given = {name: value for name, value in mapping.items() if value is not None}
        values: dict[str, object] = dict(_times(given))
        for name, value in given.items():
            if name not in _FIELDS:
                raise QuestionError(f"{name}: no such field in a question")
            values[name] = _read(name, value)
        for name in ("controller", "purpose", "channel"):
            if name not in values:
                raise QuestionError(f"{name}: missing")
        return cls(**values)  # type: ignore[arg-type]  # _read returns what each attribute takes


_FIELDS = frozenset(entry.name for entry in fields(Question)) - {"as_of", "as_known"}
_FLAGS = frozenset(entry.name for entry in fields(Question) if isinstance(entry.default, bool))


def _times(given: dict[str, object]) -> Mapping[str, datetime]:
    at = given.pop("at", None)
    times = {}
    for name in ("as_of", "as_known"):
        value = given.pop(name, at)
        if value is None:
            raise QuestionError(f"{name}: missing")
        try:
            times[name] = as_instant(value)
        except (ValueError, TypeError):
            raise QuestionError(f"{name}: not a time") from None
    return times


def _read(name: str, value: object) -> object:
    if name == "action":
        try:
            return Action(str(value))
        except ValueError:
            raise QuestionError("action: neither send nor solicit") from None
    if name in _FLAGS:
        if not isinstance(value, bool):
            raise QuestionError(f"{name}: neither true nor false")
        return value
    if not isinstance(value, str) or not value:
        raise QuestionError(f"{name}: not a text")
    return value
