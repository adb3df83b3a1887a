"""What a problem's `type` leads to: a description of every refusal, made from the error classes themselves."""

from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify

from api.errors import UnknownId
from api.problems import http_problem, internal, summary_of
from api.security import public
from api.smorest import Blueprint
from api.statuses import ROOTS, status_of, subclasses

blueprint = Blueprint("problems", __name__, description="What the refusals mean.")


@blueprint.route("/problems/<code>")
@public
@blueprint.response(200, description="What this refusal means, and its status.")
@blueprint.alt_response(404, "NOT_FOUND")
def describe(code: str) -> Response:
    """Describe one type of problem."""
    found = descriptions().get(code)
    if found is None:
        raise UnknownId("there is no problem of this type")
    return jsonify({"type": f"/problems/{code}", **found})


@cache
def descriptions() -> dict[str, dict[str, Any]]:
    """Return title and status of every refusal that a caller can be given, by its code."""
    of_http = [http_problem(int(status), {}) for status in HTTPStatus if 400 <= status < 500]
    found = {problem.code: {"title": problem.title, "status": problem.status} for problem in (*of_http, internal())}
    for root in ROOTS:
        for kind in subclasses(root):
            status = status_of(kind)
            if status is not None and status != HTTPStatus.INTERNAL_SERVER_ERROR:
                found.setdefault(str(getattr(kind, "code", "")), {"title": summary_of(kind), "status": status})
    return found
