"""What an item itself says about its people is found wherever and however it stands in a text."""

import pytest

from pii.model import Event, FieldGroup, Item, Json, PersonalField, PersonRef, Role
from pii.own_values import OwnValues
from pii.spans import SpanKind

AUTHOR = PersonRef("x", Role.AUTHOR, id="1600000000000000101", handle="quitten_moni", name="Monika Quittenbäumer 🌻")
OTHER = PersonRef("x", Role.MENTION, handle="th_wolf", name="Theo Wolf", email="theo.wolf@example.org")


def item(*fields: PersonalField, author: PersonRef = AUTHOR) -> Item:
    return Item(
        platform="x",
        item_id="2090000000000000101",
        kind="post",
        event=Event.CREATE,
        dedup_key="k",
        lang="de",
        public=True,
        author=author,
        people=(OTHER,),
        fields=fields,
        parent_id="https://social.example/@quelle/9",
    )


def covered(text: str, *fields: PersonalField) -> str:
    """Return `text` with a full block for every character that an own value covers."""
    spans = [found.span for found in OwnValues.of(item(*fields)).spans(text)]
    return "".join("█" if any(span.start <= at < span.end for span in spans) else sign for at, sign in enumerate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Gruß Monika Quittenbäumer", "Gruß ████████████████████", id="the name"),
        pytest.param("MONIKA sagt", "██████ sagt", id="capitals"),
        pytest.param("bei Quittenbaeumer", "bei ██████████████", id="umlaut written out"),
        pytest.param("bei Quittenbaumer", "bei █████████████", id="umlaut left out"),
        pytest.param("Mo\u200bnika hier", "███████ hier", id="zero-width sign inside"),
        pytest.param("#DankeMonika", "#███████████", id="inside a longer word: the whole word"),
        pytest.param("@quitten_moni!", "█████████████!", id="handle with its sign"),
        pytest.param("siehe 1600000000000000101", "siehe ███████████████████", id="id"),
        pytest.param("zu 2090000000000000101", "zu ███████████████████", id="id of the item"),
        pytest.param("an THEO.WOLF@example.org", "an █████████████████████", id="e-mail address"),
        pytest.param("Herr Wolf kam", "Herr ████ kam", id="common word as a name, with a capital"),
        pytest.param("ein wolf im Garten", "ein wolf im Garten", id="the same word, written small"),
        pytest.param("Die Theorie", "Die Theorie", id="a short name is no part of a word"),
        pytest.param("", "", id="no text"),
    ],
)
def test_own_values_are_found_in_every_spelling(text: str, expected: str) -> None:
    assert covered(text) == expected


@pytest.mark.parametrize(
    ("kind", "value", "text", "expected"),
    [
        pytest.param("location", "Bad Quittenau", "aus Bad Quittenau", "aus █████████████", id="place of a profile"),
        pytest.param("place", "Lerchenstadt", "in Lerchenstadt", "in ████████████", id="place of a post"),
        pytest.param("hashtag", "Nordlicht", "#Nordlicht", "#Nordlicht", id="hashtags are for the detector"),
        pytest.param("title", "Mein Trockner", "Mein Trockner", "Mein Trockner", id="titles are for the detector"),
        pytest.param(
            "email",
            "rita@example.org (Rita Walnuss)",
            "Rita, rita@example.org",
            "████, ████████████████",
            id="mail (name)",
        ),
        pytest.param("profile_field", "Web", "im Web", "im Web", id="label of a profile"),
        pytest.param(
            "profile_field", "0171 39200 11", "Tel 0171 39200 11", "Tel █████████████", id="number of a profile"
        ),
        pytest.param("profile", 120, "120 Euro", "120 Euro", id="counts are not sought"),
        pytest.param("unknown", "abc", "abc", "abc", id="short unknown values are not sought"),
        pytest.param("unknown", ["k", {"a": "geheim-77"}], "mein geheim-77", "mein █████████", id="unknown, in lists"),
    ],
)
def test_fields_are_sought_by_what_they_are(kind: str, value: Json, text: str, expected: str) -> None:
    group = FieldGroup.GEO if kind == "place" else FieldGroup.AUTHOR
    assert covered(text, PersonalField("/somewhere", kind, value, group)) == expected


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("nichts von ihr", False, id="nothing"),
        pytest.param("Quittenbäumer", True, id="as it is"),
        pytest.param("M o n i k a  Q u i t t e n b ä u m e r", True, id="letter by letter"),
        pytest.param("quitten.moni", True, id="with other signs between"),
        pytest.param("Mon Ika", False, id="short values are not joined over words"),
    ],
)
def test_what_is_left_is_noticed_also_in_pieces(text: str, left: bool) -> None:
    assert OwnValues.of(item()).left_in([text]) is left


def test_a_span_knows_its_kind_and_whose_it_is() -> None:
    found = OwnValues.of(item()).spans("@th_wolf")
    assert {(each.span.kind, each.owner) for each in found if each.span.end - each.span.start == 8} == {
        (SpanKind.HANDLE, OTHER)
    }


def test_a_text_of_one_endless_word_is_read_in_one_go() -> None:
    assert OwnValues.of(item()).spans("theo" * 5_000) == []


def test_own_values_print_nothing() -> None:
    assert "Quitten" not in repr(OwnValues.of(item()))
