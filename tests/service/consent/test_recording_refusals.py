"""What cannot be true, and what nobody knows, is refused by the name of its field and leaves nothing behind."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.subject_keys import key_file_engine
from audit.tables import subject_table as key_table
from consent import errors
from consent.identifiers import GivenIdentifier
from consent.report import Evidence
from tests.service.consent.world import MAIL, WRITTEN, World

PHONE = GivenIdentifier("phone", "030 1234567")


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        pytest.param({"purpose": "horoscope"}, errors.UnknownPurpose, "purpose", id="purpose"),
        pytest.param({"channel": "telepathy"}, errors.UnknownChannel, "channel", id="channel"),
        pytest.param({"topic": "hats"}, errors.UnknownTopic, "topic", id="topic"),
        pytest.param({"notice": "welcome@9"}, errors.UnknownNotice, "notice", id="notice"),
        pytest.param({"controller": "gamma"}, errors.UnknownController, "controller", id="controller"),
        pytest.param({"colour": "red"}, errors.EventError, "colour", id="field"),
        pytest.param({"proof": "oath"}, errors.EventError, "proof", id="value"),
        pytest.param({"id": "e1"}, errors.EventError, "id", id="what Placet sets itself"),
    ],
)
def test_what_nobody_knows_is_refused_by_the_name_of_its_field(
    world: World, fields: dict[str, Any], error: type[Exception], field: str
) -> None:
    subject = world.person()
    before = [world.rows(table) for table in WRITTEN]
    with pytest.raises(error, match=rf"^{field}: "):
        world.grant(subject, **fields)
    assert [world.rows(table) for table in WRITTEN] == before


@pytest.mark.parametrize(
    "flaw",
    [
        pytest.param({"purpose": "horoscope"}, id="unknown purpose"),
        pytest.param({"colour": "red"}, id="unknown field"),
        pytest.param({"identifiers": (GivenIdentifier("email", "no address"),)}, id="malformed identifier"),
    ],
)
def test_a_refused_report_leaves_no_keys_of_a_person_who_never_came_to_be(world: World, flaw: dict[str, Any]) -> None:
    before = count_keys(world)
    with pytest.raises(errors.ConsentError):
        world.grant(MAIL, **flaw)
    assert count_keys(world) == before
    world.record("refuse", MAIL)
    assert count_keys(world) == before + 1


def count_keys(world: World) -> int:
    """Count the keys of people, which on SQLite lie in a file of their own, with transactions of its own."""
    engine = world.ground.engine
    keys = key_file_engine(engine) if engine.dialect.name == "sqlite" else engine
    with keys.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(key_table)) or 0
    if keys is not engine:
        keys.dispose()
    return found


def test_nothing_happens_in_the_future(world: World) -> None:
    subject = world.person()
    with pytest.raises(errors.EventInFuture):
        world.grant(subject, at=world.clock() + timedelta(minutes=3))


def test_a_confirmation_names_a_request_of_the_same_person(world: World) -> None:
    request = world.sign_up()
    other = world.person(PHONE)
    for subject, name in ((other, request.event_id), (request.subject_id, "01990000-0000-7000-8000-000000000000")):
        with pytest.raises(errors.UnknownRequest):
            world.record("doi_confirmed", subject, request=name)
    assert world.reason() == "pending_doi"


def test_evidence_about_nobody_is_refused_rather_than_lost(world: World) -> None:
    with pytest.raises(errors.EventError, match=r"^evidence: "):
        world.record("assessment", purpose="newsletter", evidence=(Evidence("note", {}),))
