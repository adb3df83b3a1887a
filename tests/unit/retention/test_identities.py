"""Who is the same person."""

from itertools import permutations

import pytest

from retention.identities import Identities, SubjectName

A, B, C, D = (SubjectName.of(f"email:{letter}@example.de") for letter in "abcd")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("email:max@example.de", " Email: Max@Example.DE ", id="white space and capitals"),
        pytest.param("x:@max", "x:\t@MAX\n", id="tabs and line ends"),
        pytest.param("postal:hauptstraße", "postal:HAUPTSTRASSE", id="capitals of ß"),
    ],
)
def test_white_space_and_capitals_do_not_distinguish_names(one: str, other: str):
    assert SubjectName.of(one) == SubjectName.of(other)


def test_other_names_are_other_names():
    assert SubjectName.of("x:@max") != SubjectName.of("x:@maxine")


def test_a_chain_of_groups_is_one_person_in_whatever_order():
    for groups in permutations([[A, B], [B, C], [C, D]]):
        identities = Identities.known(groups)
        assert all(identities.same_person(one, other) for one in (A, B, C, D) for other in (A, B, C, D))


def test_separate_groups_are_separate_persons():
    identities = Identities.known([[A, B], [C, D]])
    assert identities.same_person(A, B)
    assert not identities.same_person(B, C)
    assert identities.same_person(SubjectName.of("x:@nobody"), SubjectName.of("x:@nobody"))


def test_without_the_identity_service_only_equal_names_match():
    identities = Identities.unavailable()
    assert identities.same_person(A, A)
    assert not identities.same_person(A, B)
    assert not identities.available


def test_names_are_never_shown():
    assert repr(A) == "<redacted>"
    assert "example" not in repr(Identities.known([[A, B]]))
