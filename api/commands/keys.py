"""`placet keys`: the key-encryption keys of the installation."""

import click

from api.commands.output import json_option, show
from api.demo.installation import is_demonstration
from api.errors import CannotRun
from api.installation import settings_from_environment
from api.key_service import init_keys, rotate_keys
from audit.key_ring import KeyRing


@click.group("keys")
def keys() -> None:
    """Make, rotate and list the key-encryption keys. No command ever prints a key."""


@keys.command("init")
@json_option
def init(as_json: bool) -> None:
    """Make the key file and the basic secrets where they are missing; migrates the database first."""
    settings = settings_from_environment()
    if is_demonstration(settings):
        raise CannotRun(
            "a demonstration lies here, and the next one would replace it: choose another place with PLACET_VAR, "
            "PLACET_DATABASE_URL and PLACET_KEY_FILE, or remove it"
        )
    made = init_keys(settings)
    facts = {"active": made.active, "key_file": "made" if made.key_file else "kept", "secrets": list(made.secrets)}
    show(facts, as_json=as_json)


@keys.command("rotate")
@json_option
def rotate(as_json: bool) -> None:
    """Make a new key and wrap everything under it. Broken off, it goes on where it stood."""
    done = rotate_keys(settings_from_environment())
    facts = {"active": done.active, "resumed": done.resumed, "subjects": done.subjects, "secrets": done.secrets}
    show(facts, as_json=as_json)


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """Print the ids of the keys in the key file; the active one wraps what is new."""
    ring = KeyRing.load(settings_from_environment().key_file)
    show({"active": ring.active, "keys": sorted(ring.keys)}, as_json=as_json)
