"""Health: is the process alive, and can the installation do its work. No data inside."""

from flask import Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.context import services
from api.edge_database import db
from api.readiness import Readiness, examine
from api.security import public
from api.smorest import Blueprint

blueprint = Blueprint("health", __name__, description="Whether the service lives and can work.")


@blueprint.route("/healthz")
@public
@blueprint.response(200, description="The process answers.")
def healthz() -> Response:
    """Say that the process lives; asks nothing else."""
    return jsonify({"status": "alive"})


@blueprint.route("/readyz")
@public
@blueprint.response(200, description="Every check is `ok`.")
@blueprint.alt_response(503, description="A check is not `ok`; its value is a reason code.")
def readyz() -> Response:
    """Say whether the installation can do its work, check by check."""
    # Without a database no other check means anything, and each of them would wait for it once more.
    readiness = examine(services().checks) if _reaches_database() else Readiness({"database": "database_away"})
    checks = {"database": "ok", **readiness.outcomes}
    response = jsonify({"status": "ready" if readiness.is_ready else "not_ready", "checks": checks})
    response.status_code = 200 if readiness.is_ready else 503
    return response


def _reaches_database() -> bool:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return False
    return True
