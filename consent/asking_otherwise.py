"""Asking otherwise: without what closes a message, or for another contact point, topic or channel."""

from collections.abc import Iterator
from typing import Final

from consent.changes import Change, asking
from consent.denied import MOST_OF_A_KIND, Denied
from consent.vocabulary import ContentFlag, EventKind, PurposeClass

_FLAGS: Final = (ContentFlag.CONTAINS_ADVERTISING, ContentFlag.RATING_REQUEST, ContentFlag.SPECIAL_CATEGORY)


def message(denied: Denied) -> Iterator[Change]:
    """Leave something out of the message, advertise something else, or pass the data on to somebody else."""
    asked, part = denied.asked, denied.part
    for flag in _FLAGS:
        if getattr(asked, flag):
            yield asking(part, **{flag.value: False})
    if not asked.own_goods:
        yield asking(part, own_goods=True)
    sold = [sale.goods for holder in denied.holders for sale in denied.view.record(holder.id).of_kind(EventKind.SALE)]
    for goods in [name for name in dict.fromkeys(sold) if name not in (None, asked.goods)][-MOST_OF_A_KIND:]:
        yield asking(part, goods=goods)
    for name in _recipients(denied):
        yield asking(part, recipient=name)


def _recipients(denied: Denied) -> list[str]:
    """Return whom the texts name, where data is passed on."""
    policy = denied.view.policy
    purpose = policy.purposes.get(denied.judged.purpose)
    if purpose is None or purpose.purpose_class is not PurposeClass.SHARING:
        return []
    versions = [version for version in policy.notice_versions.values() if purpose.id in version.purposes]
    named = {name for version in versions for name in version.recipients}
    return sorted(named - {denied.asked.recipient})[:MOST_OF_A_KIND]


def elsewhere(denied: Denied) -> Iterator[Change]:
    """Give the other questions that may have a yes already: another contact point, topic or channel."""
    asked, policy = denied.asked, denied.view.policy
    for point in _contact_points(denied, asked.channel):
        yield asking(denied.part, identifier=point)
    purpose = policy.purposes.get(asked.purpose)
    for topic in (None, *(purpose.topics if purpose else ())):
        if topic != asked.topic:
            yield asking(denied.part, topic=topic)
    given = denied.view.history.identifiers.get(asked.identifier or "")
    for name, channel in policy.channels.items():
        if name == asked.channel:
            continue
        if channel.identifier is None or (given is not None and given.kind is channel.identifier):
            yield asking(denied.part, channel=name)
        for point in _contact_points(denied, name):
            yield asking(denied.part, channel=name, identifier=point)


def _contact_points(denied: Denied, channel: str) -> list[str]:
    """Return the other contact points of the people meant that are of the kind a channel needs."""
    view, asked = denied.view, denied.asked
    known = view.policy.channels.get(channel)
    given = None if asked.identifier is None else view.contact_point(asked.identifier)
    people = {asked.subject, *(given.holders if given else ()), *(holder.id for holder in denied.holders)}
    found = []
    for name, facts in view.history.identifiers.items():
        point = view.contact_point(name)
        fits = known is not None and facts.kind is known.identifier and name not in (asked.identifier, denied.point)
        if fits and point is not None and people.intersection(point.holders):
            found.append(name)
    return found[:MOST_OF_A_KIND]
