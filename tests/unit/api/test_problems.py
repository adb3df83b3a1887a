"""What a refused caller is told: a status, a type, a place. Never a value, never an inside."""

import json

import pytest
from marshmallow import ValidationError, fields
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.errors import FieldError, InvalidInput, KeyRefused, StillInProgress, Unauthenticated
from api.fields import StrictSchema, Text
from api.pointers import field_errors, pointer_to
from api.problems import MOST_FIELD_ERRORS, Problem, error_code, http_problem, problem_of
from api.statuses import ABOUT
from audit.errors import AuditError, CannotOpen, MissingKey, SubjectErased
from consent.errors import EventError
from pii.errors import BadPayload

SECRET = "erika@example.org"


class UnmappedByAnybody(AuditError):
    """A class that the table of statuses does not know."""

    code = "unmapped_by_anybody"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        pytest.param(SubjectErased(SECRET), 410, "subject_erased", id="an erased subject"),
        pytest.param(MissingKey(SECRET), 500, "internal", id="a missing key is ours"),
        pytest.param(CannotOpen(SECRET), 500, "internal", id="a box that does not open is ours"),
        pytest.param(UnmappedByAnybody(SECRET), 500, "internal", id="an error that nobody mapped"),
        pytest.param(ZeroDivisionError(SECRET), 500, "internal", id="a mistake in the code"),
        pytest.param(OperationalError("SELECT", {"x": SECRET}, Exception(SECRET)), 503, "unavailable", id="away"),
        pytest.param(PoolTimeoutError(), 503, "unavailable", id="no connection is free"),
        pytest.param(
            DBAPIError("SELECT", {}, Exception(SECRET), connection_invalidated=True), 503, "unavailable", id="lost"
        ),
        pytest.param(IntegrityError("INSERT", {"x": SECRET}, Exception(SECRET)), 500, "internal", id="a broken rule"),
    ],
)
def test_errors_answer_with_their_status_and_say_nothing_else(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code) == (status, code)
    assert SECRET not in str(problem)


def test_a_database_that_is_away_says_when_to_come_back() -> None:
    assert int(problem_of(OperationalError("", {}, Exception())).headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "challenge"),
    [
        pytest.param(Unauthenticated("no key"), 'Bearer realm="placet"', id="no key"),
        pytest.param(KeyRefused("bad"), 'Bearer realm="placet", error="invalid_token"', id="bad key"),
    ],
)
def test_a_refused_caller_learns_how_to_sign_in(error: Exception, challenge: str) -> None:
    assert problem_of(error).headers["WWW-Authenticate"] == challenge


def test_a_request_in_progress_says_when_to_come_back() -> None:
    assert problem_of(StillInProgress("")).headers == {"Retry-After": "1"}


@pytest.mark.parametrize(
    ("error", "pointer", "message"),
    [
        pytest.param(EventError("occurred_at: missing"), "/occurred_at", "missing", id="a field of an event"),
        pytest.param(EventError(f"{SECRET}: no such field"), "", "no such field", id="a name that may be a person"),
        pytest.param(BadPayload("not a post", pointer="data/3/text"), "/data/3/text", "not a post", id="a payload"),
        pytest.param(BadPayload("not a post", pointer=f"data/{SECRET}"), "/data", "not a post", id="a payload's name"),
    ],
)
def test_errors_about_a_place_point_to_it(error: Exception, pointer: str, message: str) -> None:
    problem = problem_of(error)
    assert [(found.pointer, found.message) for found in problem.errors] == [(pointer, message)]
    assert SECRET not in str(problem)


@pytest.mark.parametrize(("kind", "pointer"), list(ABOUT.items()), ids=lambda value: getattr(value, "__name__", None))
def test_errors_about_one_part_of_a_request_name_it(kind: type[Exception], pointer: str) -> None:
    problem = problem_of(kind(SECRET))
    assert 400 <= problem.status < 500
    assert [(found.pointer, found.code) for found in problem.errors] == [(pointer, error_code(kind("")))]
    assert SECRET not in problem.errors[0].message


def test_the_document_is_that_of_rfc_9457() -> None:
    problem = problem_of(InvalidInput([FieldError("/a", "Unknown field.", "unknown_field")]))
    document = json.loads(problem.body("urn:uuid:0"))
    assert document["type"] == "/problems/invalid"
    assert document["status"] == 422
    assert document["instance"] == "urn:uuid:0"
    assert document["title"]
    assert document["detail"]
    assert document["errors"] == [{"pointer": "/a", "message": "Unknown field.", "code": "unknown_field"}]


def test_the_list_of_errors_is_bounded() -> None:
    many = InvalidInput([FieldError(f"/items/{place}", "x", "x") for place in range(5000)])
    assert len(json.loads(problem_of(many).body("urn:uuid:0"))["errors"]) == MOST_FIELD_ERRORS


def test_refusals_of_http_keep_their_headers() -> None:
    problem = http_problem(405, {"Allow": "GET"})
    assert (problem.code, problem.headers) == ("method_not_allowed", {"Allow": "GET"})
    assert http_problem(413, {}).code == "content_too_large"
    assert http_problem(500, {"X-Inside": "x"}) == Problem(500, "internal", *_texts())


def _texts() -> tuple[str, str]:
    internal = problem_of(ZeroDivisionError())
    return internal.title, internal.detail


@pytest.mark.parametrize(
    ("steps", "pointer"),
    [
        pytest.param(["subject", "identifier", "value"], "/subject/identifier/value", id="names of fields"),
        pytest.param(["items", 12, "at"], "/items/12/at", id="places in a list"),
        pytest.param(["subject", SECRET, "value"], "/subject", id="cut before a name that is an address"),
        pytest.param(["Erika"], "", id="cut before a name that is no field's"),
        pytest.param(["a/b"], "", id="cut before a name with a slash"),
    ],
)
def test_pointers_are_made_of_safe_names(steps: list[str | int], pointer: str) -> None:
    assert pointer_to(steps) == pointer


def test_errors_of_a_schema_become_flat_and_coded() -> None:
    class Inner(StrictSchema):
        value = Text(required=True, most=3)
        count = fields.Integer(strict=True)

    class Outer(StrictSchema):
        items = fields.List(fields.Nested(Inner))
        name = Text(required=True)

    with pytest.raises(ValidationError) as refused:
        Outer().load({"items": [{"value": SECRET, "count": 1.5, SECRET: 1}], "extra": SECRET})
    found = list(field_errors(refused.value.messages))
    assert SECRET not in str(found)
    assert {(error.pointer, error.code) for error in found} == {
        ("/items/0/value", "invalid"),
        ("/items/0/count", "type"),
        ("/items/0", "unknown_field"),
        ("/name", "required"),
        ("/extra", "unknown_field"),
    }
