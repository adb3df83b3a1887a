"""Rendering the letters that wait in the outbox as templates, and handing them to the mailer."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from babel.dates import format_date

from api.i18n import addressed, choose_language, language_of, render, translations
from api.mail import Mail, Mailer, mailbox, one_line
from api.outbox import Note, Way
from api.wordings import titles_of
from audit.outbox import Letter
from consent.confirming import ConfirmationService
from consent.controllers import Controller
from consent.dispatch import Dispatches, SentMail
from consent.links import ConfirmationOutcome
from consent.outbox import CONFIRM, TemplateLetter
from consent.policies import PolicyService
from consent.policy import Policy
from consent.vocabulary import FormOfAddress

# The subject line of each template, in the language of the templates.
SUBJECTS: Final[Mapping[str, str]] = {CONFIRM: "Please confirm"}
# Where neither the person nor the controller chose one.
HOUSE_LANGUAGE: Final = "de"
# Stands in kept mails where a token stood.
CUT: Final = "…"
# The page that a template's link leads to.
PAGES: Final[Mapping[str, str]] = {CONFIRM: "c"}


def template_way(
    mailer: Mailer,
    policies: PolicyService,
    confirmations: ConfirmationService,
    dispatches: Dispatches,
    base_url: str,
) -> Way:
    """Return the way for letters that are rendered when they leave: in the language of the data subject.

    One whose link confirms nothing (any more) does not leave: the person may not be asked, took it back, or is done.
    Nor does one to a mailbox that is being flooded.
    """

    def deliver(letter: Letter) -> Note | None:
        waiting = TemplateLetter.parse(letter.body)
        obstacle = obstacle_to(waiting, confirmations)
        if obstacle is not None:
            return partial(
                dispatches.note_withheld,
                event_id=waiting.event or "",
                subject_id=letter.subject_id or "",
                template=waiting.template,
                reason=obstacle,
            )
        mail = written(letter, waiting, policies.current().policy, base_url)
        mailer.send(mail)
        if waiting.event is None or letter.subject_id is None:
            return None
        sent = SentMail(
            event_id=waiting.event,
            subject_id=letter.subject_id,
            template=waiting.template,
            message_id=mail.message_id,
            digest=mail.digest(),
            parts=kept(mail, waiting.values["token"]),
        )
        return partial(dispatches.note_sent, mail=sent)

    return deliver


def obstacle_to(waiting: TemplateLetter, confirmations: ConfirmationService) -> str | None:
    """Return why the mail that asks to confirm a sign-up does not leave, or None."""
    token = waiting.values["token"]
    outcome = confirmations.peek_confirmation(token).outcome
    if outcome is not ConfirmationOutcome.WAITING:
        return outcome.value
    return "too_many" if confirmations.is_one_too_many(token) else None


def kept(mail: Mail, token: str) -> dict[str, str]:
    """Return the parts of a mail as they are kept, without the token: whoever reads the proof must not use it."""
    parts = {"from": mail.sender, "to": mail.recipient, "subject": mail.subject, "text": mail.text}
    return {name: part.replace(token, CUT) for name, part in {**parts, "html": mail.html or ""}.items()}


def written(letter: Letter, waiting: TemplateLetter, policy: Policy, base_url: str) -> Mail:
    """Return the mail that a waiting letter becomes. Its link holds a token and nothing about the person."""
    controller = policy.controllers[waiting.values["controller"]]
    catalogue = catalogue_for(waiting.language, waiting.form_of_address, controller)
    language = language_of(catalogue)
    values = {
        "controller": controller.name,
        "address": controller.address,
        "text": wording(policy, waiting.values["notice"], waiting.values["purposes"].split(","), language),
        "url": f"{base_url}/{PAGES[waiting.template]}/{waiting.values['token']}",
        "day": format_date(datetime.fromisoformat(waiting.values["expires_at"]), "long", locale=language),
    }
    return Mail(
        id=letter.id,
        sender=sender(controller, base_url),
        recipient=waiting.to,
        subject=one_line(f"{translations(catalogue).gettext(SUBJECTS[waiting.template])} – {controller.name}"),
        text=render(f"mail/{waiting.template}.txt", catalogue, **values),
        html=render(f"mail/{waiting.template}.html", catalogue, **values),
        date=letter.created_at,
        headers=head(controller),
    )


def catalogue_for(language: str | None, form: str | None, controller: Controller) -> str:
    """Return the catalogue that speaks to a person: as the person chose, else as the controller does."""
    wish = None if form is None else FormOfAddress(form)
    return addressed(choose_language(language, controller.language, HOUSE_LANGUAGE), wish or controller.form_of_address)


def head(controller: Controller) -> dict[str, str]:
    """Return the lines of the head that every letter of a controller has: no machine answers it, people may."""
    lines = {"Auto-Submitted": "auto-generated"}  # RFC 3834
    return lines if controller.email is None else {**lines, "Reply-To": mailbox(controller.email)}


def wording(policy: Policy, notice: str, purposes: list[str], language: str) -> str:
    """Return the text that a person agrees to: that of the notice version, or else the titles of the purposes."""
    version = policy.notice_versions.get(notice)
    if version is None or not version.texts:
        return "; ".join(titles_of(policy, purposes, language))
    return version.texts.get(language) or next(iter(version.texts.values()))


def sender(controller: Controller, base_url: str) -> str:
    """Return whom mails come from: the controller's name, with an address at the host of the base URL."""
    host = urlsplit(base_url).hostname or "localhost"
    named = host if any(letter.isalpha() for letter in host) else "localhost"
    return str(Address(one_line(controller.name), addr_spec=mailbox(f"noreply@{named}")))
