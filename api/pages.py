"""The public pages behind links in mails: confirming and withdrawing. No key, no cookie, no script.

A GET only shows; scanners follow links, and a link that was followed must have changed nothing.
"""

from pathlib import Path
from typing import Any, Final

from flask import Response, request
from flask.views import MethodView
from marshmallow import fields, validate

from api.client_address import shortened
from api.context import services
from api.fields import StrictSchema
from api.i18n import addressed, choose_language, language_of, render
from api.letters import wording
from api.parser import for_people
from api.security import public
from api.smorest import Blueprint
from api.wordings import scope_lines, titles_of
from consent.links import ConfirmationOutcome, PeekedConfirmation, PeekedLink, WithdrawalOutcome
from consent.policy import Policy
from consent.report import Capture
from consent.withdrawal_choices import AS_NAMED, choices, chosen

HTML: Final = "text/html; charset=utf-8"
# Whoever holds a link acts for the data subject.
ACTOR: Final = "data subject"
CSP: Final = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
STYLE: Final = (Path(__file__).parent / "templates" / "style.css").read_bytes()
SPENT: Final = frozenset({ConfirmationOutcome.ALREADY_CONFIRMED, ConfirmationOutcome.CANCELLED})

blueprint = Blueprint("pages", __name__, description="Pages behind the links in mails.")


class OneClickSchema(StrictSchema):
    """What a mail client posts when its user presses *unsubscribe* (RFC 8058 section 3.2)."""

    one_click = fields.String(required=True, data_key="List-Unsubscribe", validate=validate.Equal("One-Click"))


@blueprint.route("/c/<token>")
class ConfirmationPage(MethodView):
    """The second leg of a double opt-in."""

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def get(self, token: str) -> Response:
        """Show what will be agreed to, with a button; change nothing."""
        peeked = services().confirmations.peek_confirmation(token)
        catalogue = catalogue_of(peeked)
        if peeked.outcome is not ConfirmationOutcome.WAITING or peeked.controller is None:
            return dead_link(peeked.outcome, catalogue)
        policy = services().policies.current().policy
        text = wording(policy, peeked.notice or "", list(peeked.purposes), language_of(catalogue))
        titles = titles_of(policy, peeked.purposes, language_of(catalogue))
        return page("confirm.html", catalogue, text=text, purposes=titles, **imprint(policy, peeked.controller))

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def post(self, token: str) -> Response:
        """Confirm, once."""
        peeked = services().confirmations.peek_confirmation(token)
        catalogue = catalogue_of(peeked)
        confirmed = services().confirmations.confirm(token, capture=capture("confirmation page"))
        if confirmed.outcome is not ConfirmationOutcome.CONFIRMED:
            return dead_link(confirmed.outcome, catalogue)
        policy = services().policies.current().policy
        return page("confirmed.html", catalogue, **imprint(policy, peeked.controller))


@blueprint.route("/u/<token>")
class WithdrawalPage(MethodView):
    """The way out that stands in each mail."""

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def get(self, token: str) -> Response:
        """Show what will be withdrawn, with a button; change nothing."""
        return withdrawal_page("withdraw.html", token)

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def post(self, token: str) -> Response:
        """Withdraw, as far as the field `scope` of the form says. Doing it twice is the same as doing it once.

        `scope` is one of the values that the page offers; without it, or with any other, what the link names ends.
        """
        choice = request.form.get("scope", AS_NAMED)
        withdraw(token, "withdrawal page", choice)
        return withdrawal_page("withdrawn.html", token, choice)


@blueprint.route("/u/<token>/one-click")
class OneClick(MethodView):
    """The way out that mail clients offer as a button of their own (RFC 8058)."""

    @public
    @for_people
    @blueprint.response(200, description="The page, as HTML.", content_type=HTML)
    def get(self, token: str) -> Response:
        """Show what will be withdrawn, for clients that only follow links (RFC 2369); change nothing."""
        return withdrawal_page("withdraw.html", token)

    @public
    @blueprint.arguments(OneClickSchema, location="form")
    @blueprint.response(200, description="Withdrawn.", content_type="text/plain")
    @blueprint.alt_response(404, "NOT_FOUND")
    def post(self, form: dict[str, str], token: str) -> Response:
        """Withdraw at once: no page, no cookie, no second question."""
        status = 404 if withdraw(token, "one-click") is WithdrawalOutcome.UNKNOWN else 200
        return Response("", status=status, content_type="text/plain; charset=utf-8")


@blueprint.route("/style.css")
@public
@blueprint.response(200, description="The stylesheet of the pages.", content_type="text/css")
def style() -> Response:
    """Return the stylesheet."""
    return Response(STYLE, content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})


def withdraw(token: str, source: str, choice: str = AS_NAMED) -> WithdrawalOutcome:
    """Withdraw what a link ends, and take back at once what was released on the strength of it."""
    done = services().withdrawals.withdraw_by_link(token, capture=capture(source), choice=choice)
    if done.subject_id is not None:
        services().releases.revoke_for_subject(done.subject_id, actor=ACTOR)
    return done.outcome


def withdrawal_page(template: str, token: str, choice: str = AS_NAMED) -> Response:
    """Return a page about what a withdrawal link ends, and how far one may go; an unknown link is a page too."""
    peeked = services().withdrawals.peek_link(token)
    catalogue = catalogue_of(peeked)
    if peeked is None:
        return dead_link(ConfirmationOutcome.UNKNOWN, catalogue)
    policy = services().policies.current().policy
    return page(
        template,
        catalogue,
        action=f"/u/{token}",
        contact=peeked.masked_address or "",
        scope=scope_lines(chosen(peeked.scope, choice, policy), policy, catalogue),
        choices={found.name: scope_lines(found.scope, policy, catalogue) for found in choices(peeked.scope, policy)},
        **imprint(policy, peeked.controller),
    )


def dead_link(outcome: ConfirmationOutcome, catalogue: str) -> Response:
    """Return the page for a link that leads nowhere (any more): 404 for an unknown one, else 410."""
    word = "spent" if outcome in SPENT else str(outcome)
    status = 404 if outcome is ConfirmationOutcome.UNKNOWN else 410
    return page("dead_link.html", catalogue, status=status, outcome=word, controller=None, address=None)


def page(template: str, catalogue: str, *, status: int = 200, **values: Any) -> Response:
    """Return a rendered page with the headers of public pages."""
    body = render(template, catalogue, **values)
    headers = {"Content-Security-Policy": CSP, "X-Robots-Tag": "noindex", "Content-Language": language_of(catalogue)}
    return Response(body, status=status, content_type=HTML, headers=headers)


def catalogue_of(peeked: PeekedConfirmation | PeekedLink | None) -> str:
    """Return the catalogue of a page: the data subject's own language, else that of the browser.

    The form of address is the data subject's own, else that of the controller.
    """
    language = choose_language(None if peeked is None else peeked.language, *request.accept_languages.values())
    if peeked is None or peeked.controller is None:
        return language
    controller = services().policies.current().policy.controllers.get(peeked.controller)
    return addressed(language, peeked.form_of_address or (None if controller is None else controller.form_of_address))


def imprint(policy: Policy, controller: str | None) -> dict[str, Any]:
    """Return who is asking, for the foot of a page."""
    known = policy.controllers.get(controller or "")
    return {"controller": known.name if known else None, "address": known.address if known else None}


def capture(source: str) -> Capture:
    """Return how the request came, with the network address shortened."""
    agent = request.user_agent.string[:300]
    return Capture(source=source, ip=shortened(request.remote_addr), user_agent=agent)
