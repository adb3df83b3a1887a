"""Erasing a person: what they wrote goes, what others wrote names them no more, and recipients are told."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from audit.database import Base
from audit.errors import SubjectErased
from pii.access import PiiAccess
from pii.erasure import PiiEraser
from pii.intake_report import IntakeReport
from pii.post import PostStatus
from pii.release_store import EntryKind
from pii.spans import SpanKind
from pii.tables import PII_TABLES, platform_order_table, release_table
from pii.token_maker import IntakeTokens
from pii.token_source import ERASED
from pii.vault import Vault
from tests.service.pii.conftest import ACTOR, House
from tests.service.pii.payloads import MONI, THEO, mentioning, x_about_user, x_page, x_post

CRM = "service_crm"


def erase(house: House, subject_id: str) -> dict[str, int]:
    eraser = PiiEraser(house.ground)
    with house.ground.unit_of_work() as uow:
        counts = eraser.remove(uow, subject_id, actor=ACTOR)
        uow.commit()
    return dict(counts)


def person(house: House, user: dict[str, str]) -> str:
    found = house.subject("x", user["id"])
    assert found is not None
    return found


def everything(house: House) -> str:
    """Return every value of every table of social data, as text; boxes are bytes and say nothing."""
    found: list[Any] = []
    with house.ground.reading() as session:
        for name in sorted(PII_TABLES):
            found += [list(row) for row in session.execute(select(Base.metadata.tables[name]))]
    return json.dumps(found, default=lambda value: value.hex() if isinstance(value, bytes) else str(value))


def fill(house: House) -> None:
    house.take(
        "x",
        x_page(
            x_post(1, "von mir, Monika Quittenbäumer"),
            x_post(2, "Frag @quitten_moni, also Monika Quittenbäumer", THEO, **mentioning(MONI)),
            x_post(3, "ohne sie", THEO),
        ),
    )
    house.say(person(house, THEO), "grant")
    house.say(person(house, MONI), "grant")
    house.send(CRM)


def test_what_the_person_wrote_goes_and_what_others_wrote_names_them_no_more(house: House) -> None:
    fill(house)
    moni = person(house, MONI)
    counts = erase(house, moni)
    assert counts == {"posts": 1, "mentions": 1, "boxes": 1, "names": 2}
    mention, other = house.posts()
    assert mention.text == f"Frag {ERASED}, also {ERASED}"
    assert [set(each.values()) for each in mention.fields["people"]] == [{"mention", ERASED}]
    assert other.text == "ohne sie"
    token = IntakeTokens(house.ground).of_subject(SpanKind.PERSON, moni)
    assert moni not in everything(house)
    assert token not in everything(house)


def test_no_box_of_anybody_holds_a_token_of_the_erased(house: House) -> None:
    fill(house)
    tokens = IntakeTokens(house.ground).all_of_subject(person(house, MONI))
    theo = person(house, THEO)
    erase(house, person(house, MONI))
    with house.ground.reading() as session:
        vault = Vault(house.ground, session)
        kept = [vault.find(post.id, theo) for post in house.posts()]
    texts = [each.item.text for each in kept if each is not None and each.item is not None]
    assert texts == [f"Frag {ERASED}, also {ERASED}", "ohne sie"]
    assert not any(token in text for token in tokens for text in texts if text)


def test_recipients_are_told_and_get_the_posts_of_others_without_the_person(house: House) -> None:
    fill(house)
    with house.ground.reading() as session:
        assert PiiEraser(house.ground).recipients(session, person(house, MONI)) == [CRM]
    erase(house, person(house, MONI))
    house.send(CRM)
    page = house.releases.feed(CRM, cursor=None, limit=100)
    kinds = [entry.kind for entry in page.entries]
    assert kinds.count(EntryKind.RELEASED) == 2
    assert [entry.cause for entry in page.entries if entry.kind is EntryKind.REVOKED] == ["erased"] * 2
    assert f"Frag {ERASED}, also {ERASED}" in [entry.content["text"] for entry in page.entries if entry.content]


def test_erasing_twice_is_the_same_as_once(house: House) -> None:
    fill(house)
    moni = person(house, MONI)
    erase(house, moni)
    before = everything(house)
    assert erase(house, moni) == {"posts": 0, "mentions": 0, "boxes": 0, "names": 0}
    assert everything(house) == before


def test_a_replay_of_an_erased_persons_post_is_refused(house: House) -> None:
    fill(house)
    erase(house, person(house, MONI))
    assert house.take("x", x_page(x_post(1, "von mir, Monika Quittenbäumer"))) == IntakeReport(duplicates=1)


def test_a_person_named_in_what_still_waits_is_taken_out_of_it(house: House) -> None:
    house.detector.down = True
    house.take("x", x_page(x_post(2, "Frag Monika Quittenbäumer @quitten_moni", THEO, **mentioning(MONI))))
    erase(house, person(house, MONI))
    post = house.only_post()
    with house.ground.reading() as session:
        kept = Vault(house.ground, session).find(post.id, person(house, THEO))
    assert kept is not None
    assert kept.item is not None
    assert kept.item.text == f"Frag {ERASED} {ERASED}"
    assert "uitten" not in json.dumps([found.value for found in kept.item.fields])
    house.detector.down = False
    house.intake.examine_waiting(limit=10, actor=ACTOR)
    assert (house.only_post().status, house.only_post().text) == (PostStatus.READY, f"Frag {ERASED} {ERASED}")


def test_orders_and_releases_lead_to_nobody_afterwards(house: House) -> None:
    fill(house)
    house.take("x", x_about_user("user_protect"))
    erase(house, person(house, MONI))
    with house.ground.reading() as session:
        assert session.scalars(select(platform_order_table.c.subject_id)).all() == [None]
        holders = session.execute(select(release_table.c.state, release_table.c.subject_id)).all()
    assert {holder for state, holder in holders if state == "revoked"} <= {None, person(house, THEO)}


def test_a_person_sees_what_is_kept_and_where_it_went(house: House) -> None:
    fill(house)
    access = PiiAccess(house.ground)
    with house.ground.reading() as session:
        held = access.posts_of(session, person(house, MONI))
        releases = access.releases_of(session, person(house, MONI))
    assert [each.written_by_subject for each in held] == [True, False]
    assert held[0].original.item is not None
    assert held[0].original.item.text == "von mir, Monika Quittenbäumer"
    assert {value for values in held[1].original.values.values() for value in values} >= {"@quitten_moni"}
    assert [release.recipient for release in releases] == [CRM]


def test_without_keys_nothing_is_kept_under_them(house: House) -> None:
    fill(house)
    with house.ground.unit_of_work() as uow:
        house.ground.subject_keys.destroy(uow.connection, person(house, MONI))
        uow.commit(nothing_to_record="test set-up")
    with pytest.raises(SubjectErased), house.ground.reading() as session:
        PiiAccess(house.ground).posts_of(session, person(house, MONI))
