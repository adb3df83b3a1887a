"""flask-smorest with the repairs it needs, and with types: the only module that imports it.

Repairs: strict parsing everywhere, problem details that keep the headers of the error (405 with
`Allow`, 401 with `WWW-Authenticate`), and a document that says so.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, Protocol

import flask_smorest  # type: ignore[import-untyped]  # the library has no types
from flask import Flask
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from api.parser import StrictParser
from api.problems import MEDIA_TYPE, Problem, http_problem

View = Callable[..., Any]
Decorator = Callable[[View], View]
KEY_SCHEME = "key"


class FieldErrorSchema(Schema):
    """One thing wrong with one field."""

    pointer = fields.String(required=True, metadata={"description": "JSON Pointer (RFC 6901) to the field."})
    message = fields.String(required=True)
    code = fields.String(required=True)


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True, metadata={"format": "uri-reference"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"format": "uri"})
    errors = fields.List(fields.Nested(FieldErrorSchema))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A set of routes that stand in the OpenAPI document."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: type[Schema] | Schema, *, location: str = "json", **options: Any) -> Decorator:
        """Read the request with `schema` and hand the result to the view as its next argument."""
        decorator: Decorator = super().arguments(schema, location=location, **options)
        return decorator

    def response(self, status: int, schema: type[Schema] | Schema | None = None, **options: Any) -> Decorator:
        """Answer with `status` and with what the view returns, written by `schema`."""
        decorator: Decorator = super().response(status, schema, **options)
        return decorator

    def alt_response(self, status: int, response: str | None = None, **options: Any) -> Decorator:
        """Document another answer."""
        decorator: Decorator = super().alt_response(status, response, **options)
        return decorator

    def route(self, rule: str, **options: Any) -> Callable[[Any], Any]:
        """Register a view function or a class of them under `rule`."""
        decorator: Callable[[Any], Any] = super().route(rule, **options)
        return decorator

    def doc(self, **document: Any) -> Decorator:
        """Add to the document of an operation."""
        decorator: Decorator = super().doc(**document)
        return decorator


class Respond(Protocol):
    """Makes the response for a problem."""

    def __call__(self, problem: Problem) -> Any:
        """Return the response for `problem`."""


class Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """The API of one application, and its OpenAPI document."""

    ERROR_SCHEMA: ClassVar[type[Schema]] = ProblemSchema

    def __init__(self, app: Flask, respond: Respond) -> None:
        self._respond = respond
        super().__init__(app)
        self.spec.components.security_scheme(
            KEY_SCHEME, {"type": "http", "scheme": "bearer", "description": "plc_<keyid>_<secret><checksum>"}
        )

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document of what is registered so far."""
        document: dict[str, Any] = self.spec.to_dict()
        return document

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer a refusal of the HTTP layer with problem details, keeping its headers."""
        if error.response is not None or error.code is None:
            return error
        kept = {
            name: value for name, value in error.get_headers() if name.lower() not in ("content-type", "content-length")
        }
        return self._respond(http_problem(error.code, kept))

    def _register_responses(self) -> None:
        """Register the answers that routes refer to by name; every refusal is of the media type of problems."""
        problem = {"content": {MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}}}
        for status in HTTPStatus:
            refusal = problem if status >= HTTPStatus.BAD_REQUEST else {}
            self.spec.components.response(status.name, {"description": status.phrase, **refusal}, lazy=True)
        self.spec.components.response("DEFAULT_ERROR", {"description": "A refusal", **problem}, lazy=True)
