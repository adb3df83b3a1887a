"""Routes that exist in tests only, one for each thing that the edge does around a view."""

from typing import Any

from flask import Flask, Response, jsonify, request
from flask.views import MethodView
from marshmallow import fields
from sqlalchemy import select, text

from api.app import create_app
from api.bodies import LARGE, large_body, raw_body
from api.bootstrap import Services
from api.context import current_caller, services
from api.edge_database import db
from api.fields import Instant, PageSchema, StrictSchema, Text
from api.idempotency import idempotency_reference, idempotent
from api.scopes import Scope
from api.security import public, requires
from api.smorest import Blueprint
from api.tables import ApiClient
from audit.errors import AuditError, SubjectErased

PERSON = "erika@example.org"
blueprint = Blueprint("probe", __name__, url_prefix="/probe", description="Only in tests.")
calls: list[dict[str, Any]] = []


class InnerSchema(StrictSchema):
    value = Text(required=True, most=200)


class ProbeSchema(StrictSchema):
    subject = fields.Nested(InnerSchema, required=True)
    at = Instant()


class UnmappedError(AuditError):
    """A class without a status."""


@blueprint.route("/writes")
class Writes(MethodView):
    @requires(Scope.CONSENTS_WRITE)
    @idempotent
    @blueprint.arguments(ProbeSchema)
    @blueprint.response(201)
    def post(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Write something."""
        calls.append(asked)
        if asked["subject"]["value"] == "erased":
            raise SubjectErased(PERSON)
        return {"number": len(calls), "person": PERSON, "reference": idempotency_reference()}


@blueprint.route("/large", methods=["POST"])
@requires(Scope.INTAKE)
@large_body
@blueprint.arguments(ProbeSchema)
@blueprint.response(200)
def large(asked: dict[str, Any]) -> dict[str, Any]:
    """Take a large body."""
    return {"length": len(asked["subject"]["value"])}


@blueprint.route("/raw", methods=["POST"])
@requires(Scope.INTAKE)
@raw_body("application/x-ndjson", limit=LARGE)
@blueprint.response(200)
def raw() -> dict[str, Any]:
    """Take a body as it is."""
    return {"length": len(request.get_data())}


@blueprint.route("/list")
@requires(Scope.AUDIT_READ)
@blueprint.arguments(PageSchema, location="query")
@blueprint.response(200)
def list_probes(page: dict[str, Any]) -> dict[str, Any]:
    """List something."""
    count = len(db.session.scalars(select(ApiClient)).all())
    return {"limit": page["limit"], "count": count, "client": current_caller().client_id}


@blueprint.route("/clock")
@public
@blueprint.response(200)
def clock() -> dict[str, Any]:
    """Say what time it is."""
    return {"now": services().ground.now().isoformat()}


@blueprint.route("/act/<person>", methods=["POST"])
@public
@blueprint.response(200)
def act(person: str) -> Response:
    """Take no body."""
    return jsonify({"done": bool(person)})


@blueprint.route("/fails/<kind>")
@public
@blueprint.response(200)
def fails(kind: str) -> None:
    """Fail."""
    if kind == "database":
        db.session.execute(text("SELECT * FROM no_such_table"))
    if kind == "unmapped":
        raise UnmappedError(PERSON)
    raise ValueError(PERSON)


def app_with_probes(services: Services) -> Flask:
    """Return an application that has these routes too, and forget the calls of the test before."""
    app = create_app(services)
    app.extensions["placet_api"].register_blueprint(blueprint)
    calls.clear()
    return app
