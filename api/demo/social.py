"""The chapters about social data: payloads come in, texts before and after, what goes out and what is held back."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from api.demo.installation import EXAMPLES
from api.demo.stage import ACTOR, Stage
from pii.hashing import KeyedHashes
from pii.model import Item
from pii.platforms import read
from pii.post_store import PostStore
from pii.tables import post_table, release_table

PAYLOADS: Final = EXAMPLES / "payloads"
PLATFORMS: Final = ("x", "facebook", "mastodon", "feeds")
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".xml": "application/xml",
    ".form": "application/x-www-form-urlencoded",
}
SHOWN_TEXTS: Final = 4
ALL: Final = 1000
# Wide enough to tell two pseudonyms apart, narrow enough for a terminal.
SHOWN_CHARACTERS: Final = 400


def take_in(stage: Stage) -> None:
    """Take in every sample payload as its platform delivers it, and once more, which changes nothing."""
    rows = []
    for platform in PLATFORMS:
        counts: Counter[str] = Counter()
        files = _files(platform)
        for file in [*files, files[0]]:
            told = stage.call(
                "POST",
                f"/v1/intake/{platform}",
                data=file.read_bytes(),
                content_type=MEDIA_TYPES[file.suffix],
            )
            counts.update({name: told[name] for name in ("accepted", "duplicates", "orders")})
            counts["rejected"] += len(told["rejected"])
        rows.append(
            (platform, len(files), *(counts[name] for name in ("accepted", "duplicates", "orders", "rejected")))
        )
    stage.tell.rows(("platform", "payloads", "accepted", "duplicates", "orders", "rejected"), rows)
    stage.tell.say("The first payload of each platform came twice: it counts as duplicates and makes no second entry.")
    with stage.services.ground.reading() as session:
        of_status = session.execute(select(post_table.c.status, func.count()).group_by(post_table.c.status)).all()
        closed = session.scalar(select(func.count()).where(post_table.c.closed_by != "")) or 0
    figures = ", ".join(f"{status} {count}" for status, count in sorted(map(tuple, of_status)))
    stage.tell.say(
        "Posts now: %(figures)s; %(closed)d of them are closed by orders of platforms.", figures=figures, closed=closed
    )


def show_texts(stage: Stage) -> None:
    """Show some texts as they came and as they are stored."""
    hashes, shown = KeyedHashes(stage.services.ground.secrets), 0
    for item in _items():
        with stage.services.ground.reading() as session:
            store = PostStore(session, stage.services.ground.group_id)
            post = store.find_item(stage.controller, hashes.item(item.platform, item.item_id))
        if post is None or not post.text or not post.findings or item.text is None:
            continue
        stage.tell.quote("before", item.text)
        stage.tell.quote("after", post.text)
        stage.tell.plain("")
        shown += 1
        if shown == SHOWN_TEXTS:
            return


def release(stage: Stage) -> None:
    """Offer everything to every recipient, and show what went out under which pseudonyms, and what did not."""
    releases = stage.services.releases
    for recipient in stage.recipient_keys:
        offered = releases.offer(recipient, limit=ALL, actor=ACTOR)
        delivered = releases.deliver(recipient, limit=ALL, actor=ACTOR)
        stage.tell.say(
            "%(recipient)s: %(released)d posts released, %(held)d held back.",
            recipient=recipient,
            released=delivered.released,
            held=offered.held + delivered.held,
        )
    stage.tell.rows(("recipient", "held back because", "posts"), _held(stage))
    for recipient in stage.recipient_keys:
        for entry in stage.feed(recipient)[:1]:
            stage.tell.quote(recipient, json.dumps(entry["content"], ensure_ascii=False)[:SHOWN_CHARACTERS])
    stage.tell.say("The same post, the same person: the two recipients cannot link their pseudonyms.")


def _held(stage: Stage) -> list[tuple[object, ...]]:
    query = (
        select(release_table.c.recipient, release_table.c.reason, func.count())
        .where(release_table.c.state == "held")
        .group_by(release_table.c.recipient, release_table.c.reason)
        .order_by(release_table.c.recipient, func.count().desc(), release_table.c.reason)
    )
    with stage.services.ground.reading() as session:
        return [tuple(row) for row in session.execute(query).all()]


def _files(platform: str) -> list[Path]:
    return sorted((PAYLOADS / platform).iterdir())


def _items() -> Iterator[Item]:
    for platform in PLATFORMS:
        for file in _files(platform):
            yield from read(platform, file.read_bytes(), own_ids=frozenset()).items
