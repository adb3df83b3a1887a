"""Whoever came to end one thing may end less or more of it, and nothing but end it."""

import pytest

from consent.policy import load_policy
from consent.withdrawal_choices import AS_NAMED, choices, chosen
from consent.withdrawal_scope import WithdrawalScope
from tests.paths import ROOT

POLICY = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8"))
NEWSLETTER = WithdrawalScope(purpose="newsletter", channel="email")
GARDEN = WithdrawalScope(purpose="newsletter", topic="garden", channel="email")
TOPICS = ["topic:laundry", "topic:kitchen", "topic:garden"]


@pytest.mark.parametrize(
    ("named", "names"),
    [
        pytest.param(NEWSLETTER, [AS_NAMED, *TOPICS, "purpose", "channel", "everything"], id="purpose on a channel"),
        pytest.param(GARDEN, [AS_NAMED, "purpose", "channel", "everything"], id="topic"),
        pytest.param(WithdrawalScope(purpose="newsletter"), [AS_NAMED, *TOPICS, "everything"], id="purpose"),
        pytest.param(WithdrawalScope(channel="email"), [AS_NAMED, "everything"], id="channel"),
        pytest.param(WithdrawalScope(), [AS_NAMED], id="everything"),
        pytest.param(
            WithdrawalScope(purpose=("newsletter", "customer_voice"), channel=("email", "data_use")),
            [AS_NAMED, "purpose", "channel", "everything"],
            id="several purposes",
        ),
        pytest.param(WithdrawalScope(purpose="gone"), [AS_NAMED, "everything"], id="a purpose that left the policy"),
    ],
)
def test_what_is_offered_begins_with_what_the_link_names_and_repeats_nothing(
    named: WithdrawalScope, names: list[str]
) -> None:
    offered = choices(named, POLICY)
    assert [choice.name for choice in offered] == names
    assert offered[0].scope == named


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        pytest.param(AS_NAMED, NEWSLETTER, id="as named"),
        pytest.param("topic:garden", GARDEN, id="a topic of it"),
        pytest.param("purpose", WithdrawalScope(purpose="newsletter"), id="on every channel"),
        pytest.param("channel", WithdrawalScope(channel="email"), id="everything on the channel"),
        pytest.param("everything", WithdrawalScope(), id="everything"),
        pytest.param("topic:boats", NEWSLETTER, id="an unknown choice ends what the link names"),
    ],
)
def test_a_choice_goes_as_far_as_its_name_says(name: str, scope: WithdrawalScope) -> None:
    assert chosen(NEWSLETTER, name, POLICY) == scope
