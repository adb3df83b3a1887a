"""`placet demo`: the whole main job on the sample data, told step by step; then it is served."""

import json
from typing import Final

import click

from api.commands.serve import serve
from api.demo.stage import Stage
from api.demo.story import play
from api.i18n import LANGUAGES, translations
from api.installation import settings_from_environment
from api.logging import configure_logging
from audit.private_files import make_folder, private

HOST: Final = "127.0.0.1"
PORT: Final = 8000


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="End after the story instead of serving it.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.pass_context
def demo(context: click.Context, no_serve: bool, language: str) -> None:
    """Play the main job on sample data: intake, consent, release, withdrawal, erasure, sweep, proof; then serve it."""
    settings = settings_from_environment()
    # The story is told on the terminal; what the service logs meanwhile goes to a file.
    make_folder(settings.var)
    with open(settings.var / "demo.log", "w", encoding="utf-8", opener=private) as log:
        configure_logging(log)
        stage = play(settings, language)
    configure_logging()
    stage.services.close()
    tell_where(stage)
    if not no_serve:
        context.invoke(serve, host=HOST, port=PORT, workers=1, no_scheduler=False)


def tell_where(stage: Stage) -> None:
    """Print the demo key, three calls to try, and the addresses of the pages."""
    gettext, base = translations(stage.tell.language).gettext, f"http://{HOST}:{PORT}"
    click.echo(f"\n{gettext('Try it yourself. The key of the demonstration:')}\n    {stage.crm_key}\n")
    authorised = f'curl -s -H "Authorization: Bearer {stage.crm_key}"'
    asked = {"kind": "email", "value": "erika@example.org"}
    question = json.dumps({"subject": {"identifier": asked}, "purpose": "newsletter", "channel": "email"})
    click.echo(f"    {authorised} -H 'Content-Type: application/json' \\\n      {base}/v1/check -d '{question}'")
    click.echo(f"    {authorised} {base}/v1/audit/checkpoint")
    recipient, key = next(iter(stage.recipient_keys.items()))
    click.echo(f'    curl -s -H "Authorization: Bearer {key}" {base}/v1/releases   # {recipient}\n')
    click.echo(f"{gettext('Pages:')}\n    {base}/openapi.json\n    {base}/readyz")
    for page in stage.pages:
        click.echo(f"    {page}")
