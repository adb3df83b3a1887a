"""Reading requests strictly: what a schema does not know is refused, wherever it stands."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NoReturn

import marshmallow
from flask import Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from api.errors import BodyNotExpected, FieldError, InvalidInput, WrongMediaType
from api.json_body import parse_json_body
from api.pointers import field_errors, pointer_to

JSON: Final = "application/json"
View = Callable[..., Any]


class StrictParser(FlaskParser):
    """A parser that refuses unknown fields and parameters, repeated parameters and every loose JSON."""

    # Headers and cookies stay open: every client and every proxy adds some of its own.
    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[dict[str, str | None]] = {  # type: ignore[misc]  # webargs: no ClassVar
        **dict.fromkeys(
            ("json", "form", "json_or_form", "query", "querystring", "files", "path", "view_args"),
            marshmallow.RAISE,
        ),
        "headers": marshmallow.EXCLUDE,
        "cookies": marshmallow.EXCLUDE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if not (data := req.get_data(cache=True)):
            return missing
        check_media_type(req, JSON)
        return parse_json_body(data)

    def load_querystring(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Return the query; raise InvalidInput for U+0000 and for a parameter that stands there twice."""
        _check_parameters(req.args.to_dict(flat=False), schema, "query")
        return super().load_querystring(req, schema)

    def load_form(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Return the form; raise InvalidInput for U+0000 and for a field that stands there twice."""
        _check_parameters(req.form.to_dict(flat=False), schema, "form")
        return super().load_form(req, schema)

    def handle_error(
        self,
        error: marshmallow.ValidationError,
        req: Request,
        schema: marshmallow.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise InvalidInput; the place of a body's field is its JSON Pointer, of a parameter `/query/name`."""
        errors = [
            found
            for location, messages in error.messages_dict.items()
            for found in field_errors(messages, () if location in ("json", "form", "_schema") else (location,))
        ]
        raise InvalidInput(errors) from None


def check_media_type(req: Request, *allowed: str) -> None:
    """Raise WrongMediaType unless the body is of one of `allowed`, in UTF-8 where a character set is named."""
    charset = req.mimetype_params.get("charset", "utf-8").lower()
    if req.mimetype not in allowed or charset not in ("utf-8", "utf8"):
        raise WrongMediaType(f"this takes {' or '.join(allowed)}")


def for_people(view: View) -> View:
    """Let a page ignore what stands in the query: mail programs and trackers add words of their own to links."""
    view.for_people = True  # type: ignore[attr-defined]  # a mark that `refuse_undeclared` reads
    return view


def refuse_undeclared(view: object) -> None:
    """Refuse a query or a body that `view` says nothing about; otherwise both would be dropped in silence."""
    if hasattr(view, "for_people"):
        return
    locations = _locations(view)
    if request.args and not locations & {"query", "querystring"}:
        raise InvalidInput(
            [FieldError(pointer_to(("query", name)), "Unknown field.", "unknown_field") for name in request.args]
        )
    takes_body = locations & {"json", "form", "json_or_form", "files"} or hasattr(view, "takes_body")
    # Clients send `{}` where there is nothing to say.
    if not takes_body and request.get_data(cache=True) not in (b"", b"{}"):
        raise BodyNotExpected([FieldError("", "this takes no body", "body")])


def _locations(view: object) -> set[str]:
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return {parameter["in"] for parameter in parameters}


def _check_parameters(values: Mapping[str, list[str]], schema: marshmallow.Schema, location: str) -> None:
    prefix = () if location == "form" else (location,)
    errors = []
    for name, texts in values.items():
        if any("\x00" in text for text in (name, *texts)):
            errors.append(FieldError(pointer_to((*prefix, name)), "U+0000 is not allowed in text", "nul"))
        if len(texts) > 1 and not isinstance(schema.fields.get(name), marshmallow.fields.List):
            errors.append(FieldError(pointer_to((*prefix, name)), "this stands here twice", "duplicate"))
    if errors:
        raise InvalidInput(errors)
