"""Who is meant by a question, and which countries' rules apply to a person."""

from dataclasses import dataclass

from consent.model import Subject
from consent.packs import Pack
from consent.periods import Horizon, add_months
from consent.question import Question
from consent.view import View
from consent.vocabulary import EventKind, Reason


@dataclass(frozen=True, slots=True)
class Resolved:
    """The holders of the contact point, in the order in which they came to hold it, or why there are none."""

    holders: tuple[Subject, ...]
    contact_point: str | None
    reason: Reason | None = None


def resolve(question: Question, view: View) -> Resolved:
    """Resolve the holders of the contact point; where the channel has none, the subject itself."""
    kind = view.policy.channels[question.channel].identifier
    if kind is None and question.subject is not None:
        if view.knows(question.subject):
            return Resolved((view.subject(question.subject),), None)
        return Resolved((), None, Reason.SUBJECT_UNRESOLVED)
    name = question.identifier or view.history.default_contact_point(question.subject, kind)
    point = None if name is None else view.contact_point(name)
    if point is None:
        return Resolved((), name, Reason.SUBJECT_UNRESOLVED)
    meant = _meant(question, view)
    if not point.holders:
        changed = bool(point.ever_holders)
    elif meant and not meant.intersection(point.holders):
        changed = bool(meant.intersection(point.former_holders))
    else:
        holders = tuple(view.subject(holder) for holder in point.holders)
        return Resolved(holders, None if kind is None else name)
    return Resolved((), name, Reason.IDENTITY_CHANGED if changed else Reason.SUBJECT_UNRESOLVED)


def _meant(question: Question, view: View) -> frozenset[str]:
    """Return the subject named and the one it is merged with; nobody if the question names none."""
    if question.subject is None:
        return frozenset()
    span = view.records.merged_with(question.subject)
    return frozenset({question.subject} if span is None else {question.subject, span.other})


def packs_for(holder: Subject, question: Question, view: View, horizon: Horizon) -> tuple[Pack, ...]:
    """Return the rule packs that apply: of the residence, of countries left lately, and of the hint.

    Countries left less than `country_move_months` ago follow, the most recent first. No pack stands twice.
    """
    residence = holder.country, holder.region
    left: list[tuple[str | None, str | None]] = []
    for move in view.record(holder.id).of_kind(EventKind.MOVED):
        until = add_months(move.at, view.policy.parameters.country_move_months)
        if (move.country, move.region) != residence and not horizon.reached(until):
            left.append(residence)
        residence = move.country, move.region
    places = [residence, *reversed(left)]
    if question.country_hint is not None:
        country, _, region = question.country_hint.partition("-")
        places.append((country, region or None))
    packs = [view.policy.pack_for(*place) for place in places]
    return tuple({pack.id: pack for pack in packs}.values())
