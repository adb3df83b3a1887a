"""The gate: under which purposes a post may be asked for on behalf of a recipient. Pure; the answer is `decide`'s.

A post that is held here is not even asked for. The order: a post that is not ready, one without a known author, one
whose platform forbids it, one that tells of a child, then the purposes of the recipient in the order of the policy.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from consent.model import Question
from consent.policy_model import Policy, Recipient
from consent.vocabulary import PurposeClass
from pii.post import Post

CHANNEL: Final = "data_use"
TAKES_POSTS: Final = frozenset({PurposeClass.SHARING, PurposeClass.LISTENING})
# LinkedIn: member data may not enrich a CRM, be exported or combined (API terms, restricted use cases).
NEVER_PASSED_ON: Final = frozenset({"linkedin"})


class Hold(StrEnum):
    """Why a post is held before anybody is asked."""

    NOT_READY = "post.not_ready"
    NO_AUTHOR = "post.no_author"
    PLATFORM_TERMS = "post.platform_terms"
    MINOR = "post.minor"
    PRIVATE = "post.private"
    NO_PURPOSE = "recipient.no_purpose"


@dataclass(frozen=True, slots=True)
class Passage:
    """Either the questions to put, one of which must be allowed, or why none is put."""

    questions: tuple[Question, ...] = ()
    held: Hold | None = None


def passage(post: Post, recipient: Recipient, policy: Policy, *, now: datetime) -> Passage:
    """Return what must be asked before `post` may go to `recipient`."""
    if not post.usable:
        return Passage(held=Hold.NOT_READY)
    if post.author_id is None:
        return Passage(held=Hold.NO_AUTHOR)
    if post.platform in NEVER_PASSED_ON:
        return Passage(held=Hold.PLATFORM_TERMS)
    if post.minor:
        return Passage(held=Hold.MINOR)
    taken = [name for name in recipient.purposes if _class_of(name, policy) in TAKES_POSTS]
    if not taken:
        return Passage(held=Hold.NO_PURPOSE)
    # A direct message was written to the controller alone; sharing it is not what its author expects.
    open_to = [name for name in taken if post.public or _class_of(name, policy) is not PurposeClass.SHARING]
    if not open_to:
        return Passage(held=Hold.PRIVATE)
    return Passage(tuple(_question(post, recipient, name, now=now) for name in open_to))


def _class_of(purpose: str, policy: Policy) -> PurposeClass | None:
    known = policy.purposes.get(purpose)
    return None if known is None else known.purpose_class


def _question(post: Post, recipient: Recipient, purpose: str, *, now: datetime) -> Question:
    return Question(
        controller=post.controller,
        purpose=purpose,
        channel=CHANNEL,
        as_of=now,
        as_known=now,
        subject=post.author_id,
        recipient=recipient.id,
        special_category=bool(post.special_categories),
    )
