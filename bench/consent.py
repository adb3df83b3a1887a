"""How fast permission is told: `python -m bench.consent [--subjects N] [--database URL] [--rounds N] [--seconds S]`.

Everything is measured on one installation in one run; rates of checks stand beside those of a hello-world
route on the same server, in rounds that take turns, because a machine is not as fast at one moment as at
another. What is printed is the median of the rounds.
"""

import json
import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import httpx
from sqlalchemy import make_url, text

from api.bootstrap import Services
from audit.database import create_engine
from bench.installation import CONTROLLER, address, install, make_key, make_ready, populate, settings_in
from bench.load import Round, load, served
from consent.ready_answers import ReadyKey
from consent.subject_store import SubjectStore

BATCH: Final = 10_000
BATCHES: Final = 10
# Enough that the first ones, before the pages are in memory, do not count for much.
WARM_UP_SECONDS: Final = 3
NEWSLETTER: Final = {"purpose": "newsletter", "channel": "email"}
LUA: Final = """
local most, body, path = %d, '%s', "/v1/check"
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
math.randomseed(%d)
request = function()
   return wrk.format(nil, path, nil, string.format(body, math.random(0, most - 1)))
end
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """An installation that is served."""

    services: Services
    url: str
    key: str
    subjects: int

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.key}"}


@click.command()
@click.option("--subjects", default=100_000, show_default=True, type=click.IntRange(min=BATCH))
@click.option("--database", default=None, help="postgresql+psycopg://... of an empty server; SQLite without it.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--seconds", default=5, show_default=True)
def main(subjects: int, database: str | None, rounds: int, seconds: int) -> None:
    """Measure checks, batches and segments."""
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as name:
        folder = Path(name)
        settings = settings_in(folder, fresh(database))
        services = install(settings)
        try:
            _timed("populate", subjects, lambda: populate(services, subjects))
            _timed("make ready", subjects, lambda: make_ready(services, subjects))
            key = make_key(services)
            with served("app_with_hello", settings, threads=1) as url:
                bench = Bench(services, url, key, subjects)
                _hold_ready_against_decided(bench)
                _checks(bench, folder, rounds, seconds)
            with served("app_with_hello", settings, threads=1) as url:
                _batches(Bench(services, url, key, subjects))
                _segment(Bench(services, url, key, subjects))
        finally:
            services.close()


def fresh(database: str | None) -> str | None:
    """Make a database of its own on a PostgreSQL server and return its URL."""
    if database is None:
        return None
    name = f"placet_bench_{os.getpid()}"
    engine = create_engine(database).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(database).set(database=name).render_as_string(hide_password=False)


def _hold_ready_against_decided(bench: Bench) -> None:
    """Refuse to measure answers that are not those that would be decided."""
    with httpx.Client(base_url=bench.url, headers=bench.headers) as http:
        for number in random.Random(7).sample(range(bench.subjects), 200):
            plain = http.post("/v1/check", json=_question(number)).raise_for_status().json()
            decided = http.post("/v1/check", json={**_question(number), "topic": None}).raise_for_status().json()
            for answer in (plain, decided):
                del answer["decision_id"], answer["decided_at"]
            if plain != decided:
                raise click.ClickException(f"the answers about person {number} differ")


def _checks(bench: Bench, folder: Path, rounds: int, seconds: int) -> None:
    script = folder / "check.lua"
    body = json.dumps(_question(0)).replace("%", "%%").replace("p0.0@", "p%d.0@")
    script.write_text(LUA % (bench.subjects, body, bench.key, os.getpid()))
    load(f"{bench.url}/v1/check", WARM_UP_SECONDS, script)
    told: dict[str, list[Round]] = {"hello": [], "check": []}
    for _ in range(rounds):
        told["hello"].append(load(f"{bench.url}/hello", seconds))
        told["check"].append(load(f"{bench.url}/v1/check", seconds, script))
    for name, found in told.items():
        rate, p99 = (statistics.median(getattr(item, field) for item in found) for field in ("rate", "p99_ms"))
        failed = sum(item.failed for item in found)
        click.echo(f"{name}: {rate:,.0f} requests/s, p99 {p99:.2f} ms, {failed} failed")
    ratios = [check.rate / hello.rate for hello, check in zip(told["hello"], told["check"], strict=True)]
    click.echo(f"check / hello: {statistics.median(ratios):.2f} [{min(ratios):.2f}..{max(ratios):.2f}]")


def _batches(bench: Bench) -> None:
    chosen = random.Random(3)
    for what in ("identifiers", "ids"):
        bodies = [_batch(bench, chosen, what) for _ in range(BATCHES)]
        rates = []
        with httpx.Client(base_url=bench.url, headers=bench.headers, timeout=60) as http:
            http.post("/v1/check/batch", json=bodies[0]).raise_for_status()
            for body in bodies:
                sent = json.dumps(body).encode()
                began = time.perf_counter()
                answer = http.post("/v1/check/batch", content=sent, headers={"Content-Type": "application/json"})
                rates.append(BATCH / (time.perf_counter() - began))
                if len(answer.raise_for_status().json()["items"]) != BATCH:
                    raise click.ClickException("a batch was not answered whole")
        click.echo(f"batch of {BATCH:,} by {what}: {statistics.median(rates):,.0f} decisions/s")


def _batch(bench: Bench, chosen: random.Random, what: str) -> dict[str, Any]:
    numbers = chosen.sample(range(bench.subjects), BATCH)
    if what == "identifiers":
        return {**NEWSLETTER, "subjects": [_question(number)["subject"] for number in numbers]}
    with bench.services.ground.reading() as session:
        ids = SubjectStore(bench.services.ground, session).list_after(None, BATCH)
    bench.services.ready.make(ReadyKey(name, CONTROLLER, **NEWSLETTER) for name in ids)
    return {**NEWSLETTER, "subjects": [{"id": name} for name in ids]}


def _segment(bench: Bench) -> None:
    began, people = time.perf_counter(), 0
    path = "/v1/segments/newsletter/email?format=ids-ndjson"
    with (
        httpx.Client(base_url=bench.url, headers=bench.headers, timeout=600) as http,
        http.stream("GET", path) as answer,
    ):
        for part in answer.raise_for_status().iter_bytes():
            people += part.count(b"\n")
    click.echo(f"segment over {bench.subjects:,}: {people:,} people in {time.perf_counter() - began:.1f} s")


def _question(number: int) -> dict[str, Any]:
    given = address(number)
    return {"subject": {"identifier": {"kind": given.kind, "value": given.value}}, **NEWSLETTER}


def _timed(what: str, count: int, work: Any) -> None:
    began = time.perf_counter()
    work()
    spent = time.perf_counter() - began
    click.echo(f"{what}: {count:,} people in {spent:.1f} s")


if __name__ == "__main__":
    main()
