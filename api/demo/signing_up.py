"""The chapter in which two people sign up, and one of them confirms by the link in a real mail."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from api.demo.stage import Person, Stage
from api.errors import CannotRun

NOTICE = {"id": "welcome", "version": 1}
LINK = re.compile(r"https?://\S+/c/\S+")
BUTTON = "<button"
VISITOR = Person(
    name="Erika",
    confirms=False,
    facts={"country": "DE", "language": "de"},
    identifiers=[{"kind": "email", "value": "erika@example.org"}],
)


def sign_up(stage: Stage) -> None:
    """Report two sign-ups, send the mails, confirm one of them."""
    for person in stage.people:
        _report(stage, person)
    sent = stage.services.delivery.deliver_due().sent
    outbox = stage.services.settings.var / "outbox"
    stage.tell.say("%(count)d mails were sent; they lie in %(place)s.", count=sent, place=outbox)
    for person in stage.people:
        if person.confirms:
            _confirm(stage, person, outbox)
    for person in stage.people:
        _show_answer(stage, person)


def invite(stage: Stage) -> None:
    """Let one more person sign up, whose page whoever watches may open; its link goes into `stage.pages`."""
    # At the present again: what happens in the story's future cannot be asked about today.
    stage.clock.ahead = timedelta(0)
    _report(stage, VISITOR)
    stage.services.delivery.deliver_due()
    stage.pages.append(_link_to(VISITOR, stage.services.settings.var / "outbox"))


def _report(stage: Stage, person: Person) -> None:
    # Whoever was known from a social network before has no country yet: the facts fill what is empty.
    made = stage.call("POST", "/v1/subjects", {"identifiers": person.identifiers, "facts": dict(person.facts)})
    person.subject_id = made["id"]
    told = stage.call(
        "POST",
        "/v1/consents",
        {
            "subject": {"id": person.subject_id},
            "event": "grant_requested",
            "purpose": ["newsletter", "customer_voice"],
            "channel": ["email", "data_use"],
            "notice": NOTICE,
        },
    )
    stage.tell.say("%(name)s signs up: state %(state)s.", name=person.name, state=told["state"])


def _confirm(stage: Stage, person: Person, outbox: Path) -> None:
    path = urlsplit(_link_to(person, outbox)).path
    shown = stage.http.get(path)
    if BUTTON not in shown.get_data(as_text=True):
        raise CannotRun("the page behind the link shows no button")
    stage.tell.say(
        "Opening the link changes nothing, as a mail scanner would: %(name)s is asked to press a button.",
        name=person.name,
    )
    _show_answer(stage, person)
    if stage.http.post(path).status_code != 200:
        raise CannotRun("the confirmation was refused")
    stage.tell.say("%(name)s presses it.", name=person.name)


def _link_to(person: Person, outbox: Path) -> str:
    """Return the link in the mail to a person, read as their mail program reads it."""
    for file in sorted(outbox.glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        found = LINK.search(body.get_content()) if body else None
        if found and person.email["value"] in str(mail["To"]):
            return found.group()
    raise CannotRun("there is no mail with a link")


def _show_answer(stage: Stage, person: Person) -> None:
    answer = stage.check(person)
    stage.tell.say(
        "May the newsletter go to %(name)s? %(decision)s (%(why)s)",
        name=person.name,
        decision=answer["decision"],
        why=stage.tell.reason(answer["basis"] or answer["reason"]),
    )
