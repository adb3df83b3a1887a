"""Policies: a change is a new version, and a text that people may have agreed to is never rewritten."""

import re
from datetime import timedelta

import pytest

from audit.ground import Ground
from audit.installation_secrets import recipient_domain
from audit.tables import event_table as entry_table
from audit.tables import secret_table
from consent.errors import NoPolicy, PolicyError, PublishedNoticeChanged
from consent.policies import PolicyService
from consent.tables import notice_table, policy_table, recipient_table
from tests.service.consent.world import POLICY, World


def changed(old: str, new: str) -> str:
    """Return the example policy with one text replaced, which must stand in it."""
    assert old in POLICY
    return POLICY.replace(old, new)


def test_without_a_policy_there_is_none(ground: Ground) -> None:
    with pytest.raises(NoPolicy):
        PolicyService(ground).current()


def test_the_same_text_again_changes_nothing(world: World) -> None:
    entries = world.count(entry_table)
    applied = world.policies.apply(POLICY, actor="test")
    assert (applied.version, applied.changed) == (1, False)
    assert (world.count(policy_table), world.count(entry_table)) == (1, entries)


def test_a_change_is_a_new_version_and_the_old_one_stays(world: World) -> None:
    applied = world.policies.apply(changed("doi_ttl_days: 14", "doi_ttl_days: 7"), actor="test")
    assert (applied.version, applied.changed) == (2, True)
    in_force = world.policies.current()
    assert (in_force.version, in_force.policy.parameters.doi_ttl_days) == (2, 7)
    assert world.policies.get(1).parameters.doi_ttl_days == 14
    assert world.policies.text(1) == POLICY


def test_another_process_applies_and_this_one_sees_it(world: World) -> None:
    PolicyService(world.ground).apply(changed("doi_ttl_days: 14", "doi_ttl_days: 7"), actor="test")
    assert world.policies.current().policy.parameters.doi_ttl_days == 7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(changed("I can withdraw this at any time.", "I can never withdraw."), id="wording"),
        pytest.param(changed("channels: [email, data_use]", "channels: [email, data_use, sms]"), id="what it covers"),
        pytest.param(changed("published: 2025-01-01", "published: 2024-01-01"), id="date"),
        pytest.param(
            POLICY[: POLICY.index("  tracking:\n    purposes")].replace("notice: tracking", "notice: welcome")
            + POLICY[POLICY.index("suppressions:") :],
            id="removal",
        ),
    ],
)
def test_a_published_text_is_not_rewritten(world: World, text: str) -> None:
    with pytest.raises(PublishedNoticeChanged):
        world.policies.apply(text, actor="test")
    assert world.policies.current().version == 1
    assert world.count(policy_table) == 1


def draft(wording: str) -> str:
    """Return the example policy with a second version of a notice that is not published."""
    anchor = "\nsuppressions:"
    version = f'      2:\n        text:\n          en: "{wording}"\n'
    assert POLICY.count(anchor) == 1
    return POLICY.replace(anchor, f"{version}{anchor}")


def test_a_draft_may_change_until_it_is_published(world: World) -> None:
    world.policies.apply(draft("Nordlicht may look."), actor="test")
    world.policies.apply(draft("Nordlicht may see."), actor="test")
    world.record("notice_published", notice="tracking@2")
    with pytest.raises(PublishedNoticeChanged):
        world.policies.apply(draft("Nordlicht may do what it likes."), actor="test")
    (row,) = [row for row in world.rows(notice_table) if row.number == 2]
    assert row.content["texts"] == {"en": "Nordlicht may see."}


def test_a_draft_is_published_from_the_earliest_date_on_whichever_was_recorded_first(world: World) -> None:
    world.policies.apply(draft("Nordlicht may see."), actor="test")
    now = world.clock()
    for at in (now, now - timedelta(days=2)):
        world.record("notice_published", notice="tracking@2", at=at)
    subject = world.person()
    granted = world.grant(subject, purpose="email_tracking", channel="tracking_pixel", at=now - timedelta(days=1))
    assert world.overview.event(granted.event_id).event.notice == "tracking@2"


def test_an_unsound_policy_is_refused_with_its_place(world: World) -> None:
    with pytest.raises(PolicyError, match=r"purposes\.newsletter\.notice"):
        world.policies.apply(changed("notice: welcome\n    topics", "notice: goodbye\n    topics"), actor="test")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(POLICY + "\nversion: 2", "version", id="a duplicate"),
        pytest.param(
            changed("    notice: tracking\n", "    notice: tracking\n    parent: email_tracking\n"),
            "purposes.email_tracking.parent",
            id="a circle",
        ),
        pytest.param(changed('{cite: "GDPR Art. 6(1)(c)"}', "{}"), "bases.legal_obligation.cite", id="no citation"),
        pytest.param(
            changed("purposes: [customer_voice], domain: sales", "purposes: [gossip], domain: sales"),
            "recipients.sales_crm.purposes",
            id="an unknown reference",
        ),
        pytest.param(
            changed("Yes, Nordlicht may mail me news", "Yes, anybody may mail me news").replace(
                "sales_crm:", "press_crm: {title: Press, purposes: [customer_voice], domain: press}\n  sales_crm:"
            ),
            "notices.welcome.versions.1",
            id="a rewritten text beside a new recipient",
        ),
    ],
)
def test_of_a_policy_that_is_refused_nothing_is_applied(world: World, text: str, place: str) -> None:
    tables = (policy_table, notice_table, recipient_table, secret_table, entry_table)
    before = [world.rows(table) for table in tables]
    with pytest.raises(PolicyError, match=rf"^line \d+: {re.escape(place)}: "):
        world.policies.apply(text, actor="test")
    assert [world.rows(table) for table in tables] == before
    assert world.policies.current().version == 1


def test_each_recipient_gets_a_secret_that_it_keeps(world: World) -> None:
    secret = world.ground.secrets.get(recipient_domain("service_crm"))
    assert secret != world.ground.secrets.get(recipient_domain("sales_crm"))
    assert {(row.name, row.domain, row.removed_at) for row in world.rows(recipient_table)} == {
        ("service_crm", "service", None),
        ("sales_crm", "sales", None),
    }
    gone = changed('  sales_crm: {title: "Sales CRM", purposes: [customer_voice], domain: sales}\n', "")
    gone = gone.replace("    recipients: [service_crm, sales_crm]\n", "")
    gone = gone.replace("      1:\n        published: 2025-01-01", "      1:\n        published: 2025-01-01", 1)
    with pytest.raises(PublishedNoticeChanged):
        world.policies.apply(gone, actor="test")


def test_a_consent_rests_on_the_text_that_was_shown_though_a_newer_one_is_dated_before_it(world: World) -> None:
    subject = world.person()
    world.clock.move(days=1)
    granted = world.grant(subject)
    assert world.overview.event(granted.event_id).event.notice == "welcome@1"
