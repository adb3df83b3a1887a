"""The command line `placet`: each command is loaded only when it is called.

So `placet audit verify` runs without the web framework, the database and the settings, as an auditor needs it.
"""

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import click

DONE: Final = 0
NO: Final = 1
COULD_NOT_RUN: Final = 2
INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that stands in `module:attribute`, and its line in the list of commands."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; listing them imports none."""

    def __init__(self, *, commands: Mapping[str, "Lazy | click.Command"], **options: Any) -> None:
        super().__init__(**options)
        self.listed = dict(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were given."""
        return list(self.listed)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, importing it if need be."""
        found = self.listed.get(cmd_name)
        if not isinstance(found, Lazy):
            return found
        module, _, attribute = found.target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the summaries."""
        rows = [
            (name, found.summary if isinstance(found, Lazy) else found.get_short_help_str())
            for name, found in self.listed.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


AUDIT: Final = LazyGroup(
    name="audit",
    help="The audit log: prove, export and verify.",
    commands={
        "export": Lazy("api.commands.audit_tools:export", "Write the whole log as a bundle that verifies offline."),
        "verify": Lazy("api.commands.audit_verify:verify", "Verify a bundle, a receipt or two heads, offline."),
        "prove": Lazy("api.commands.audit_tools:prove", "Write the proof of one entry, or that a log only grew."),
        "policy": Lazy("api.commands.audit_tools:auditors_policy", "Print the auditor's policy file for this log."),
    },
)
PLACET: Final = LazyGroup(
    name="placet",
    help="Placet: privacy and consent. Settings come from PLACET_* variables. Exit: 0 done, 1 no, 2 could not run.",
    commands={
        "serve": Lazy("api.commands.serve:serve", "Serve HTTP, and run scheduler and sequencer beside it."),
        "scheduler": Lazy("api.commands.serve:scheduler", "Run scheduler and sequencer alone."),
        "db": Lazy("api.commands.db:db", "Bring the database to a version of the schema."),
        "keys": Lazy("api.commands.keys:keys", "The key-encryption keys of the installation."),
        "demo": Lazy("api.commands.demo:demo", "Play the whole main job on sample data, then serve it."),
        "client": Lazy("api.commands.client:client", "Clients and their API keys."),
        "policy": Lazy("api.commands.policy:policy", "The policy: purposes, channels, notices, recipients."),
        "consent": Lazy("api.commands.consent:consent", "The permissions kept for quick reading: rebuild, prove."),
        "retention": Lazy("api.commands.retention:retention", "The schedule, the sweep, and erasure."),
        "intake": Lazy("api.commands.intake:intake", "Take in files of a platform, or show what they would be."),
        "release": Lazy("api.commands.release:release", "Offer what waits to a recipient, and deliver."),
        "cases": Lazy("api.commands.cases:cases", "Run case files; search for what breaks a law."),
        "audit": AUDIT,
    },
)


def main(arguments: list[str] | None = None, *, program: click.Command = PLACET) -> int:
    """Carry out one command and return its exit status: 0 done, 1 the answer is no, 2 could not run."""
    try:
        outcome = program.main(arguments, prog_name="placet", standalone_mode=False)
    except click.ClickException as error:
        return _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is left in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _fail(_told(error))
    return outcome if isinstance(outcome, int) else DONE


def _fail(message: str) -> int:
    click.echo(f"placet: {' '.join(message.split())}", err=True)
    return COULD_NOT_RUN


def _told(error: Exception) -> str:
    """Return one line about `error`: the words of our own errors, of others the kind and place only."""
    if isinstance(getattr(error, "code", None), str) and type(error).__module__.partition(".")[0] in _PACKAGES:
        return str(error) or str(type(error).__doc__)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if type(error).__module__.startswith("sqlalchemy"):
        return f"the database cannot be used: {type(error).__name__}"
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"internal error: {type(error).__name__}{place}"


_PACKAGES: Final = ("api", "audit", "consent", "pii", "retention")


def run() -> NoReturn:
    """Carry out the command in `sys.argv` and end the process."""
    sys.exit(main())


if __name__ == "__main__":
    run()
