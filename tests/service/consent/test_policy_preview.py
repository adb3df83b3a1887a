"""A preview says of which stored permissions a policy would change the state, and is right once it is applied."""

from typing import Any

import pytest
from sqlalchemy import Table

from audit.ground import Ground
from audit.tables import event_table as entry_table
from consent.errors import NoPolicy, PolicyError, PublishedNoticeChanged
from consent.identifiers import GivenIdentifier
from consent.policies import PolicyService
from consent.policy_preview import PolicyPreview, preview
from consent.rebuilding import PermissionRebuilder
from consent.tables import notice_table, permission_table, policy_table, recipient_table
from tests.service.consent.world import POLICY, World

STRICTER = POLICY.replace("    notice: welcome\n    topics", "    notice: welcome\n    proof: documented\n    topics")
SUPERSEDING = POLICY.replace(
    "\n  tracking:\n    purposes",
    '\n      2:\n        published: 2026-01-01\n        supersedes: all\n        text: {de: "Neu.", en: "New."}\n'
    "\n  tracking:\n    purposes",
)


def previewed(world: World, text: str) -> PolicyPreview:
    return preview(world.ground, world.policies, text)


def told(found: PolicyPreview, **options: Any) -> list[tuple[str, str, str, str, str]]:
    """Each change by subject, purpose, channel and both states, in the order in which they are told."""
    return [
        (change.permission.subject, change.permission.purpose, change.permission.channel, change.before, change.after)
        for batch in found.changes(**options)
        for change in batch.changes
    ]


def mail(number: int) -> GivenIdentifier:
    return GivenIdentifier("email", f"kundin{number}@example.org")


def test_the_policy_in_force_changes_nothing(world: World) -> None:
    world.grant(world.person())
    found = previewed(world, POLICY)
    (batch,) = found.changes()
    assert (found.places(), batch.subjects, batch.permissions, batch.changes) == ([], 1, 1, ())


def test_stricter_proof_makes_consents_invalid_and_a_looser_one_makes_them_good(world: World) -> None:
    granted, stated = world.person(mail(1)), world.person(mail(2))
    world.grant(granted)
    world.grant(stated, proof="documented")
    world.record("grant", stated, purpose="customer_voice", channel="data_use", proof="claimed")
    assert told(previewed(world, STRICTER)) == [(granted, "newsletter", "email", "granted", "invalid")]
    looser = POLICY.replace("      - for: [data_use]\n        bases: [consent]\n        proof: stated",
                            "      - for: [data_use]\n        bases: [consent]\n        proof: claimed")  # fmt: skip
    assert told(previewed(world, looser)) == [(stated, "customer_voice", "data_use", "invalid", "granted")]


def test_a_text_that_supersedes_ends_the_consents_to_the_one_before(world: World) -> None:
    subject = world.person()
    world.grant(subject, notice="welcome@1")
    text = SUPERSEDING.replace("2026-01-01", "2026-11-20")
    world.clock.move(days=1)
    assert told(previewed(world, text)) == [(subject, "newsletter", "email", "granted", "superseded")]


def test_what_leaves_the_policy_has_no_state(world: World) -> None:
    subject = world.person(mail(1), GivenIdentifier("postal", "Hauptstr. 1, 10115 Berlin"))
    world.record("refuse", subject, purpose="newsletter", channel="post")
    text = POLICY.replace("  post:           {class: post,            identifier: postal}\n", "")
    assert told(previewed(world, text)) == [(subject, "newsletter", "post", "refused", "none")]


def test_time_alone_is_no_change_of_the_policy(world: World) -> None:
    world.grant(world.person())
    world.clock.move(days=800)
    assert world.reason() == "dormant"
    assert told(previewed(world, POLICY.replace("reply_days: 30", "reply_days: 7"))) == []
    longer = POLICY.replace("first_use_months: 12", "first_use_months: 60")
    assert [change[3:] for change in told(previewed(world, longer))] == [("dormant", "granted")]


def test_batches_are_bounded_and_lose_nobody(world: World) -> None:
    people = sorted(world.person(mail(number)) for number in range(7))
    for person in people:
        world.grant(person)
    world.person(mail(99))
    found = previewed(world, STRICTER)
    assert [batch.subjects for batch in found.changes(at_once=3)] == [3, 3, 1]
    assert [change[0] for change in told(found, at_once=3)] == people
    assert found.count_subjects() == 7


def test_a_preview_is_right_once_the_policy_is_applied(world: World) -> None:
    one, other, double = (world.person(mail(number)) for number in range(3))
    world.grant(one, topic="kitchen")
    world.grant(one, purpose="customer_voice", channel="data_use")
    world.grant(other)
    world.record("withdraw", double, purpose="customer_voice", channel="data_use")
    world.record("merge", other, other=double)
    expected = told(previewed(world, STRICTER))
    kept = stored(world)
    world.policies.apply(STRICTER, actor="test")
    PermissionRebuilder(world.ground, world.policies).rebuild_all()
    changed = [
        (subject, purpose, channel, kept[subject, purpose, topic, channel], state)
        for (subject, purpose, topic, channel), state in stored(world).items()
        if kept[subject, purpose, topic, channel] != state
    ]
    assert sorted(changed) == sorted(expected)
    assert expected


def stored(world: World) -> dict[tuple[str, str, str, str], str]:
    """The state of every stored permission, by subject, purpose, topic and channel."""
    return {(row.subject_id, row.purpose, row.topic, row.channel): row.state for row in world.rows(permission_table)}


def test_a_preview_changes_nothing(world: World) -> None:
    world.grant(world.person())
    tables: tuple[Table, ...] = (permission_table, policy_table, notice_table, recipient_table, entry_table)
    before = [world.rows(table) for table in tables]
    assert told(previewed(world, SUPERSEDING.replace("2026-01-01", "2026-11-20")))
    assert [world.rows(table) for table in tables] == before


def test_a_policy_that_could_not_be_applied_is_not_previewed(world: World) -> None:
    with pytest.raises(PolicyError, match=r"^line \d+: version: key stands twice"):
        previewed(world, POLICY + "\nversion: 2")
    with pytest.raises(PublishedNoticeChanged, match=r"^line \d+: notices\.welcome\.versions\.1: "):
        previewed(world, POLICY.replace("Yes, Nordlicht may mail me", "Yes, anybody may mail me"))


def test_without_a_policy_in_force_there_is_nothing_to_compare(ground: Ground) -> None:
    with pytest.raises(NoPolicy):
        preview(ground, PolicyService(ground), POLICY)
