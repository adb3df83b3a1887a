"""Everything ends: posts and sign-ups by the schedule, a person's data on request, and those who got it are told."""

from typing import Any

import pytest
from sqlalchemy import func, select

from api.background import examine_waiting, sweep
from api.bootstrap import Services
from api.releasing import Releasing
from api.scopes import Scope
from audit.errors import SubjectErased
from consent.errors import UnknownSubject
from consent.tables import confirmation_table, identifier_table, subject_table
from pii.tables import post_table
from retention.erasure import ErasureState
from tests.fakes import FakeClock
from tests.journey.conftest import EXAMPLES, Crm, MakeCrm

SAMPLES = EXAMPLES / "payloads"
PUBLIC = (SAMPLES / "x/01_v2_mentions_with_expansions.json").read_bytes()
PRIVATE = (SAMPLES / "x/05_aaa_direct_message.json").read_bytes()
SIGN_UP = {
    "subject": {"identifier": {"kind": "email", "value": "erika@example.org"}},
    "event": "grant_requested",
    "purpose": "newsletter",
    "channel": "email",
}


@pytest.fixture
def posts(crm: Crm) -> None:
    """Five public posts, some with a place, and a direct message."""
    for body in (PUBLIC, PRIVATE):
        assert crm.post("/v1/intake/x", data=body, content_type="application/json").json["accepted"]


def rows(services: Services, table: Any, *conditions: Any) -> int:
    with services.ground.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


@pytest.mark.usefixtures("posts")
def test_posts_places_and_people_end_when_the_schedule_says(services: Services, clock: FakeClock) -> None:
    assert dict(services.sweep.run().destroyed) == {}
    public = rows(services, post_table, post_table.c.public)
    places = rows(services, post_table, post_table.c.has_geo)
    assert (public > 1, places > 0) == (True, True)
    clock.move(days=32)
    assert dict(services.sweep.run().destroyed) == {"location_trace": places}
    assert rows(services, post_table, post_table.c.has_geo) == 0
    clock.move(days=60)
    people = rows(services, subject_table)
    destroyed = dict(services.sweep.run().destroyed)
    assert (destroyed.pop("social_post"), destroyed.pop("social_profile") > 0, destroyed) == (public, True, {})
    assert (rows(services, post_table), 0 < rows(services, subject_table) < people) == (1, True)
    clock.move(days=365)
    left = rows(services, subject_table)
    assert dict(services.sweep.run().destroyed) == {"social_dm": 1, "social_profile": left}
    assert (rows(services, post_table), rows(services, subject_table), rows(services, identifier_table)) == (0, 0, 0)
    assert dict(services.sweep.run().destroyed) == {}


def test_a_sign_up_that_nobody_confirms_ends_with_all_that_came_of_it(
    crm: Crm, services: Services, clock: FakeClock
) -> None:
    crm.post("/v1/consents", json=SIGN_UP)
    clock.move(days=13)
    assert dict(services.sweep.run().destroyed) == {}
    clock.move(days=3)
    assert dict(services.sweep.run().destroyed) == {"doi_unconfirmed": 1}
    assert (rows(services, confirmation_table), rows(services, subject_table)) == (0, 0)


@pytest.mark.usefixtures("posts")
def test_whoever_wrote_posts_is_not_forgotten_with_a_sign_up(crm: Crm, services: Services, clock: FakeClock) -> None:
    author = an_author(services)
    crm.post(f"/v1/subjects/{author}/identifiers", json=SIGN_UP["subject"]["identifier"])  # type: ignore[index]
    crm.post("/v1/consents", json=SIGN_UP)
    before = rows(services, subject_table)
    clock.move(days=16)
    assert services.sweep.run().destroyed["doi_unconfirmed"] == 1
    assert (rows(services, confirmation_table), rows(services, subject_table)) == (0, before)


def an_author(services: Services) -> str:
    with services.ground.reading() as session:
        public = select(post_table.c.author_id).where(post_table.c.public).order_by(post_table.c.id)
        found = session.scalars(public).first()
    assert found is not None
    return found


@pytest.mark.usefixtures("posts")
def test_an_erased_person_is_gone_everywhere(crm: Crm, make_crm: MakeCrm, services: Services, clock: FakeClock) -> None:
    author = an_author(services)
    yes = {"subject": {"id": author}, "purpose": "customer_voice", "channel": "data_use"}
    crm.post("/v1/consents", json={**yes, "event": "grant"})
    Releasing(services).release_new()
    reader = make_crm(Scope.RELEASES_READ, recipient="service_crm")
    out = reader.get("/v1/releases").json["items"]
    assert out
    done = services.erasures.erase(author, basis="Art.17(1)(b)", request="R-1", actor="dpo")
    assert (done.state, done.counts["posts"] > 0) == (ErasureState.DONE, True)
    assert rows(services, post_table, post_table.c.author_id == author) == 0
    told = reader.get(f"/v1/releases?cursor={out[-1]['cursor']}").json["items"]
    assert {(item["id"], item["kind"], item["cause"]) for item in told} == {
        (item["id"], "revoked", "erased") for item in out
    }
    assert crm.post("/v1/check", json=yes).json["reason"] == "erased"
    assert crm.post("/v1/consents", json={**yes, "event": "grant"}).status_code == 410
    with services.ground.unit_of_work() as uow, pytest.raises(SubjectErased):
        services.ground.subject_keys.get(uow.connection, author)


def test_an_unknown_person_cannot_be_erased(services: Services) -> None:
    with pytest.raises(UnknownSubject):
        services.erasures.erase("unknown", basis="Art.17(1)(b)", request="R-1", actor="dpo")


def test_regular_work_rests_where_there_is_nothing_to_do(services: Services) -> None:
    examine_waiting(services)
    sweep(services)
    work = Releasing(services)
    for job in (work.release_new, work.offer_held, work.recheck_released):
        job()
    assert services.decisions.flush() == 0
