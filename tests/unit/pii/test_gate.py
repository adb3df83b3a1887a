"""Under which purposes a post may be asked for, and what is not even asked for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consent.policy import load_policy
from consent.policy_model import Recipient
from pii.gate import CHANNEL, Hold, passage
from pii.post import Closure, Post, PostStatus
from tests.paths import ROOT

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
POLICY = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8"))
CRM = POLICY.recipients["service_crm"]
POST = Post(
    id="p",
    controller="nordlicht",
    platform="x",
    kind="post",
    lang="de",
    public=True,
    own=False,
    examined=PostStatus.READY,
    reason=None,
    closed_by=frozenset(),
    version=1,
    author_id="moni",
    text="hier",
    fields={},
    findings={},
    special_categories=(),
    minor=False,
    has_geo=False,
    created_at=None,
    collected_at=NOW,
)


def test_the_author_is_asked_about_on_the_channel_of_data_use_for_the_recipient() -> None:
    (question,) = passage(POST, CRM, POLICY, now=NOW).questions
    assert (question.controller, question.purpose, question.channel) == ("nordlicht", "customer_voice", CHANNEL)
    assert (question.subject, question.recipient, question.special_category) == ("moni", "service_crm", False)
    assert question.as_of == question.as_known == NOW


def test_special_categories_are_said_in_the_question() -> None:
    (question,) = passage(replace(POST, special_categories=("health",)), CRM, POLICY, now=NOW).questions
    assert question.special_category


@pytest.mark.parametrize(
    ("post", "held"),
    [
        pytest.param(replace(POST, examined=PostStatus.WAITING), Hold.NOT_READY, id="not examined"),
        pytest.param(replace(POST, examined=PostStatus.QUARANTINED), Hold.NOT_READY, id="put aside"),
        pytest.param(replace(POST, closed_by=frozenset({Closure.HIDDEN})), Hold.NOT_READY, id="closed"),
        pytest.param(replace(POST, author_id=None), Hold.NO_AUTHOR, id="nobody who could have agreed"),
        pytest.param(replace(POST, platform="linkedin"), Hold.PLATFORM_TERMS, id="forbidden by the platform"),
        pytest.param(replace(POST, minor=True), Hold.MINOR, id="a child"),
        pytest.param(replace(POST, public=False), Hold.PRIVATE, id="private, and only sharing is asked for"),
    ],
)
def test_some_posts_are_not_even_asked_for(post: Post, held: Hold) -> None:
    assert passage(post, CRM, POLICY, now=NOW).held is held


@pytest.mark.parametrize(
    "purposes",
    [
        pytest.param((), id="no purpose"),
        pytest.param(("newsletter", "order_confirmation"), id="purposes under which no posts are taken"),
        pytest.param(("unheard_of",), id="a purpose that no policy knows"),
    ],
)
def test_a_recipient_without_a_purpose_for_posts_gets_none(purposes: tuple[str, ...]) -> None:
    stranger = Recipient(id="stranger", title="Stranger", purposes=purposes, domain="stranger")
    assert passage(POST, stranger, POLICY, now=NOW).held is Hold.NO_PURPOSE


def test_a_direct_message_may_be_asked_for_under_a_purpose_that_is_no_sharing() -> None:
    listening = load_policy(
        (ROOT / "examples" / "policy.yaml").read_text("utf-8").replace("class: sharing", "class: listening")
    )
    message = replace(POST, public=False)
    assert passage(message, listening.recipients["service_crm"], listening, now=NOW).questions
