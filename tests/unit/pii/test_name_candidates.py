"""Which names are kept to recognise people by, and what in a text could be one."""

import pytest

from pii.model import PersonRef, Role
from pii.name_candidates import NameKind, candidates_in, names_of


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("Monika Quittenbäumer", {"monika quittenbaumer"}, id="first name and surname"),
        pytest.param("Sabine K. 🌻", {"sabine k"}, id="initial and flower"),
        pytest.param("Monika", set(), id="a first name alone is too many people's"),
        pytest.param("Der Wüterich", set(), id="article and noun"),
        pytest.param("Guten Morgen", set(), id="words of everybody"),
        pytest.param("Al Bo", set(), id="too short"),
        pytest.param("Ein Zwei Drei Vier Fünf Sechs", set(), id="too long"),
    ],
)
def test_names_that_tell_somebody_apart_are_kept(name: str, kept: set[str]) -> None:
    person = PersonRef("x", Role.AUTHOR, name=name)
    assert {normal for kind, normal in names_of(person) if kind is NameKind.NAME} == kept


@pytest.mark.parametrize(
    ("handle", "kept"),
    [
        pytest.param("@Quitten_Moni", {"quitten_moni"}, id="sign and case do not count"),
        pytest.param("ab", set(), id="too short"),
    ],
)
def test_handles_are_kept(handle: str, kept: set[str]) -> None:
    person = PersonRef("x", Role.AUTHOR, handle=handle)
    assert {normal for kind, normal in names_of(person) if kind is NameKind.HANDLE} == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("mit Monika Quittenbäumer da", {"Monika Quittenbäumer"}, id="two capitals"),
        pytest.param("monika quittenbäumer", set(), id="no capitals"),
        pytest.param("Monika, Quittenbäumer", set(), id="a comma between"),
        pytest.param("Frag @quitten_moni.", {"@quitten_moni"}, id="handle"),
        pytest.param("an moni@quitte.example", set(), id="an address is no handle"),
        pytest.param("@moni@quitte.example", {"@moni@quitte.example"}, id="handle with its server"),
        pytest.param("Sabine K. kam", {"Sabine K."}, id="initial with its stop"),
        pytest.param("Monika Quittenbäumer.", {"Monika Quittenbäumer"}, id="the stop of the sentence stays outside"),
    ],
)
def test_what_could_be_a_name(text: str, found: set[str]) -> None:
    assert {text[each.start : each.end] for each in candidates_in(text)} == found
