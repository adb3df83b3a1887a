"""Who is who in one item."""

import pytest

from pii.cast import OWN, Cast
from pii.model import Role


@pytest.fixture
def cast():
    return Cast("x", frozenset({"900", "Brand", "team@brand.example"}))


def test_a_person_named_twice_is_one_and_everything_known_of_them_is_kept(cast):
    key = cast.enter(Role.MENTION, id="7")
    assert cast.enter(Role.MENTION, id="7", handle="probe7") == key
    assert cast.enter(Role.MENTION, handle="probe7", name="Probe") == key
    person = cast.resolve(key)
    assert (person.id, person.handle, person.name) == ("7", "probe7", "Probe")
    assert len(cast.others()) == 1


def test_a_handle_that_another_id_took_over_is_another_person(cast):
    first = cast.enter(Role.MENTION, id="7", handle="probe")
    assert cast.enter(Role.MENTION, id="8", handle="probe") != first
    assert [person.id for person in cast.others()] == ["7", "8"]


def test_two_people_may_share_a_name(cast):
    assert cast.enter(Role.MENTION, id="7", name="Probe") != cast.enter(Role.MENTION, id="8", name="Probe")


@pytest.mark.parametrize(
    ("signs", "key"),
    [
        pytest.param({"id": "900"}, OWN, id="the brand by its id"),
        pytest.param({"id": 900}, OWN, id="the brand by its id as a number"),
        pytest.param({"handle": "brand"}, OWN, id="the brand by its handle where there is no id"),
        pytest.param({"email": "Team@Brand.example"}, OWN, id="the brand by its address"),
        pytest.param({"id": "7", "handle": "brand"}, "id:7", id="an id decides over a handle"),
        pytest.param({}, None, id="nobody"),
        pytest.param({"id": None, "handle": "", "name": {"first": "A"}}, None, id="nothing that names anybody"),
    ],
)
def test_the_brand_is_no_person(cast, signs, key):
    assert cast.enter(Role.MENTION, **signs) == key


def test_the_author_is_not_among_the_others(cast):
    cast.set_author(cast.enter(Role.MENTION, id="7"))
    cast.enter(Role.MENTION, id="8")
    assert (cast.resolve(cast.author).role, [person.id for person in cast.others()]) == (Role.AUTHOR, ["8"])


def test_a_printed_person_shows_nobody(cast):
    person = cast.resolve(cast.enter(Role.MENTION, id="7", handle="probe7", name="Erika Probe", email="e@p.example"))
    assert repr(person) == "PersonRef(x, mention, <redacted>)"
