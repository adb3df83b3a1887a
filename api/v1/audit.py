"""The audit log for auditors: newest head, entries, proofs. Entries hold no personal data."""

from typing import Any

from flask.views import MethodView
from marshmallow import ValidationError, fields, validate, validates_schema

from api.context import services
from api.fields import DEFAULT_LIMIT, MAX_LIMIT, Id, StrictSchema
from api.scopes import Scope
from api.security import requires
from api.smorest import Blueprint
from audit.encoding import encode_base64
from audit.reader import SignedHead

MAX_SIZE = 2**63 - 1
SIZE = validate.Range(min=0, max=MAX_SIZE)

blueprint = Blueprint("audit", __name__, url_prefix="/v1/audit", description="The tamper-evident log (LOG.md).")


class HeadSchema(StrictSchema):
    """A signed head of the log."""

    origin = fields.String(required=True)
    size = fields.Integer(required=True)
    root = fields.String(required=True, metadata={"description": "Base64 of 32 bytes."})
    note = fields.String(required=True, metadata={"description": "The signed note, byte for byte."})


class EntriesQuerySchema(StrictSchema):
    """Where to start in the log, and how many entries to give."""

    start = fields.Integer(load_default=0, validate=SIZE)
    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT))


class LogEntrySchema(StrictSchema):
    """An entry in its place."""

    index = fields.Integer(required=True)
    leaf = fields.String(required=True, metadata={"description": "Base64 of the bytes that were hashed."})


class LogPageSchema(StrictSchema):
    """A page of the log; `next_start` is null at the newest head."""

    items = fields.List(fields.Nested(LogEntrySchema), required=True)
    next_start = fields.Integer(required=True, allow_none=True)


class InclusionQuerySchema(StrictSchema):
    """Which entry is to be proved."""

    id = Id(required=True)


class InclusionSchema(StrictSchema):
    """An entry with the path from it to the root of the head."""

    index = fields.Integer(required=True)
    leaf = fields.String(required=True)
    path = fields.List(fields.String(), required=True, metadata={"description": "Hashes, the leaf's sibling first."})
    head = fields.Nested(HeadSchema, required=True)


class ConsistencyQuerySchema(StrictSchema):
    """The two sizes of the log to compare."""

    old = fields.Integer(required=True, data_key="from", validate=SIZE)
    new = fields.Integer(required=True, data_key="to", validate=SIZE)

    @validates_schema(skip_on_field_errors=True)
    def check_order(self, data: dict[str, int], **_options: object) -> None:
        """Raise ValidationError, about `from`, when the log would have shrunk."""
        if data["old"] > data["new"]:
            raise ValidationError("Must not be greater than `to`.", "from")


class ConsistencySchema(StrictSchema):
    """The proof that the smaller log is a prefix of the larger one."""

    hashes = fields.List(fields.String(), required=True)


@blueprint.route("/checkpoint")
class Checkpoint(MethodView):
    """The newest head."""

    @requires(Scope.AUDIT_READ)
    @blueprint.response(200, HeadSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self) -> dict[str, Any]:
        """Return the newest signed head of the log."""
        return _head(services().log_reader.get_head())


@blueprint.route("/entries")
class Entries(MethodView):
    """The entries, in the order of the tree."""

    @requires(Scope.AUDIT_READ)
    @blueprint.arguments(EntriesQuerySchema, location="query")
    @blueprint.response(200, LogPageSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, query: dict[str, int]) -> dict[str, Any]:
        """Return entries from an index on, as far as the newest head covers them."""
        found = services().log_reader.list_entries(query["start"], query["limit"])
        full = len(found) == query["limit"]
        return {
            "items": [{"index": entry.index, "leaf": encode_base64(entry.leaf)} for entry in found],
            "next_start": found[-1].index + 1 if full else None,
        }


@blueprint.route("/proofs/inclusion")
class InclusionProof(MethodView):
    """That one entry is in the log."""

    @requires(Scope.AUDIT_READ)
    @blueprint.arguments(InclusionQuerySchema, location="query")
    @blueprint.response(200, InclusionSchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, query: dict[str, str]) -> dict[str, Any]:
        """Return the proof that the entry with this id is in the log (RFC 6962 section 2.1.1)."""
        proof = services().log_reader.prove_inclusion(query["id"])
        return {
            "index": proof.entry.index,
            "leaf": encode_base64(proof.entry.leaf),
            "path": [encode_base64(hashed) for hashed in proof.path],
            "head": _head(proof.head),
        }


@blueprint.route("/proofs/consistency")
class ConsistencyProof(MethodView):
    """That the log was only ever appended to."""

    @requires(Scope.AUDIT_READ)
    @blueprint.arguments(ConsistencyQuerySchema, location="query")
    @blueprint.response(200, ConsistencySchema)
    @blueprint.alt_response(404, "NOT_FOUND")
    def get(self, query: dict[str, int]) -> dict[str, Any]:
        """Return the proof that the log of size `from` is a prefix of that of size `to` (RFC 6962 section 2.1.2)."""
        hashes = services().log_reader.prove_consistency(query["old"], query["new"])
        return {"hashes": [encode_base64(hashed) for hashed in hashes]}


def _head(head: SignedHead) -> dict[str, Any]:
    return {
        "origin": head.checkpoint.origin,
        "size": head.checkpoint.size,
        "root": encode_base64(head.checkpoint.root),
        "note": head.note,
    }
