"""Rendering the letters that wait in the outbox as templates, and handing them to the mailer."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from typing import Final
from urllib.parse import urlsplit

from babel.dates import format_date

from api.i18n import choose_language, render, translations
from api.mail import Mail, Mailer
from api.outbox import Way
from audit.outbox import Letter
from consent.outbox import CONFIRM, TemplateLetter
from consent.policies import PolicyService
from consent.policy import Policy

# The subject line of each template, in the language of the templates.
SUBJECTS: Final[Mapping[str, str]] = {CONFIRM: "Please confirm"}
# The page that a template's link leads to.
PAGES: Final[Mapping[str, str]] = {CONFIRM: "c"}


def template_way(mailer: Mailer, policies: PolicyService, base_url: str) -> Way:
    """Return the way for letters that are rendered when they leave: in the language of the data subject."""

    def deliver(letter: Letter) -> None:
        waiting = TemplateLetter.parse(letter.body)
        mailer.send(written(letter, waiting, policies.current().policy, base_url))

    return deliver


def written(letter: Letter, waiting: TemplateLetter, policy: Policy, base_url: str) -> Mail:
    """Return the mail that a waiting letter becomes. Its link holds a token and nothing about the person."""
    language = choose_language(waiting.language, "de")
    controller = policy.controllers[waiting.values["controller"]]
    gettext = translations(language).gettext
    values = {
        "controller": controller.name,
        "address": controller.address,
        "text": wording(policy, waiting.values["notice"], waiting.values["purposes"].split(","), language),
        "url": f"{base_url}/{PAGES[waiting.template]}/{waiting.values['token']}",
        "day": format_date(datetime.fromisoformat(waiting.values["expires_at"]), "long", locale=language),
    }
    return Mail(
        id=letter.id,
        sender=str(Address(controller.name, addr_spec=sender_address(base_url))),
        recipient=waiting.to,
        subject=f"{gettext(SUBJECTS[waiting.template])} – {controller.name}",
        text=render(f"mail/{waiting.template}.txt", language, **values),
        html=render(f"mail/{waiting.template}.html", language, **values),
        date=letter.created_at,
    )


def wording(policy: Policy, notice: str, purposes: list[str], language: str) -> str:
    """Return the text that a person agrees to: that of the notice version, or else the titles of the purposes."""
    version = policy.notice_versions.get(notice)
    if version is None or not version.texts:
        return "; ".join(policy.purposes[name].title for name in purposes if name in policy.purposes)
    return version.texts.get(language) or next(iter(version.texts.values()))


def sender_address(base_url: str) -> str:
    """Return the address that mails come from: at the host of the base URL."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"noreply@{host if any(letter.isalpha() for letter in host) else 'localhost'}"
