"""What of an item may be stored openly, and what of the original goes into whose box."""

import json
from typing import Any

import pytest

from pii.attribution import Subjects
from pii.detection_errors import ResidueFound
from pii.item_codec import Original, decode, encode
from pii.model import Event, FieldGroup, Item, PersonalField, PersonRef, Role
from pii.name_candidates import KnownSpan
from pii.pseudonymisation import Pseudonymised, pseudonymise
from pii.spans import Span, SpanKind
from pii.store_errors import UnreadableBox
from tests.fakes_pii import FixedTokens

TOKENS = FixedTokens()
MONI = PersonRef("x", Role.AUTHOR, id="160000901", handle="quitten_moni", name="Monika Quittenbäumer")
THEO = PersonRef("x", Role.MENTION, id="160000902", handle="th_apfelkern", name="Theo Apfelkern")
NOBODY = PersonRef("x", Role.THIRD, name="Rita Walnuss")
SUBJECTS = Subjects("moni", {THEO: "theo"})


def item(text: str | None, **more: Any) -> Item:
    given: dict[str, Any] = {
        "platform": "x",
        "item_id": "20900000001",
        "kind": "post",
        "event": Event.CREATE,
        "dedup_key": "k",
        "lang": "de",
        "public": True,
        "author": MONI,
        "people": (THEO, NOBODY),
    }
    return Item(text=text, **{**given, **more})


def made(made_of: Item, *detected: Span, recognised: tuple[KnownSpan, ...] = ()) -> Pseudonymised:
    return pseudonymise(made_of, SUBJECTS, detected=detected, recognised=recognised, tokens=TOKENS)


def person(subject_id: str) -> str:
    return TOKENS.of_subject(SpanKind.PERSON, subject_id)


@pytest.mark.parametrize(
    ("text", "detected", "expected"),
    [
        pytest.param("nichts", [], "nichts", id="nothing to replace"),
        pytest.param("Monika Quittenbäumer", [], person("moni"), id="the author, although nobody found the name"),
        pytest.param("an Theo", [], f"an {person('theo')}", id="part of the name of somebody mentioned"),
        pytest.param(
            "an Rita Walnuss",
            [],
            "an " + TOKENS.of_value(SpanKind.PERSON, "Rita Walnuss", "x"),
            id="somebody who is no data subject: a token of the value",
        ),
        pytest.param(
            "Ruf 01234567 an",
            [Span(4, 12, SpanKind.PHONE, 0.9, "test")],
            "Ruf " + TOKENS.of_value(SpanKind.PHONE, "01234567", "x") + " an",
            id="what the detector found",
        ),
        pytest.param(
            "Quittenbäumer-Weg 3",
            [Span(0, 19, SpanKind.ADDRESS, 0.8, "test")],
            TOKENS.of_subject(SpanKind.ADDRESS, "moni"),
            id="a finding around a name is the person's",
        ),
    ],
)
def test_findings_become_tokens(text: str, detected: list[Span], expected: str) -> None:
    assert made(item(text), *detected).text == expected


def test_a_name_known_from_elsewhere_is_that_persons() -> None:
    known = KnownSpan(Span(0, 11, SpanKind.PERSON, 0.9, "test"), "emil")
    assert made(item("Emil Kürbis da"), recognised=(known,)).text == f"{person('emil')} da"


def test_what_the_item_says_of_a_name_counts_before_what_is_known_from_elsewhere() -> None:
    known = KnownSpan(Span(0, 14, SpanKind.PERSON, 0.9, "test"), "another theo")
    assert made(item("Theo Apfelkern"), recognised=(known,)).text == person("theo")


def test_findings_are_counted_by_kind() -> None:
    found = made(item("Monika Quittenbäumer und Theo, Tel 01234567"), Span(35, 43, SpanKind.PHONE, 0.9, "test"))
    assert found.findings == {"PERSON": 2, "PHONE": 1}


def test_of_the_fields_only_tokens_and_neutral_facts_stay() -> None:
    fields = (
        PersonalField("/bio", "bio", "Gärtnerin", FieldGroup.AUTHOR, MONI),
        PersonalField("/x", "unknown", "irgendwas", FieldGroup.AUTHOR),
    )
    found = made(item("hier", fields=fields, neutral={"likes": 3, "client": "App von Apfelkern", "Quittenbäumer/n": 1}))
    assert found.fields["facts"] == {"likes": 3}
    assert found.fields["author"] == {"person": person("moni"), "handle": TOKENS.of_subject(SpanKind.HANDLE, "moni")}
    assert [each["role"] for each in found.fields["people"]] == ["mention", "third"]
    assert "ärtnerin" not in json.dumps(found.fields, ensure_ascii=False)


def test_the_authors_part_holds_nothing_of_other_known_people() -> None:
    fields = (
        PersonalField("/mention/name", "name", "Theo Apfelkern", FieldGroup.PERSON, THEO),
        PersonalField("/bio", "bio", "Freundin von @th_apfelkern", FieldGroup.AUTHOR, MONI),
        PersonalField("/deep", "unknown", {"list": ["von Theo", 7]}, FieldGroup.AUTHOR),
    )
    found = made(item("Monika an Theo", fields=fields, parent_id="https://x.example/th_apfelkern/1"))
    kept = found.original
    assert kept.text == f"Monika an {person('theo')}"
    assert kept.people == ()
    assert kept.author == MONI
    assert not any(
        name in repr([kept.text, kept.parent_id, [each.value for each in kept.fields]])
        for name in ("Theo", "apfelkern")
    )
    handle = TOKENS.of_subject(SpanKind.HANDLE, "theo")
    assert set(found.others) == {"theo"}
    values = found.others["theo"].values
    assert values[handle] == ("th_apfelkern", "@th_apfelkern")
    assert values[TOKENS.of_subject(SpanKind.URL, "theo")] == ("https://x.example/th_apfelkern/1",)
    assert {"160000902", "Theo Apfelkern", "Theo"} <= set(values[person("theo")])


def test_whoever_is_no_data_subject_stays_in_the_authors_part() -> None:
    found = made(item("an Rita Walnuss"))
    assert found.original.text == "an Rita Walnuss"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("M o n i k a   Q u i t t e n b ä u m e r", id="an own name, letter by letter"),
        pytest.param("schreib an rest@example.net", id="an address that nobody found"),
    ],
)
def test_what_is_left_stops_everything(text: str) -> None:
    with pytest.raises(ResidueFound):
        made(item(text))


def test_a_post_without_text_has_none_afterwards() -> None:
    assert made(item(None)).text is None


def test_an_original_survives_the_vault() -> None:
    kept = made(item("Monika an Theo", fields=(PersonalField("/a", "id", 7, FieldGroup.GEO, THEO),))).original
    original = Original(kept, (), {"[[x]]": ("a", "b")})
    assert decode(encode(original)) == original


@pytest.mark.parametrize("content", [b"", b"[]", b'{"v": 2}', b'{"v": 1}', "ä".encode("latin-1")])
def test_what_was_never_sealed_is_not_read(content: bytes) -> None:
    with pytest.raises(UnreadableBox):
        decode(content)
