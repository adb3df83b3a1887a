"""What the chapters of the demonstration share: the installation, its HTTP face, and the clients that call it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.background import Sequencing, make_sequencing
from api.bootstrap import Services
from api.demo.installation import EXAMPLES, DemoClock
from api.demo.telling import Teller
from api.errors import CannotRun
from api.scopes import Scope

ACTOR: Final = "demonstration"
CRM_SCOPES: Final = (
    Scope.CHECK,
    Scope.CONSENTS_READ,
    Scope.CONSENTS_WRITE,
    Scope.SUBJECTS_WRITE,
    Scope.INTAKE,
    Scope.AUDIT_READ,
)
JSON_TYPE: Final = "application/json"


@dataclass(slots=True)
class Person:
    """One of the people of the story, and what the story learns about them."""

    name: str
    confirms: bool
    facts: Mapping[str, Any]
    identifiers: list[dict[str, str]]
    subject_id: str = ""

    @property
    def email(self) -> dict[str, str]:
        """The identifier under which the person signs up."""
        return next(identifier for identifier in self.identifiers if identifier["kind"] == "email")


@dataclass(slots=True)
class Stage:
    """Everything a chapter needs."""

    services: Services
    clock: DemoClock
    tell: Teller
    app: Flask
    http: FlaskClient
    sequencing: Sequencing
    controller: str
    crm_key: str
    recipient_keys: Mapping[str, str]
    people: list[Person]
    pages: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: object = None, *, key: str | None = None, **options: Any) -> Any:
        """Call the API as a client and return the answer; raise CannotRun for anything but success."""
        headers = {"Authorization": f"Bearer {key or self.crm_key}", **options.pop("headers", {})}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": JSON_TYPE}
        answer = self.http.open(path, method=method, headers=headers, **options)
        if answer.status_code >= 400:
            raise CannotRun(
                f"{method} {path.split('?')[0]} answered {answer.status_code}: {answer.get_data(as_text=True)}"
            )
        return answer.get_json()

    def check(self, person: Person) -> dict[str, Any]:
        """Ask whether the newsletter may go to a person, as a CRM does."""
        subject = {"identifier": person.email}
        answer: dict[str, Any] = self.call(
            "POST", "/v1/check", {"subject": subject, "purpose": "newsletter", "channel": "email"}
        )
        return answer

    def feed(self, recipient: str) -> list[dict[str, Any]]:
        """Return the whole feed of a recipient, as it would pull it."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.call("GET", f"/v1/releases{cursor}", key=self.recipient_keys[recipient])
            items += page["items"]
            if not page["next_cursor"] or not page["items"]:
                return items
            cursor = f"?cursor={page['next_cursor']}"


def set_stage(services: Services, clock: DemoClock, tell: Teller) -> Stage:
    """Apply the example policy and schedule, make the clients, and return the stage."""
    applied = services.policies.apply((EXAMPLES / "policy.yaml").read_text("utf-8"), actor=ACTOR)
    schedule = services.schedules.apply((EXAMPLES / "schedule.yaml").read_text("utf-8"), actor=ACTOR)
    policy, controller = applied.policy, next(iter(applied.policy.controllers))
    tell.say(
        "Policy %(edition)s: %(purposes)d purposes, %(channels)d channels, %(notices)d notices, %(packs)d rule packs.",
        edition=policy.version,
        purposes=len(policy.purposes),
        channels=len(policy.channels),
        notices=len(policy.notices),
        packs=len(policy.packs),
    )
    tell.say(
        "Schedule %(edition)s: %(classes)d deletion classes for %(categories)d categories of data.",
        edition=schedule.schedule.edition,
        classes=len(schedule.schedule.classes),
        categories=len(schedule.schedule.categories),
    )
    crm = services.clients.create("shop", frozenset(CRM_SCOPES), controller=controller, actor=ACTOR)
    keys = {
        name: services.clients.create(
            recipient.title, frozenset({Scope.RELEASES_READ}), controller=controller, recipient=name, actor=ACTOR
        ).key
        for name, recipient in policy.recipients.items()
    }
    titles = ", ".join(recipient.title for recipient in policy.recipients.values())
    tell.say("Clients: the shop's CRM, and %(count)d recipients: %(titles)s.", count=len(keys), titles=titles)
    app = create_app(services)
    return Stage(
        services=services,
        clock=clock,
        tell=tell,
        app=app,
        http=app.test_client(),
        sequencing=make_sequencing(services),
        controller=controller,
        crm_key=crm.key,
        recipient_keys=keys,
        people=[Person(**entry) for entry in yaml.safe_load((EXAMPLES / "people.yaml").read_text("utf-8"))],
    )
