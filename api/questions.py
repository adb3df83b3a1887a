"""How a question is put over HTTP, with every field of the rule book; malformed is refused, unknown is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from api.fields import Flag, Instant, Slug, StrictSchema, Text
from api.subject_fields import ContactSchema, SubjectSchema
from consent.asking import Asked
from consent.question import Question
from consent.vocabulary import Action

MOST_AT_ONCE: Final = 100
# What the questions of a list have in common; everything else stands in each of them.
_SHARED: Final = frozenset({"subject", "controller", "as_of", "as_known", "all"})


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment that questions are about, and the moment whose knowledge they may use."""

    as_of: datetime
    as_known: datetime

    @classmethod
    def asked_for(cls, body: dict[str, Any], now: datetime) -> "Moment":
        """Return the moment that a body names; what it leaves out is now."""
        return cls(body.get("as_of") or now, body.get("as_known") or now)


class ContentSchema(StrictSchema):
    """Flags that tell about the content of a message; each is false where it is left out."""

    contains_advertising = Flag()
    rating_request = Flag()
    tracking = Flag()
    special_category = Flag()


class PartSchema(StrictSchema):
    """One question about one purpose and channel."""

    purpose = Slug(required=True)
    channel = Slug(required=True)
    topic = Slug(allow_none=True)
    identifier = fields.Nested(ContactSchema, allow_none=True)
    action = fields.Enum(Action, by_value=fields.String, allow_none=True)
    country_hint = Text(most=11, pattern=r"[A-Z]{2}(?:-[A-Z0-9]{1,8})?", allow_none=True)
    recipient = Slug(allow_none=True)
    goods = Slug(allow_none=True)
    own_goods = Flag()
    content = fields.Nested(ContentSchema, allow_none=True)


class QuestionSchema(PartSchema):
    """A question, or in `all` a list of questions that are answered as one."""

    purpose = Slug()
    channel = Slug()
    subject = fields.Nested(SubjectSchema, allow_none=True)
    controller = Slug(allow_none=True)
    as_of = Instant(allow_none=True)
    as_known = Instant(allow_none=True)
    record_use = Flag()
    all = fields.List(fields.Nested(PartSchema), allow_none=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        given = {name for name, value in data.items() if value not in (None, False)}
        if "all" in given:
            if misplaced := sorted(given - _SHARED):
                raise ValidationError("With `all` this stands in each question.", misplaced[0])
            return
        for name in ("purpose", "channel"):
            if name not in given:
                raise ValidationError("Missing data for required field.", name)
        if "record_use" in given and given & {"as_of", "as_known"}:
            raise ValidationError("A use is recorded of an answer about now.", "record_use")
        if "record_use" in given and data.get("action") is Action.SOLICIT:
            raise ValidationError("To ask for consent is no use of one.", "record_use")


def asked_of(body: dict[str, Any], *, controller: str, moment: Moment) -> list[Asked]:
    """Return the questions that a body puts: one, or those in `all`."""
    return [
        Asked(
            question=_question(part, controller=controller, moment=moment),
            subject=body.get("subject"),
            identifier=part.get("identifier"),
        )
        for part in body.get("all") or [body]
    ]


def _question(part: dict[str, Any], *, controller: str, moment: Moment) -> Question:
    content = part.get("content") or {}
    own_goods = part.get("own_goods")
    return Question(
        controller=controller,
        purpose=part["purpose"],
        channel=part["channel"],
        topic=part.get("topic"),
        as_of=moment.as_of,
        as_known=moment.as_known,
        action=part.get("action") or Action.SEND,
        country_hint=part.get("country_hint"),
        recipient=part.get("recipient"),
        goods=part.get("goods"),
        own_goods=True if own_goods is None else own_goods,
        contains_advertising=bool(content.get("contains_advertising")),
        rating_request=bool(content.get("rating_request")),
        tracking=bool(content.get("tracking")),
        special_category=bool(content.get("special_category")),
    )
