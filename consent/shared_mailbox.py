"""A contact point that several people hold: a no from there is heard for each of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from consent.event_form import kind_of
from consent.identifiers import GivenIdentifier, rule_kind
from consent.policy_model import Policy
from consent.recorder import Recorder
from consent.registry import Registry
from consent.report import Report
from consent.vocabulary import EventKind

HEARD_FOR_ALL: Final = frozenset(
    {EventKind.REFUSE, EventKind.WITHDRAW, EventKind.OBJECT, EventKind.SIGNAL, EventKind.PAUSE}
)
"""What is heard for everybody. An erasure is not: it would destroy what others said."""


def reports_for_each(report: Report, registry: Registry, recorder: Recorder) -> list[Report]:
    """Return a report as it is to be read: as it came, or once for every holder of the address that says no.

    Nobody can tell which of them spoke, and a no is not turned away for that. The idempotency key stays with
    the first.
    """
    given = report.subject
    if kind_of(report.fields) not in HEARD_FOR_ALL or not isinstance(given, GivenIdentifier):
        return [report]
    identifier = registry.index(given, place="subject.identifier.")
    registry.lock([identifier])
    holders = registry.holders(identifier)
    if len(holders) <= 1:
        return [report]
    recorder.lock(holders)
    ends_here = not report.identifiers and _is_about_the_address(report, given, recorder.in_force.policy)
    named = (given,) if ends_here else report.identifiers
    first, *others = [replace(report, subject=name, identifiers=named) for name in registry.living(holders)] or [report]
    return [first, *(replace(other, idempotency_key=None) for other in others)]


def _is_about_the_address(report: Report, given: GivenIdentifier, policy: Policy) -> bool:
    """Say whether a no goes as far as the address it came from, and loses nothing of what was said by that.

    It does if it is a signal, such as *stop* in a text message, that names nothing or only channels to there.
    """
    if kind_of(report.fields) is not EventKind.SIGNAL:
        return False
    signal = policy.signals.get(str(report.fields.get("name")))
    channels = _names(report.fields.get("channel")) or (signal.channels if signal else ())
    purposes = _names(report.fields.get("purpose")) or (signal.purposes if signal else ())
    if not channels:
        return not purposes and report.fields.get("topic") is None
    kinds = {policy.channels[name].identifier if name in policy.channels else None for name in channels}
    return kinds == {rule_kind(given.kind)}


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, Iterable) else ()
