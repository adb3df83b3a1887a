"""Whether an event names only what the policy in force has: what nobody knows can be neither allowed nor closed."""

from itertools import product

from consent.errors import (
    NoticeCoversNothing,
    UnknownChannel,
    UnknownController,
    UnknownNotice,
    UnknownPurpose,
    UnknownTopic,
)
from consent.event import ConsentEvent
from consent.notices import NO_TEXT
from consent.policy_model import Policy
from consent.vocabulary import EventKind


def check_names(event: ConsentEvent, policy: Policy) -> None:
    """Raise the UnknownName whose field holds a name that the policy does not have.

    A signal of an unknown name is let through: somebody said no, and it is heard as the strongest word.
    """
    if not set(event.controllers) <= policy.controllers.keys():
        raise UnknownController("controller: the policy has no such controller")
    if not set(event.purposes) <= policy.purposes.keys():
        raise UnknownPurpose("purpose: the policy has no such purpose")
    if not set(event.channels) <= policy.channels.keys():
        raise UnknownChannel("channel: the policy has no such channel")
    purposes = event.purposes or tuple(policy.purposes)
    if event.topic is not None and not any(event.topic in policy.purposes[name].topics for name in purposes):
        raise UnknownTopic("topic: the purpose has no such topic")
    if event.notice not in (None, NO_TEXT) and not _has_notice(event, policy):
        raise UnknownNotice("notice: the policy has no such version of a notice")


def check_text(event: ConsentEvent, policy: Policy) -> None:
    """Raise NoticeCoversNothing for a request of consent whose text covers none of its controllers, purposes, channels.

    Where it covers some, the request stands as it was made, and only for these is the person asked. Where
    the text was not kept there is nothing to compare.
    """
    version = policy.notice_versions.get(event.notice or NO_TEXT)
    if event.kind is not EventKind.GRANT_REQUESTED or version is None:
        return
    if not any(version.covers(*named) for named in product(event.controllers, event.purposes, event.channels)):
        raise NoticeCoversNothing("notice: it covers none of these purposes on none of these channels")


def _has_notice(event: ConsentEvent, policy: Policy) -> bool:
    # A court strikes down a text, not always one version of it.
    struck_down = event.kind is EventKind.INVALIDATE and event.notice in policy.notices
    return struck_down or event.notice in policy.notice_versions
