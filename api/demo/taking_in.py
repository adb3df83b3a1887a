"""The chapter in which payloads come in, and what became of each item that was accepted."""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from api.demo.installation import EXAMPLES
from api.demo.stage import Stage
from api.v1.intake import REQUESTED
from audit.tables import event_table
from pii import events
from pii.revocation import RevokeCause
from pii.tables import post_table

PAYLOADS: Final = EXAMPLES / "payloads"
PLATFORMS: Final = ("x", "facebook", "mastodon", "feeds")
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".xml": "application/xml",
    ".form": "application/x-www-form-urlencoded",
}
REPORTED: Final[tuple[str, ...]] = ("accepted", "duplicates", "orders")


class _Stored(NamedTuple):
    """A post as it is stored: from where, how far it came, and what closes it, if anything does."""

    platform: str
    status: str
    closed_by: str


def take_in(stage: Stage) -> None:
    """Take in every sample payload as its platform delivers it, and some once more, which changes nothing."""
    accepted, again = Counter[str](), Counter[str]()
    rejected = Counter[tuple[str, str]]()
    rows = []
    for platform in PLATFORMS:
        told = [_deliver(stage, platform, file) for file in files_of(platform)]
        counts = {name: sum(each[name] for each in told) for name in REPORTED}
        accepted[platform] = counts["accepted"]
        reasons = [refused["reason"] for each in told for refused in each["rejected"]]
        rejected.update((platform, reason) for reason in reasons)
        rows.append((platform, len(told), *counts.values(), len(reasons)))
    stage.tell.rows(("platform", "payloads", "accepted", "duplicates", "orders", "rejected"), rows)
    if rejected:
        refusals = ((platform, *stage.tell.code(reason), count) for (platform, reason), count in rejected.items())
        stage.tell.rows(("platform", "rejected because", "meaning", "items"), refusals)
    for platform in PLATFORMS:
        repeated = _deliver(stage, platform, files_of(platform)[0])
        again.update({name: repeated[name] for name in REPORTED})
    stage.tell.say(
        "The first payload of each platform comes again: accepted %(accepted)d, duplicates %(duplicates)d.", **again
    )
    _tell_what_became(stage, accepted)


def files_of(platform: str) -> list[Path]:
    """Return the sample payloads of a platform, in the order in which they come."""
    return sorted((PAYLOADS / platform).iterdir())


def requested_ids() -> dict[str, str]:
    """Return the ids of the items that were asked for, by the answer that does not name them."""
    found: dict[str, str] = json.loads((PAYLOADS / "REQUESTED.json").read_text("utf-8"))
    return found


def _deliver(stage: Stage, platform: str, file: Path) -> dict[str, Any]:
    asked_for = requested_ids().get(f"{platform}/{file.name}")
    answer: dict[str, Any] = stage.call(
        "POST",
        f"/v1/intake/{platform}",
        data=file.read_bytes(),
        content_type=MEDIA_TYPES[file.suffix],
        headers={} if asked_for is None else {REQUESTED: asked_for},
    )
    return answer


def _tell_what_became(stage: Stage, accepted: Counter[str]) -> None:
    """Show, by the log and by the posts there are, what every accepted item is now."""
    logged, posts = _logged(stage), _posts(stage)
    became = {
        platform: (
            accepted[platform],
            logged[platform, events.POST_EDITED.name, None],
            logged[platform, events.POST_DELETED.name, RevokeCause.EDITED],
            logged[platform, events.POST_DELETED.name, RevokeCause.DELETED],
            sum(post.platform == platform for post in posts),
        )
        for platform in PLATFORMS
    }
    totals = (sum(column) for column in zip(*became.values(), strict=True))
    rows = [*((platform, *counts) for platform, counts in became.items()), ("", *totals)]
    stage.tell.say(
        "Every accepted item is the newer version of a stored post, was replaced by one, was deleted again by order of "
        "its platform, or is a post now:"
    )
    stage.tell.rows(("platform", "accepted", "newer version", "replaced", "deleted", "posts now"), rows)
    statuses = Counter(str(post.status) for post in posts)
    stage.tell.say(
        "Posts now: %(figures)s; %(closed)d of them are closed by orders of platforms.",
        figures=", ".join(f"{status} {count}" for status, count in sorted(statuses.items())),
        closed=sum(bool(post.closed_by) for post in posts),
    )


def _logged(stage: Stage) -> Counter[tuple[str, str, str | None]]:
    """Count what the log says happened to posts, by platform, type of entry and cause."""
    wanted = [events.POST_EDITED.name, events.POST_DELETED.name]
    query = select(event_table.c.type, event_table.c.leaf).where(event_table.c.type.in_(wanted))
    with stage.services.ground.reading() as session:
        entries = [(row.type, json.loads(row.leaf)["pub"]) for row in session.execute(query)]
    return Counter((pub["platform"], name, pub.get("cause")) for name, pub in entries)


def _posts(stage: Stage) -> list[_Stored]:
    query = select(post_table.c.platform, post_table.c.status, post_table.c.closed_by)
    with stage.services.ground.reading() as session:
        return [_Stored(*row) for row in session.execute(query.order_by(post_table.c.id))]
