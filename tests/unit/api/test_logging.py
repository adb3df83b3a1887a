"""A log line holds known fields only, and nothing personal in them."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from api.logging import REDACTED, configure_logging, keep_known_fields, redact

PEOPLE = "erika@example.org"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    level = root.level
    stream = StringIO()
    configure_logging(stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


def read(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PEOPLE, id="e-mail"),
        pytest.param("@erika@social.example", id="handle with a host"),
        pytest.param("+49 170 1234567", id="phone with country code"),
        pytest.param("0170 1234567", id="phone with area code"),
        pytest.param("DE89 3704 0044 0532 0130 00", id="IBAN with spaces"),
        pytest.param("DE89370400440532013000", id="IBAN"),
        pytest.param("plc_abcdEFG1_xxxxxxxxxxxxxxxxxxxx", id="API key"),
        pytest.param("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id="webhook secret"),
        pytest.param("AbCdEfGh1234", id="token in a path"),
    ],
)
def test_whatever_looks_personal_or_secret_is_taken_out(text: str) -> None:
    line = redact(None, "", {"event": f"x /u/{text} y", "detail": {"a": [f"({text})"]}} | {"_private": text})
    if text != "AbCdEfGh1234":
        assert text not in json.dumps(line["detail"])
    assert text not in str(line["event"])
    assert REDACTED in str(line["event"])
    assert line["_private"] == text


def test_ids_of_our_own_stay_whole() -> None:
    request_id = "01700123-4567-7123-8123-017012345678"
    assert redact(None, "", {"request_id": request_id, "count": 491701234567}) == {
        "request_id": request_id,
        "count": 491701234567,
    }


def test_values_of_unknown_kind_are_not_shown() -> None:
    assert redact(None, "", {"detail": b"bytes"}) == {"detail": REDACTED}


def test_fields_that_nobody_listed_are_dropped() -> None:
    assert keep_known_fields(None, "", {"event": "x", "address": PEOPLE}) == {"event": "x"}


def test_a_line_is_one_json_object_even_with_line_breaks(lines: StringIO) -> None:
    structlog.get_logger("x").warning("one\ntwo", count=1)
    (line,) = read(lines)
    assert (line["event"], line["count"], line["level"], line["logger"]) == ("one\ntwo", 1, "warning", "x")


def test_other_libraries_log_the_same_way(lines: StringIO) -> None:
    logging.getLogger("other").warning("for %s", PEOPLE, extra={"job": "sweep", "address": PEOPLE})
    (line,) = read(lines)
    assert (line["event"], line["job"]) == (f"for {REDACTED}", "sweep")
    assert PEOPLE not in lines.getvalue()


def test_of_an_error_only_kind_and_place_are_logged(lines: StringIO) -> None:
    def fail() -> None:
        raise ValueError(PEOPLE)

    for log in (structlog.get_logger("x"), logging.getLogger("y")):
        try:
            fail()
        except ValueError:
            log.exception("failed")
    assert PEOPLE not in lines.getvalue()
    for line in read(lines):
        assert line["error"] == "ValueError"
        assert isinstance(line["stack"], list)
        assert line["stack"][-1].endswith(" fail")
