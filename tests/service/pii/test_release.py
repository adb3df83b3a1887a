"""What consent covers goes out, asked three times, under pseudonyms of its recipient."""

import json

import pytest

from pii.release import DeliveryReport, OfferReport
from pii.release_store import EntryKind
from pii.store_errors import BadCursor, UnknownRecipient
from pii.tokens import TOKEN
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import THEO, mentioning, x_message, x_page, x_post
from tests.service.pii.releasing import CRM, OTHER, author, deliver, feed, offer, stored, take_and_grant


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
