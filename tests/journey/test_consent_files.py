"""A CRM sends the consents that it collected in one file, and takes them out again in the same form."""

import json
from typing import Any

import pytest

from api.scopes import Scope
from tests.journey.conftest import Crm, MakeCrm
from tests.journey.problems import problem
from tests.service.consent.importing import ndjson, row

NDJSON = "application/x-ndjson"
CSV = "text/csv"


def send(crm: Crm, content: bytes, media_type: str = NDJSON, **query: str) -> Any:
    return crm.post("/v1/consents/import", data=content, query_string=query, content_type=media_type)


def lines(answer: Any) -> list[dict[str, Any]]:
    assert (answer.status_code, answer.content_type) == (200, NDJSON), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def asked(crm: Crm, value: str, **fields: Any) -> tuple[str, str | None]:
    subject = {"identifier": {"kind": "email", "value": value}}
    body = {"subject": subject, "purpose": "newsletter", "channel": "email", **fields}
    answer = crm.post("/v1/check", json=body).get_json()
    return answer["decision"], answer["reason"]


def test_a_file_is_taken_in_row_by_row_and_comes_out_again(crm: Crm) -> None:
    content = (
        ndjson(
            row("a@example.org", evidence="binder 7"),
            row("=b@example.org", status="unsubscribed", topic="garden"),
            row("c@example.org", proof="claimed"),
        )
        + b'{"broken": \n'
    )
    assert [line["outcome"] for line in lines(send(crm, content, dry_run="true"))] == [
        "applied", "lowered", "rejected", "rejected",
    ]  # fmt: skip
    assert asked(crm, "a@example.org") == ("deny", "subject_unresolved")
    told = lines(send(crm, content))
    assert [(line["row"], line["outcome"], line["reason"]) for line in told] == [
        (1, "applied", None),
        (2, "lowered", None),
        (3, "rejected", "evidence_insufficient.import"),
        (4, "rejected", "malformed"),
    ]
    assert lines(send(crm, content)) == told
    assert asked(crm, "a@example.org") == ("allow", None)
    assert asked(crm, "=b@example.org", topic="garden") == ("deny", "withdrawn")
    assert crm.get(f"/v1/consents/{told[0]['event_id']}/receipt").status_code == 200

    exported = crm.get("/v1/consents/export")
    rows = {line["identifier"]["value"]: line for line in map(json.loads, exported.text.splitlines())}
    assert rows["a@example.org"] == row("a@example.org")
    assert rows["=b@example.org"] == row("=b@example.org", status="unsubscribed", topic="garden", notice=None)
    table = crm.get("/v1/consents/export?format=csv")
    assert table.content_type.startswith(CSV)
    assert "'=b@example.org" in table.text
    for form, answer in ((NDJSON, exported), (CSV, table)):
        again = lines(send(crm, answer.get_data(), form, dry_run="1"))
        assert sorted(line["outcome"] for line in again) == ["applied", "lowered"]


def test_what_was_released_is_taken_back_when_a_row_says_no(crm: Crm) -> None:
    """The row reaches the same place as a withdrawal: nothing stays out that it closed."""
    lines(send(crm, ndjson(row("a@example.org"))))
    no = row("a@example.org", status="unsubscribed", at=None)
    assert [line["outcome"] for line in lines(send(crm, ndjson(no)))] == ["lowered"]
    assert asked(crm, "a@example.org") == ("deny", "withdrawn")


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        pytest.param(b"", NDJSON, 422, id="empty"),
        pytest.param(b"\xff\xfe{\x00}\x00", NDJSON, 422, id="UTF-16"),
        pytest.param(b"a,b\n1,2\n", CSV, 422, id="a header without the columns"),
        pytest.param(b'identifier_kind,"purpose\n', CSV, 422, id="a header that is no CSV"),
        pytest.param(b"{}", "application/json", 415, id="no such media type"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(crm: Crm, content: bytes, media_type: str, status: int) -> None:
    assert problem(send(crm, content, media_type), status)


def test_who_may(make_crm: MakeCrm) -> None:
    assert send(make_crm(Scope.CONSENTS_READ), ndjson(row())).status_code == 403
    assert make_crm(Scope.CONSENTS_READ).get("/v1/consents/export").status_code == 403
    assert make_crm(Scope.SUBJECTS_WRITE).get("/v1/consents/export").status_code == 403
