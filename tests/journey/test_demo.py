"""The demonstration does the whole main job, and no personal value of its payloads is anywhere but sealed."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml
from sqlalchemy import ColumnElement, Table, func, select

from api.demo import ending, story, taking_in
from api.demo.installation import DemoClock, fresh_installation, is_demonstration
from api.demo.stage import Stage, set_stage
from api.demo.telling import Teller
from api.errors import CannotRun
from api.logging import configure_logging
from api.settings import Settings
from audit.verify import verify_bundle
from consent.tables import subject_table
from pii.hashing import KeyedHashes
from pii.tables import known_name_table, post_table
from tests.paths import ROOT, SHARED

PLATFORMS = ("x", "facebook", "mastodon", "feeds")
SPAN_TYPES = {"PERSON", "HANDLE", "EMAIL", "PHONE", "IBAN", "CARD"}
FIELD_KINDS = {
    "id",
    "name",
    "handle",
    "bio",
    "profile_url",
    "url",
    "nlp_body",
    "nlp_value",
    "annotation",
    "email",
    "ip",
}
# Shorter ones are parts of other words.
SHORTEST = 5


def personal_values() -> set[str]:
    """Every name, handle, address and number that the gold annotation of the four platforms marks."""
    found: set[str] = set()
    for platform in PLATFORMS:
        for file in (SHARED / "social" / "samples" / platform).glob("*.gold.json"):
            for item in json.loads(file.read_text("utf-8"))["items"]:
                found |= {span["text"] for span in item["spans"] if span["type"] in SPAN_TYPES}
                fields = [*item["author_fields"], *item["person_fields"]]
                found |= {str(one["value"]) for one in fields if one["field"] in FIELD_KINDS and one["value"]}
    return {value for value in found if len(value) >= SHORTEST}


def found_in(directory: Path, values: set[str], *, but: str = "") -> dict[str, list[str]]:
    """Return which values stand in which files, as UTF-8 or as JSON writes them."""
    hits: dict[str, list[str]] = {}
    for file in directory.rglob("*"):
        if file.is_file() and (not but or but not in file.parts):
            content = file.read_bytes()
            here = [
                value for value in values if value.encode() in content or json.dumps(value)[1:-1].encode() in content
            ]
            if here:
                hits[str(file.relative_to(directory))] = sorted(here)
    return hits


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    var = tmp_path / "var"
    return Settings(database_url=f"sqlite:///{var}/placet.db", key_file=var / "keys.json", var=var)


@pytest.fixture
def stage(settings: Settings) -> Iterator[Stage]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    settings.var.mkdir(parents=True)
    with (settings.var / "demo.log").open("w", encoding="utf-8") as log:
        configure_logging(log)
        clock = DemoClock()
        made = fresh_installation(settings, clock)
        yield set_stage(made, clock, Teller("en"))
        made.close()
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()


def test_every_chapter_does_what_it_says_and_leaks_nothing(
    stage: Stage, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    values = personal_values()
    signed_up = {p.email["value"] for p in stage.people}
    for title, chapter in story.CHAPTERS:
        chapter(stage)
        stage.sequencing.run_all()
        assert found_in(settings.var, values | signed_up, but="outbox") == {}, title
    erased = next(person for person in stage.people if person.confirms)
    assert found_in(settings.var, {erased.email["value"]}) == {}
    told = capsys.readouterr().out
    for figure in ("deny (pending_doi:", "allow (consent:", "deny (withdrawn:", "deny (erased:", "State DONE"):
        assert figure in told
    assert told.count("VERDICT accepted") == told.count("VERDICT rejected") == 1
    report = verify_bundle(settings.var / "exports" / "log", settings.var / "exports" / "policy.txt", strict=True)
    fields: Any = report.as_dict()["fields"]
    assert report.exit_status == 0
    assert fields["ERASED"] > 0
    assert fields["WITHHELD"] == 0


def figures(told: str, label: str) -> list[int]:
    """Return the figures at the end of the only line that begins with a label."""
    (line,) = [line for line in told.splitlines() if line.split()[:1] == [label]]
    return [int(word) for word in line.split() if word.isdecimal()]


def rows_left(stage: Stage, table: Table, *conditions: ColumnElement[bool]) -> int:
    with stage.services.ground.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def test_what_came_in_adds_up_and_nothing_is_missing(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    taking_in.take_in(stage)
    told = capsys.readouterr().out.partition("Every accepted item")[2]
    for platform in PLATFORMS:
        accepted, newer, replaced, deleted, now = figures(told, platform)
        assert accepted == newer + replaced + deleted + now
        assert now == rows_left(stage, post_table, post_table.c.platform == platform) > 0
    history = KeyedHashes(stage.services.ground.secrets).item("mastodon", "115000000000000401#v2")
    assert rows_left(stage, post_table, post_table.c.item_hash == history) == 1


def test_what_the_erasure_and_the_sweep_say_is_left_is_what_is_left(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    for _, chapter in story.CHAPTERS[:5]:
        chapter(stage)
    erased = next(person for person in stage.people if person.confirms).subject_id
    capsys.readouterr()
    ending.erase(stage)
    told = capsys.readouterr().out
    for label in ("people", "identifiers", "names", "posts", "mentions", "boxes", "keys"):
        before, after = figures(told, label)
        assert (before > 0, after) == (True, 0), label
    assert rows_left(stage, known_name_table, known_name_table.c.subject_id == erased) == 0
    ending.sweep(stage)
    told = capsys.readouterr().out
    assert figures(told, "social_profile")[0] > 0
    people = rows_left(stage, subject_table, subject_table.c.status != "erased")
    authors = rows_left(stage, subject_table, subject_table.c.id.in_(select(post_table.c.author_id)))
    assert figures(told, "people")[1] == figures(told, "keys")[1] == people == authors + 1
    assert f"is still kept: {authors}, and" in told
    assert "waits for an answer: 1." in told


def test_the_search_would_find_what_it_looks_for(stage: Stage, settings: Settings) -> None:
    values = personal_values()
    assert len(values) > 100
    assert found_in(ROOT / "examples" / "payloads", values)
    for title, chapter in story.CHAPTERS[:3]:
        chapter(stage)
        assert title
    mails = found_in(settings.var / "outbox", {p.email["value"] for p in stage.people})
    assert len(mails) == len(stage.people)


def test_the_posts_are_under_other_names_for_each_recipient(stage: Stage) -> None:
    for _, chapter in story.CHAPTERS[:4]:
        chapter(stage)
    feeds = [stage.feed(recipient) for recipient in stage.recipient_keys]
    texts = [{str(entry["content"]["text"]) for entry in feed} for feed in feeds]
    assert all(texts)
    assert not texts[0] & texts[1]
    assert not {entry["id"] for entry in feeds[0]} & {entry["id"] for entry in feeds[1]}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda s: s.key_file, id="keys"),
        pytest.param(lambda s: s.var / "placet.db", id="database"),
        pytest.param(lambda s: s.var / "signer", id="memory of the signer"),
        pytest.param(lambda s: s.var / "exports", id="exports"),
    ],
)
def test_another_installation_is_never_touched(settings: Settings, spoil: Callable[[Settings], Path]) -> None:
    settings.var.mkdir(parents=True)
    spoil(settings).write_text("somebody's")
    with pytest.raises(CannotRun, match="another installation"):
        fresh_installation(settings, DemoClock())
    assert spoil(settings).read_text() == "somebody's"


def test_the_next_demonstration_replaces_its_own_and_nothing_beside_it(settings: Settings) -> None:
    fresh_installation(settings, DemoClock()).close()
    first = settings.key_file.read_bytes()
    beside = settings.var / "placet-backup.db"
    beside.write_text("somebody's")
    assert is_demonstration(settings)
    fresh_installation(settings, DemoClock()).close()
    assert settings.key_file.read_bytes() != first
    assert beside.read_text() == "somebody's"


def test_a_marker_elsewhere_gives_nothing_away(settings: Settings, tmp_path: Path) -> None:
    fresh_installation(settings, DemoClock()).close()
    other = tmp_path / "other"
    other.mkdir()
    (other / "keys.json").write_text("somebody's")
    with pytest.raises(CannotRun, match="another installation"):
        fresh_installation(replace(settings, key_file=other / "keys.json"), DemoClock())
    assert (other / "keys.json").read_text() == "somebody's"


def test_the_people_of_the_story_are_invented() -> None:
    people = yaml.safe_load((ROOT / "examples" / "people.yaml").read_text("utf-8"))
    assert all(one["value"].rpartition("@")[2].startswith("example.") for p in people for one in p["identifiers"][:1])
