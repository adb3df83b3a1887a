"""`placet client`: clients and their API keys."""

from typing import Any

import click

from api.bootstrap import Services
from api.clients import ClientFacts
from api.commands.output import json_option, show
from api.errors import BadClient
from api.fields import format_instant
from api.installation import open_services, settings_from_environment
from api.scopes import parse_scopes
from consent.errors import NoPolicy

# Whoever sits at the command line is not known by name.
ACTOR = "command line"


@click.group("client")
def client() -> None:
    """Make, list and revoke the clients of the API."""


@client.command("create")
@click.option("--name", required=True, help="What people call the system, such as `shop CRM`.")
@click.option("--scopes", required=True, help="What it may do, with commas between: check,consents:write,...")
@click.option("--controller", help="The controller it belongs to; default: the policy's first.")
@click.option("--recipient", help="The recipient it is, if it takes released data.")
@json_option
def create(name: str, scopes: str, controller: str | None, recipient: str | None, as_json: bool) -> None:
    """Make a client and print its key. The key is shown this once and never again."""
    services = open_services(settings_from_environment())
    wanted = parse_scopes(scope.strip() for scope in scopes.split(","))
    owner = controller or first_controller(services)
    _check_names(services, owner, recipient)
    made = services.clients.create(name, wanted, controller=owner, recipient=recipient, actor=ACTOR)
    show({"id": made.client_id, "controller": owner, "key": made.key}, as_json=as_json)


@client.command("list")
@json_option
def list_clients(as_json: bool) -> None:
    """List the clients; their keys cannot be shown."""
    services = open_services(settings_from_environment())
    clients = services.clients.list_clients()
    if as_json:
        show({"items": [_row(facts) for facts in clients]}, as_json=True)
        return
    for facts in clients:
        state = "revoked" if facts.revoked_at else "active"
        click.echo(f"{facts.client_id}  {state:7}  {facts.controller}  {','.join(facts.scopes)}  {facts.name}")


@client.command("revoke")
@click.argument("client_id")
def revoke(client_id: str) -> None:
    """Revoke the key of CLIENT_ID, from its next request on."""
    open_services(settings_from_environment()).clients.revoke(client_id, actor=ACTOR)


def first_controller(services: Services) -> str:
    """Return the first controller of the policy in force; before there is one, the name of the group."""
    try:
        return next(iter(services.policies.current().policy.controllers))
    except NoPolicy:
        return services.settings.group


def _row(facts: ClientFacts) -> dict[str, Any]:
    return {
        "id": facts.client_id,
        "name": facts.name,
        "controller": facts.controller,
        "recipient": facts.recipient,
        "scopes": list(facts.scopes),
        "created_at": format_instant(facts.created_at),
        "revoked_at": format_instant(facts.revoked_at) if facts.revoked_at else None,
    }


def _check_names(services: Services, controller: str, recipient: str | None) -> None:
    """Raise BadClient for a controller or a recipient that the policy in force does not name."""
    try:
        policy = services.policies.current().policy
    except NoPolicy:
        return
    if controller not in policy.controllers:
        raise BadClient("--controller: the policy in force names no such controller")
    if recipient is not None and recipient not in policy.recipients:
        raise BadClient("--recipient: the policy in force names no such recipient")
