"""What consent covers goes out, asked three times, under pseudonyms of its recipient, and can be taken back."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit.tables import event_table
from pii.release import DeliveryReport, OfferReport
from pii.release_store import EntryKind, Release, ReleaseStore
from pii.revocation import RevokeCause
from pii.store_errors import BadCursor, UnknownRecipient
from pii.tables import release_table
from pii.tokens import TOKEN
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import (
    MONI,
    THEO,
    facebook_comment,
    mentioning,
    x_about_post,
    x_message,
    x_page,
    x_post,
)

CRM = "service_crm"
OTHER = "sales_crm"


def offer(house: House, recipient: str | None = CRM) -> OfferReport:
    return house.releases.offer(recipient, limit=100, actor=ACTOR)


def deliver(house: House, recipient: str = CRM) -> DeliveryReport:
    return house.releases.deliver(recipient, limit=100, actor=ACTOR)


def feed(house: House, recipient: str = CRM) -> list[tuple[int, EntryKind, bool]]:
    page = house.releases.feed(recipient, cursor=None, limit=100)
    return [(entry.position, entry.kind, entry.content is not None) for entry in page.entries]


def stored(house: House) -> list[Release]:
    with house.ground.reading() as session:
        store = ReleaseStore(session, house.ground.group_id)
        return store.list_where(release_table.c.recipient == CRM)


def author(house: House, user: dict[str, str] = MONI) -> str:
    found = house.subject("x", user["id"])
    assert found is not None
    return found


def take_and_grant(house: House, text: str = "Die Aurora ist leise, sagt Monika Quittenbäumer") -> None:
    house.take("x", x_page(x_post(1, text)))
    house.say(author(house), "grant")


def test_a_post_of_somebody_who_agreed_goes_out(house: House) -> None:
    take_and_grant(house)
    assert offer(house) == OfferReport(queued=1)
    assert feed(house) == []
    assert deliver(house) == DeliveryReport(released=1)
    (entry,) = house.releases.feed(CRM, cursor=None, limit=10).entries
    assert (entry.position, entry.kind, entry.purpose) == (1, EntryKind.RELEASED, "customer_voice")
    assert "pseudonymise" in entry.obligations
    assert entry.content is not None
    assert entry.content["text"].startswith("Die Aurora ist leise, sagt [[PERSON:k1:")
    (release,) = stored(house)
    assert release.decision["basis"] == "consent"
    assert release.decision["rests_on"]


def test_silence_means_no(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    assert offer(house) == OfferReport(held=1)
    assert deliver(house) == DeliveryReport()
    (release,) = stored(house)
    assert (release.reason, release.content) == ("no_consent", None)


def test_what_is_held_is_asked_again_at_the_next_offer(house: House) -> None:
    house.take("x", x_page(x_post(1, "hier")))
    offer(house)
    house.say(author(house), "grant")
    assert offer(house) == OfferReport(queued=1)
    assert deliver(house) == DeliveryReport(released=1)


def test_what_was_never_asked_for_comes_before_what_was_held(house: House) -> None:
    house.take("x", x_page(x_post(1, "alt", THEO)))
    house.releases.offer(CRM, limit=1, actor=ACTOR)
    house.clock_forward()
    house.take("x", x_page(x_post(2, "neu")))
    house.say(author(house), "grant")
    assert house.releases.offer(CRM, limit=1, actor=ACTOR) == OfferReport(queued=1)


def test_an_offer_again_changes_nothing(house: House) -> None:
    take_and_grant(house)
    offer(house)
    assert offer(house) == OfferReport()
    deliver(house)
    assert (offer(house), deliver(house)) == (OfferReport(), DeliveryReport())


def test_consent_withdrawn_between_offer_and_delivery_holds_the_post_back(house: House) -> None:
    take_and_grant(house)
    offer(house)
    house.say(author(house), "withdraw")
    assert deliver(house) == DeliveryReport(held=1)
    assert feed(house) == []
    (release,) = stored(house)
    assert (release.reason, release.content) == ("withdrawn", None)


def test_consent_withdrawn_after_delivery_shows_as_revoked_at_once(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    assert feed(house) == [(1, EntryKind.RELEASED, True)]
    house.say(author(house), "withdraw")
    assert feed(house) == [(1, EntryKind.REVOKED, False)]
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 1
    assert feed(house) == [(1, EntryKind.REVOKED, False), (2, EntryKind.REVOKED, False)]
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 0


def test_taking_back_for_a_person_leaves_what_is_still_allowed(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 0
    assert feed(house) == [(1, EntryKind.RELEASED, True)]


def test_a_new_yes_lets_the_post_out_again(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.clock_forward()
    house.say(author(house), "withdraw")
    house.releases.revoke_for_subject(author(house), actor=ACTOR)
    house.clock_forward()
    house.say(author(house), "grant")
    house.send(CRM)
    assert [kind for _, kind, _ in feed(house)][1:] == [EntryKind.REVOKED, EntryKind.RELEASED]
    assert feed(house)[2][2]


def test_a_recheck_takes_back_what_nobody_was_told_of(house: House) -> None:
    take_and_grant(house)
    house.take("x", x_page(x_post(2, "auch hier", THEO)))
    house.say(author(house, THEO), "grant")
    house.send(CRM)
    house.say(author(house), "withdraw")
    taken_back, behind = house.releases.recheck(CRM, limit=1, actor=ACTOR)
    assert (taken_back, behind is not None) == (1, True)
    assert house.releases.recheck(CRM, limit=1, after=behind or "", actor=ACTOR)[0] == 0


CHANGES: list[tuple[str, Callable[[House], object], RevokeCause, bool]] = [
    ("hidden", lambda house: house.take("x", x_about_post("drop", 1)), RevokeCause.CLOSED, False),
    ("deleted", lambda house: house.take("x", x_about_post("delete", 1)), RevokeCause.DELETED, False),
    (
        "edited",
        lambda house: house.take(
            "x",
            x_page({**x_post(2, "neu"), "edit_history_tweet_ids": [x_post(1, "")["id"], x_post(2, "")["id"]]}),
        ),
        RevokeCause.EDITED,
        True,
    ),
    (
        "by hand",
        lambda house: house.releases.revoke_for_post(house.only_post().id, RevokeCause.RETENTION, actor=ACTOR),
        RevokeCause.RETENTION,
        True,
    ),
]


@pytest.mark.parametrize(("change", "cause", "comes_again"), [pytest.param(*rest, id=name) for name, *rest in CHANGES])
def test_what_ends_a_post_takes_its_release_back(
    house: House, change: Callable[[House], object], cause: RevokeCause, comes_again: bool
) -> None:
    take_and_grant(house)
    house.send(CRM)
    change(house)
    page = house.releases.feed(CRM, cursor=None, limit=10)
    assert [(entry.kind, entry.cause, entry.content) for entry in page.entries] == [
        (EntryKind.REVOKED, cause, None),
        (EntryKind.REVOKED, cause, None),
    ]
    assert page.entries[0].id == page.entries[1].id
    house.send(CRM)
    assert [kind for _, kind, _ in feed(house)[2:]] == ([EntryKind.RELEASED] if comes_again else [])


def test_an_edit_of_what_is_only_queued_leaves_no_trace_with_the_recipient(house: House) -> None:
    house.take("facebook", facebook_comment(1, "alt"))
    house.say(house.only_post().author_id or "", "grant")
    offer(house)
    house.take("facebook", facebook_comment(1, "neu", verb="edited"))
    assert deliver(house) == DeliveryReport()
    house.send(CRM)
    (entry,) = house.releases.feed(CRM, cursor=None, limit=10).entries
    assert entry.content is not None
    assert entry.content["text"] == "neu"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(x_message(1, "unter uns"), "post.private", id="a direct message is not shared"),
        pytest.param(x_page(x_post(1, "Meine Tochter (9 Jahre) jubelt")), "post.minor", id="a child"),
        pytest.param(x_page(x_post(1, "Ich habe Diabetes")), "explicit_required", id="health needs an explicit yes"),
    ],
)
def test_some_posts_are_held_in_spite_of_a_yes(house: House, body: bytes, reason: str) -> None:
    house.take("x", body)
    house.say(author(house), "grant")
    assert offer(house) == OfferReport(held=1)
    assert stored(house)[0].reason == reason


def test_a_post_without_a_known_author_is_held(house: House) -> None:
    body = {"object": "page", "entry": [{"id": "104857600112233", "time": 1, "changes": []}]}
    value = {"item": "comment", "verb": "add", "comment_id": "455667_8", "post_id": "104857600112233_455667",
             "parent_id": "104857600112233_455667", "created_time": 1794470000, "message": "wer bin ich"}  # fmt: skip
    body["entry"][0]["changes"] = [{"field": "feed", "value": value}]  # type: ignore[index]
    house.take("facebook", json.dumps(body).encode())
    assert offer(house) == OfferReport(held=1)
    assert stored(house)[0].reason == "post.no_author"


def tokens(content: object) -> set[str]:
    return {match[0] for match in TOKEN.finditer(json.dumps(content))}


def test_two_recipients_cannot_find_that_they_speak_of_the_same_person(house: House) -> None:
    house.take("x", x_page(x_post(1, "Monika Quittenbäumer, frag @th_apfelkern", **mentioning(THEO))))
    house.say(author(house), "grant")
    entries = []
    for recipient in (CRM, OTHER):
        house.send(recipient)
        entries += house.releases.feed(recipient, cursor=None, limit=10).entries
    first, second = entries
    assert first.id != second.id
    assert len(tokens(first.content)) == len(tokens(second.content)) >= 4
    post = house.only_post()
    for mine, others in ((first, second), (second, first)):
        assert not tokens(mine.content) & (tokens(others.content) | tokens([post.text, post.fields]))
        assert post.id not in json.dumps(mine.content) + mine.id


def test_one_recipient_knows_a_person_again(house: House) -> None:
    house.take("x", x_page(x_post(1, "eins"), x_post(2, "zwei")))
    house.say(author(house), "grant")
    house.send(CRM)
    first, second = house.releases.feed(CRM, cursor=None, limit=10).entries
    assert tokens(first.content) == tokens(second.content) != set()


def test_an_offer_to_nobody_in_particular_is_one_to_everybody(house: House) -> None:
    take_and_grant(house)
    assert offer(house, None) == OfferReport(queued=2)


def test_a_feed_is_read_in_pages(house: House) -> None:
    house.take("x", x_page(*(x_post(number, f"nr {number}") for number in range(1, 6))))
    house.say(author(house), "grant")
    house.send(CRM)
    seen, cursor = [], None
    while True:
        page = house.releases.feed(CRM, cursor=cursor, limit=2)
        seen += [entry.position for entry in page.entries]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("cursor", ["", "-1", "x", "1e3", "²", "9" * 40])
def test_a_cursor_of_another_make_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(BadCursor):
        house.releases.feed(CRM, cursor=cursor, limit=2)


def test_a_recipient_that_no_policy_names_gets_nothing(house: House) -> None:
    take_and_grant(house)
    with pytest.raises(UnknownRecipient):
        offer(house, "stranger")
    with pytest.raises(UnknownRecipient):
        deliver(house, "stranger")
    assert feed(house, "stranger") == []


def test_a_recipient_that_the_policy_names_no_more_sees_nothing(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.without_recipients()
    assert feed(house) == [(1, EntryKind.REVOKED, False)]
    assert house.releases.revoke_for_subject(author(house), actor=ACTOR) == 1


def test_every_release_is_an_entry_filed_under_its_author_with_counts_and_codes_only(house: House) -> None:
    take_and_grant(house)
    house.send(CRM)
    house.say(author(house), "withdraw")
    house.releases.revoke_for_subject(author(house), actor=ACTOR)
    with house.ground.reading() as session:
        types = ("posts.offered", "post.released", "release.revoked")
        query = select(event_table.c.leaf).where(event_table.c.type.in_(types)).order_by(event_table.c.n)
        pubs = [json.loads(leaf)["pub"] for leaf in session.scalars(query)]
    assert pubs == [
        {"recipient": CRM, "queued": 1, "held": 0},
        {"recipient": CRM, "purpose": "customer_voice", "basis": "consent", "platform": "x", "position": 1},
        {"recipient": CRM, "cause": "consent", "position": 2},
    ]
