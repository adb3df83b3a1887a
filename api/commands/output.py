"""How commands print: for people line by line, for programs as one JSON object."""

import json
from collections.abc import Callable
from typing import Any

import click

json_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)


def show(facts: dict[str, Any], *, as_json: bool) -> None:
    """Print facts: as JSON, or a line `name: value` each."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {' '.join(map(str, value)) if isinstance(value, list | tuple) else value}")
