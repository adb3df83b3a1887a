"""The mail that tells a person of a change, with the way out that one click takes (RFC 8058)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from api.i18n import language_of, render, translations
from api.letters import catalogue_for, head, sender, wording
from api.mail import Mail, Mailer, one_line
from api.outbox import Note, Way
from api.way_out import WayOut, way_out_at
from api.wordings import scope_lines
from audit.outbox import Letter
from consent.change_letters import KIND, ChangeLetter, ChangeLetterService
from consent.dispatch import Dispatches, SentMail
from consent.notices import NO_TEXT
from consent.policies import PolicyService
from consent.policy import Policy
from consent.receipt_service import ReceiptService
from consent.told_changes import Change
from consent.withdrawal_scope import WithdrawalScope
from consent.withdrawing import WithdrawalLinkService

SUBJECTS: Final[Mapping[Change, str]] = {
    Change.GRANTED: "Your consent is recorded",
    Change.WITHOUT_EFFECT: "A consent without effect is recorded",
    Change.RENEWED: "Your consent is renewed",
    Change.AUTHORISED: "Your consent is authorised",
    Change.REFUSED: "Your refusal is recorded",
    Change.WITHDRAWN: "Your withdrawal is recorded",
    Change.OBJECTED: "Your objection is recorded",
    Change.PAUSED: "Your pause is recorded",
}
LEADS: Final[Mapping[Change, str]] = {
    Change.GRANTED: "this was recorded as your consent, and it is in force:",
    Change.WITHOUT_EFFECT: "this was recorded as your consent. It does not suffice, so nothing rests on it:",
    Change.RENEWED: "this was recorded as a renewal of your consent:",
    Change.AUTHORISED: "this was recorded as authorised by a holder of parental responsibility:",
    Change.REFUSED: "this was recorded as your refusal. The answer stays no:",
    Change.WITHDRAWN: "this was recorded as your withdrawal. From now on the answer is no:",
    Change.OBJECTED: "this was recorded as your objection. From now on the answer is no:",
    Change.PAUSED: "this was recorded as your pause:",
}
# The sources that this service itself writes down.
SOURCES: Final[Mapping[str, str]] = {
    "confirmation page": "the page behind the link in our mail",
    "withdrawal page": "the page behind the link in a mail",
    "one-click": "the button of a mail program",
}
YESES: Final = frozenset({Change.GRANTED, Change.WITHOUT_EFFECT, Change.RENEWED, Change.AUTHORISED})
MOST_OF_SOURCE: Final = 200


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a mail: each holds a token and nothing about the person. `receipt` is None where there is none."""

    way_out: WayOut
    receipt: str | None


class LinkMaker:
    """Makes the links that a mail carries."""

    def __init__(self, withdrawals: WithdrawalLinkService, receipts: ReceiptService, base_url: str) -> None:
        self._withdrawals = withdrawals
        self._receipts = receipts
        self.base_url = base_url

    def links_for(self, found: ChangeLetter) -> Links:
        """Return the links of the mail that a letter becomes."""
        token = self._withdrawals.make_withdrawal_link(found.subject_id, found.controller, found.told.ends)
        receipt = f"{self.base_url}/r/{self._receipts.token_for(found.event_id)}"
        return Links(way_out_at(self.base_url, token), None if found.told.change is Change.PAUSED else receipt)


def change_way(
    mailer: Mailer, letters: ChangeLetterService, links: LinkMaker, dispatches: Dispatches, policies: PolicyService
) -> Way:
    """Return the way for letters that tell of a change; one that must not leave is written down as withheld."""

    def deliver(letter: Letter) -> Note | None:
        event_id, subject_id = letter.body.decode(), letter.subject_id or ""
        found = letters.make_up(event_id)
        if not isinstance(found, ChangeLetter):
            return partial(
                dispatches.note_withheld, event_id=event_id, subject_id=subject_id, template=KIND, reason=found.value
            )
        mail = written(letter, found, policies.current().policy, links.links_for(found), links.base_url)
        mailer.send(mail)
        sent = SentMail(
            event_id=event_id,
            subject_id=subject_id,
            template=KIND,
            message_id=mail.message_id,
            digest=mail.digest(),
        )
        return partial(dispatches.note_sent, mail=sent)

    return deliver


def written(letter: Letter, found: ChangeLetter, policy: Policy, links: Links, base_url: str) -> Mail:
    """Return the mail that a letter of a change becomes."""
    controller, told = policy.controllers[found.controller], found.told
    catalogue = catalogue_for(found.language, found.form_of_address, controller)
    language, gettext = language_of(catalogue), translations(catalogue).gettext
    title = gettext(SUBJECTS[told.change])
    zone = ZoneInfo(controller.time_zone)
    values = {
        "title": title,
        "lead": gettext(LEADS[told.change]),
        "lines": [line for scope in told.scopes for line in scope_lines(scope, policy, catalogue)],
        "text": None if told.notice in (None, NO_TEXT) else wording(policy, told.notice or "", [], language),
        "until": None if found.until is None else format_date(found.until.astimezone(zone), "long", locale=language),
        "time": format_datetime(found.at, "long", tzinfo=zone, locale=language),
        "source": source_in_words(found.source, catalogue) or controller.name,
        "reference": found.event_id,
        "is_yes": told.change in YESES,
        "is_everything": told.scopes == (WithdrawalScope(),),
        "url": links.way_out.url,
        "receipt": links.receipt,
        "controller": controller.name,
        "address": controller.address,
    }
    return Mail(
        id=letter.id,
        sender=sender(controller, base_url),
        recipient=found.to,
        subject=one_line(f"{title} – {controller.name}"),
        text=render("mail/change.txt", catalogue, **values),
        html=render("mail/change.html", catalogue, **values),
        date=letter.created_at,
        headers={
            **head(controller),
            "List-Unsubscribe": f"<{links.way_out.one_click}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def source_in_words(source: str, catalogue: str) -> str:
    """Return where something was said, on one line; of an address on the web, host and path and no link."""
    if source in SOURCES:
        return translations(catalogue).gettext(SOURCES[source])
    line = one_line(source)[:MOST_OF_SOURCE]
    if not line.startswith(("http://", "https://")):
        return line
    try:
        parts = urlsplit(line)
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{parts.path}"
