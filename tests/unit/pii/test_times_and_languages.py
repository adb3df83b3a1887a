"""Points in time and languages, as payloads state them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.language import guess, language_of, stated
from pii.times import moment

EIGHT = datetime(2026, 11, 12, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-12T08:05:00Z",
        "2026-11-12T08:05:00.000Z",
        "2026-11-12T08:05:00.000000000Z",
        "2026-11-12T09:05:00+01:00",
        "2026-11-12T08:05:00+0000",
        "2026-11-12 09:05:00 +0100",
        "2026-11-12T08:05",
        "Thu, 12 Nov 2026 08:05:00 +0000",
        "12 Nov 2026 08:05 GMT",
        "Thu Nov 12 08:05:00 +0000 2026",
        1794470700,
        1794470700000,
        "1794470700",
        "1794470700000",
    ],
)
def test_one_moment_in_all_its_forms(value):
    assert moment(value) == EIGHT


def test_a_date_is_its_beginning():
    assert moment("2026-11-12") == datetime(2026, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -5, 10**18, 1.5, "", "yesterday", "2 hours ago", "2026-13-45T99:99:99Z", "49171392007", [], {}],
)
def test_what_states_no_moment_gives_none(value):
    assert moment(value) is None


@given(
    st.text(max_size=40)
    | st.integers()
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", fullmatch=True)
)
def test_any_value_gives_a_moment_in_utc_or_none(value):
    found = moment(value)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("en_GB", "en"),
        ("DE", "de"),
        ("zh-Hant-TW", "zh"),
        ("und", None),
        ("qme", None),
        ("zxx", None),
        ("deutsch", None),
        ("d", None),
        ("", None),
        (None, None),
        (17, None),
        ("de" * 40, None),
    ],
)
def test_a_language_tag_states_a_language_or_none(tag, language):
    assert stated(tag) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich warte seit drei Wochen auf euch", "de"),
        ("I have been waiting for three weeks", "en"),
        ("Grüße", "de"),
        ("Nordlicht 4711", "und"),
        ("", "und"),
        ("@the_and_for #youareit https://the.example/and", "und"),
        ("שלום לכולם, המכונה שבורה", "he"),
        ("مرحبا اتصل بي", "ar"),
        ("Спасибо за помощь", "ru"),
    ],
)
def test_small_words_tell_the_language(text, language):
    assert guess(text) == language


@pytest.mark.parametrize(
    ("text", "said", "otherwise", "language"),
    [
        pytest.param("Hello there, how are you", "de", "de", "de", id="what is said of the item comes first"),
        pytest.param("Hello there, how are you", "und", "de", "en", id="then the words"),
        pytest.param("Nordlicht 4711", None, "de-DE", "de", id="then what is around"),
        pytest.param("Nordlicht 4711", None, None, "und", id="and else nothing is known"),
        pytest.param(None, "de", "de", "und", id="no text has no language"),
    ],
)
def test_whose_word_on_the_language_counts(text, said, otherwise, language):
    assert language_of(text, said=said, otherwise=otherwise) == language
