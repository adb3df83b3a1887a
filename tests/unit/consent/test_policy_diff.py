"""Two policies compared place by place, and what a count of changes keeps."""

from datetime import UTC, datetime

import pytest

from consent.permissions import Permission
from consent.policy import load_policy
from consent.policy_diff import SHOWN, Group, PermissionChange, PlaceChange, Tally, place_changes
from consent.vocabulary import ConsentState
from tests.unit.consent.small import DECISIONS, policy

TEXT = (DECISIONS / "policy.yaml").read_text()


def differing(before: str, after: str) -> list[PlaceChange]:
    assert before in TEXT
    return list(place_changes(policy(), load_policy(TEXT.replace(before, after, 1))))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param("", "", [], id="nothing"),
        pytest.param("# Placet policy", "# The policy", [], id="a remark"),
        pytest.param("doi_ttl_days: 14", "doi_ttl_days: 7", [("parameters.doi_ttl_days", 14, 7)], id="a parameter"),
        pytest.param(
            "    notice: phone\n    proof: documented",
            "    notice: phone\n    proof: confirmed",
            [("purposes.phone_sales.proof", "documented", "confirmed")],
            id="a field of a purpose",
        ),
        pytest.param(
            "    notice: catalogue\n",
            "    notice: catalogue\n    proof: stated\n",
            [("purposes.post_catalogue.proof", None, "stated")],
            id="a field that is new",
        ),
        pytest.param(
            "topics: [shoes, sports, kids]",
            "topics: [shoes, kids]",
            [("purposes.newsletter.topics", ["shoes", "sports", "kids"], ["shoes", "kids"])],
            id="a list",
        ),
        pytest.param(
            "published: 2025-09-01, change: major, supersedes: all",
            "published: 2025-10-01, change: major",
            [
                ("notices.location.versions.2.published", "2025-09-01T00:00:00+00:00", "2025-10-01T00:00:00+00:00"),
                ("notices.location.versions.2.supersedes_all", True, False),
            ],
            id="a version of a notice",
        ),
        pytest.param(
            'CRTC Unsolicited Telecommunications Rules"}\n      - {for: [automated_call',
            'CRTC Rules"}\n      - {for: [automated_call',
            [
                ("packs.CA.rules.live_call.cite", "CRTC Unsolicited Telecommunications Rules", "CRTC Rules"),
                ("packs.CA.rules.post.cite", "CRTC Unsolicited Telecommunications Rules", "CRTC Rules"),
            ],
            id="a rule for two classes",
        ),
    ],
)
def test_every_place_that_differs_is_told(before: str, after: str, told: list[tuple[str, object, object]]) -> None:
    assert [tuple(change) for change in differing(before, after)] == told


def test_what_a_pack_inherits_is_told_where_it_counts() -> None:
    rule = "      - for: [live_call, automated_call]\n        bases: [consent]\n        proof: "
    found = differing(f"{rule}confirmed", f"{rule}documented")
    assert ("packs.DE.rules.live_call.proof", "confirmed", "documented") in found
    assert {change.place.split(".")[1] for change in found} == set(policy().packs)


def test_of_what_is_new_the_outermost_place_is_told() -> None:
    new = "  fax_sales: {title: Fax, class: direct_marketing, bases: [consent], notice: news}\n\n  location_offers:\n"
    (change,) = differing("  location_offers:\n", new)
    assert (change.place, change.before) == ("purposes.fax_sales", None)


def test_a_count_of_changes_keeps_a_few_subjects_of_each_group() -> None:
    tally = Tally()
    for number in range(SHOWN * 3):
        for topic in ("shoes", "kids"):
            kept = Permission(
                subject=f"subject {number}",
                controller="acme",
                purpose="newsletter",
                topic=topic,
                channel="email",
                contact="email:1",
                state=ConsentState.GRANTED,
                carried_by=None,
                since=datetime(2026, 1, 1, tzinfo=UTC),
            )
            tally.add(PermissionChange(kept, ConsentState.GRANTED, ConsentState.INVALID))
    group = Group("acme", "newsletter", "email", ConsentState.GRANTED, ConsentState.INVALID)
    assert dict(tally.counts) == {group: SHOWN * 6}
    assert tally.shown == {group: [f"subject {number}" for number in range(SHOWN)]}
