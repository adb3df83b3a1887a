"""The detector as a whole: what the annotated samples hold is found, in bounded time, without the network."""

import json
import logging
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import tldextract

from pii.brand import Brand
from pii.detection_errors import DetectionTimedOut, TextTooLong
from pii.detector import PresidioDetector
from pii.model import TEXT_LIMIT_BYTES
from pii.pseudonyms import PseudonymKeys
from pii.spans import Span, SpanKind
from tests.paths import SHARED

SAMPLES = SHARED / "social" / "samples"
BRAND = Brand(
    names=frozenset({"Nordlicht", "Aurora 7"}),
    handles=frozenset({"@NordlichtHilft", "nordlicht", "nordlicht.example", "NordlichtHilfeBot"}),
    contacts=frozenset({"040 66969 100"}),
)
# Of a place only those that the words tie to a person are looked for; two are written in ways no rule knows.
MUST = frozenset(SpanKind) - {SpanKind.LOCATION}
NAME_FIELDS = frozenset({"name", "handle", "annotation", "first_name"})


def gold_items() -> Iterator[Any]:
    for path in sorted(SAMPLES.glob("*/*.gold.json")):
        items = json.loads(path.read_text("utf-8"))["items"]
        known = frozenset(
            field["value"]
            for item in items
            for field in (*item.get("author_fields", ()), *item.get("person_fields", ()))
            if field["field"] in NAME_FIELDS and isinstance(field["value"], str)
        )
        for number, item in enumerate(items):
            if item.get("text"):
                yield pytest.param(item, known, id=f"{Path(path.parent.name) / path.name.partition('.')[0]}-{number}")


GOLD = list(gold_items())


def found(detector: PresidioDetector, text: str, lang: str = "de", **options: Any) -> list[tuple[str, str]]:
    return [(span.kind.value, text[span.start : span.end]) for span in detector.find(text, lang, **options)]


def uncovered(spans: list[dict[str, Any]], found_spans: list[Span], text: str) -> list[tuple[str, str]]:
    covered = {at for span in found_spans for at in range(span.start, span.end)}
    return [
        (span["type"], span["text"])
        for span in spans
        if span["type"] in MUST
        and any(at not in covered for at in range(span["start"], span["end"]) if text[at].isalnum())
    ]


@pytest.mark.parametrize(("item", "known"), GOLD)
def test_annotated_personal_data_is_covered(
    detector: PresidioDetector, item: dict[str, Any], known: frozenset[str]
) -> None:
    spans = list(detector.find(item["text"], item["lang"], known, brand=BRAND))
    assert uncovered(item["spans"], spans, item["text"]) == []


@pytest.mark.parametrize(("item", "known"), GOLD)
def test_what_only_looks_like_personal_data_stays_readable(
    detector: PresidioDetector, item: dict[str, Any], known: frozenset[str]
) -> None:
    spans = detector.find(item["text"], item["lang"], known, brand=BRAND)
    assert [
        trap["text"]
        for trap in item.get("traps") or []
        if any(span.start < trap["end"] and trap["start"] < span.end for span in spans)
    ] == []


@pytest.mark.parametrize(("item", "known"), GOLD)
def test_nothing_strong_is_missed_without_any_knowledge(
    detector: PresidioDetector, item: dict[str, Any], known: frozenset[str]
) -> None:
    spans = list(detector.find(item["text"], "und"))
    assert uncovered(item["spans"], spans, item["text"]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t", [], id="blank"),
        pytest.param("😀😀 an lea@web.de", [("EMAIL", "lea@web.de")], id="offsets count code points"),
        pytest.param("an l\u200bea@web.de", [("EMAIL", "l\u200bea@web.de")], id="zero width inside"),
        pytest.param("Ruf 0️⃣1️⃣7️⃣1️⃣ 1234567", [("PHONE", "0️⃣1️⃣7️⃣1️⃣ 1234567")], id="key caps"),
        pytest.param(
            "\u202eIBAN DE89 3704 0044 0532 0130 00", [("IBAN", "DE89 3704 0044 0532 0130 00")], id="right to left"
        ),
        pytest.param(
            "Frau Moorbach\r\nTel. 0171 1234567", [("PERSON", "Moorbach"), ("PHONE", "0171 1234567")], id="CRLF"
        ),
        pytest.param(
            "Preis 299,99 € für 2 Personen, 5 Jahre Garantie, 10 % Rabatt, 3:1 gewonnen", [], id="numbers of daily life"
        ),
        pytest.param("ISBN 978-3-16-148410-0, EAN 4006381333931, DIN EN 60335", [], id="numbers of things"),
    ],
)
def test_texts(detector: PresidioDetector, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(detector, text) == expected


def test_spans_are_in_order_and_apart(detector: PresidioDetector) -> None:
    text = "Lea Moor, lea@web.de, Am Wehr 3, 04109 Leipzig, 0511 / 1669697, geb. 1.1.1980, @lea_m"
    spans = detector.find(text, "de")
    assert len(spans) > 5
    assert all(left.end <= right.start for left, right in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        pytest.param(
            "My neighbour Orsolya Brightwater rang", "en", "Orsolya Brightwater", id="the model reads English"
        ),
        pytest.param("Please ask for Brightwater today", "de", "Brightwater", id="the words beat a wrong tag"),
        pytest.param("Ich heiße Quandtner", "en", "Quandtner", id="German under an English tag"),
        pytest.param("Merhaba, ben Hakan Yurdakul", "tr", "Hakan Yurdakul", id="a language without rules of its own"),
        pytest.param("Je m'appelle Solveig", "not a tag", "Solveig", id="no language at all"),
    ],
)
def test_the_language_is_that_of_the_words(detector: PresidioDetector, text: str, lang: str, expected: str) -> None:
    assert ("PERSON", expected) in found(detector, text, lang)


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        pytest.param(
            "das war zirbelnuss wieder", {"@zirbelnuss"}, [("HANDLE", "zirbelnuss")], id="a handle without its sign"
        ),
        pytest.param("das war Zirbel_Nuss", {"zirbel_nuss"}, [("HANDLE", "Zirbel_Nuss")], id="whatever its case"),
        pytest.param("so wie Korvath sagt", {"Ilka Korvath"}, [("PERSON", "Korvath")], id="a part of a name"),
        pytest.param(
            "ilka korvath sagt", {"Ilka Korvath"}, [("PERSON", "ilka korvath")], id="a whole name written small"
        ),
        pytest.param("in Korvaths Haus", {"Ilka Korvath"}, [("PERSON", "Korvaths")], id="a genitive"),
        pytest.param("#freekorvath", {"Ilka Korvath"}, [("HASHTAG", "freekorvath")], id="inside a hashtag"),
        pytest.param(
            "der Wind war da", {"Der Wind 🌻"}, [("PERSON", "der Wind")], id="a display name of plain words as a whole"
        ),
        pytest.param("der Regen war da", {"Der Wind"}, [], id="but not its small words"),
    ],
)
def test_known_names_are_found(
    detector: PresidioDetector, text: str, known: set[str], expected: list[tuple[str, str]]
) -> None:
    assert found(detector, text, known=frozenset(known)) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@NordlichtHilft hört nicht zu", id="the handle"),
        pytest.param("Hallo Nordlicht-Team, die Aurora ist laut", id="name and product"),
        pytest.param("Die Hotline 040/66969-100 geht nie ran", id="the hotline in another spelling"),
        pytest.param("#Nordlicht", id="the hashtag"),
    ],
)
def test_the_brand_is_no_person(detector: PresidioDetector, text: str) -> None:
    assert found(detector, text, brand=BRAND) == []


def test_an_account_of_the_same_name_elsewhere_is_not_the_brand(detector: PresidioDetector) -> None:
    assert found(detector, "@nordlicht@fremd.example", brand=BRAND) == [("HANDLE", "@nordlicht@fremd.example")]


KEYS = PseudonymKeys(bytes(range(32)), group="g", domain="intake", version=1)
OWN = KEYS.token(SpanKind.PERSON, "lea moor")
FOREIGN = PseudonymKeys(bytes(range(32)), group="h", domain="intake", version=1).token(SpanKind.PERSON, "lea moor")


def test_own_tokens_are_left_alone(detector: PresidioDetector) -> None:
    assert found(detector, f"Frau {OWN} rief an", is_own_token=KEYS.owns) == []


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(FOREIGN, id="another group's"),
        pytest.param("[[PERSON:k1:LEAMOORWOHNTAMWEHRDREIXXXX:AA]]", id="data dressed as a token"),
    ],
)
def test_foreign_tokens_count_as_secrets(detector: PresidioDetector, token: str) -> None:
    assert found(detector, f"Frau {token} rief an", is_own_token=KEYS.owns) == [("SECRET", token)]


def test_nobodys_tokens_are_trusted_by_default(detector: PresidioDetector) -> None:
    assert found(detector, OWN) == [("SECRET", OWN)]


def test_a_text_over_the_limit_is_refused(detector: PresidioDetector) -> None:
    with pytest.raises(TextTooLong):
        detector.find("ä" * (TEXT_LIMIT_BYTES // 2 + 1), "de")


def test_a_text_of_the_limit_is_read(detector: PresidioDetector) -> None:
    assert detector.find("." * TEXT_LIMIT_BYTES, "de") == []


class Ticking:
    """A timer that moves one second at each look."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return float(self.looks)


def test_a_text_that_takes_too_long_is_given_up_between_two_rules() -> None:
    timer = Ticking()
    slow = PresidioDetector(timer=timer, seconds=3.5)
    with pytest.raises(DetectionTimedOut):
        slow.find("Frau Moorbach rief an", "de")
    assert timer.looks == 5


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize(
    "fragment",
    [
        pytest.param(".", id="dots"),
        pytest.param("1", id="digits"),
        pytest.param(" ", id="blanks"),
        pytest.param("@", id="at signs"),
        pytest.param("a@", id="half addresses"),
        pytest.param("a.", id="half domains"),
        pytest.param("0 ", id="digits with blanks"),
        pytest.param("0171 ", id="area codes"),
        pytest.param("(0171) ", id="area codes in brackets"),
        pytest.param("Aa-", id="hyphened capitals"),
        pytest.param("M. ", id="initials"),
        pytest.param("Gustav/", id="names side by side"),
        pytest.param("Dr. ", id="titles"),
        pytest.param("order 1a1a", id="references"),
        pytest.param("[[PERSON:k1:", id="half tokens"),
        pytest.param("\u0301", id="accents on nothing"),
        pytest.param("\u200b", id="invisible"),
        pytest.param("#Aa", id="hashtags"),
        pytest.param("x" * 30, id="one endless word"),
    ],
)
def test_a_hostile_text_is_read_without_hanging(patient_detector: PresidioDetector, fragment: str, lang: str) -> None:
    text = (fragment * TEXT_LIMIT_BYTES).encode()[:TEXT_LIMIT_BYTES].decode(errors="ignore")
    # A rule that goes through the text from each of its characters would not end within the limit of the test run.
    assert isinstance(patient_detector.find(text, lang), list)


class SocketWatch:
    """Notes what the interpreter reports of sockets while it is open (PEP 578; a hook cannot be taken off again)."""

    def __init__(self) -> None:
        self.open = False
        self.seen: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, _arguments: object) -> None:
        if self.open and event.startswith("socket."):
            self.seen.append(event)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_detecting_opens_no_socket(lang: str) -> None:
    watch = SocketWatch()
    watch.open = True
    spans = PresidioDetector().find("Mail lea@mail.example.co.uk, https://lea.example/x, 192.0.2.1", lang)
    watch.open = False
    assert watch.seen == []
    assert {SpanKind.EMAIL, SpanKind.URL, SpanKind.IP} <= {span.kind for span in spans}


def test_nothing_of_a_text_is_logged(detector: PresidioDetector, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        detector.find("Frau Moorbach, lea@web.de, 0171 1234567", "de")
    assert not any(word in caplog.text for word in ("Moorbach", "lea@web.de", "1234567"))


def test_the_suffix_list_of_the_library_underneath_is_not_fetched() -> None:
    PresidioDetector()
    watch = SocketWatch()
    watch.open = True
    assert tldextract.extract("lea@mail.example.co.uk").suffix == "co.uk"
    watch.open = False
    assert watch.seen == []
