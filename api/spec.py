"""The OpenAPI document at `/openapi.json`, always made from the routes that are there."""

from flask import Response, current_app, jsonify

from api.security import public
from api.smorest import Api, Blueprint

blueprint = Blueprint("specification", __name__, description="This document.")


@blueprint.route("/openapi.json")
@public
@blueprint.response(200, description="The OpenAPI 3.1 document.")
def openapi() -> Response:
    """Return the description of this API (OpenAPI 3.1)."""
    api: Api = current_app.extensions["placet_api"]
    return jsonify(api.document())
