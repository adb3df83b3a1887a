"""The chapters that show texts before and after, and what goes out to whom and what is held back."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from api.demo.stage import ACTOR, Stage
from api.demo.taking_in import PLATFORMS, files_of, requested_ids
from pii.hashing import KeyedHashes
from pii.model import Item
from pii.platforms import read
from pii.post import PostStatus
from pii.post_store import PostStore
from pii.release_store import ReleaseState
from pii.tables import post_table, release_table

SHOWN_TEXTS: Final = 4
ALL: Final = 1000


def show_texts(stage: Stage) -> None:
    """Show some texts as they came and as they are stored."""
    stage.tell.say(
        "A pseudonym is [[kind:key:sign:check]]; the same value has the same one, and only the vault leads back."
    )
    hashes, shown = KeyedHashes(stage.services.ground.secrets), 0
    for item in _items():
        with stage.services.ground.reading() as session:
            store = PostStore(session, stage.services.ground.group_id)
            post = store.find_item(stage.controller, hashes.item(item.platform, item.item_id))
        if post is None or not post.text or not post.findings or item.text is None:
            continue
        stage.tell.plain("")
        stage.tell.quote("before", item.text)
        stage.tell.quote("after", post.text)
        shown += 1
        if shown == SHOWN_TEXTS:
            return


def release(stage: Stage) -> None:
    """Offer everything to every recipient, and show what went out under which pseudonyms, and what did not."""
    stage.tell.say("Posts that are ready and not closed are offered: %(count)d.", count=_offerable(stage))
    rows = []
    for recipient in stage.recipient_keys:
        offered = stage.services.releases.offer(recipient, limit=ALL, actor=ACTOR)
        delivered = stage.services.releases.deliver(recipient, limit=ALL, actor=ACTOR)
        rows.append((recipient, delivered.released, offered.held + delivered.held))
    stage.tell.rows(("recipient", "released", "held back"), rows)
    stage.tell.rows(("recipient", "held back because", "meaning", "posts"), _held(stage))
    for recipient in stage.recipient_keys:
        for entry in stage.feed(recipient)[:1]:
            stage.tell.quote(recipient, entry["content"]["text"])
    stage.tell.say("The same post, the same person: the two recipients cannot link their pseudonyms.")


def _offerable(stage: Stage) -> int:
    open_ones = (post_table.c.status == PostStatus.READY) & (post_table.c.closed_by == "")
    with stage.services.ground.reading() as session:
        return session.scalar(select(func.count()).where(open_ones)) or 0


def _held(stage: Stage) -> Iterator[tuple[object, ...]]:
    query = (
        select(release_table.c.recipient, release_table.c.reason, func.count())
        .where(release_table.c.state == ReleaseState.HELD)
        .group_by(release_table.c.recipient, release_table.c.reason)
        .order_by(release_table.c.recipient, func.count().desc(), release_table.c.reason)
    )
    with stage.services.ground.reading() as session:
        for recipient, reason, count in session.execute(query).all():
            yield recipient, *stage.tell.code(reason), count


def _items() -> Iterator[Item]:
    asked_for = requested_ids()
    for platform in PLATFORMS:
        for file in files_of(platform):
            requested = asked_for.get(f"{platform}/{file.name}")
            yield from read(platform, file.read_bytes(), own_ids=frozenset(), requested_id=requested).items
