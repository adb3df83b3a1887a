"""A file taken in at once leaves what its rows leave when each is recorded by itself, on whatever was there before."""

import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from consent.case_door import ACTOR
from consent.errors import IdentifiersConflict
from consent.identifiers import GivenIdentifier
from consent.import_report import STORED
from consent.permission_store import PermissionStore
from consent.rebuilding import PermissionRebuilder
from consent.registry import SubjectFacts
from consent.vocabulary import Proof
from tests.service.consent.importing import ndjson, row, take_in
from tests.service.consent.world import World

FILES = 6
KEYS = (("newsletter", "email"), ("customer_voice", "data_use"), ("email_tracking", "tracking_pixel"))
TOPICS = (None, "garden", "kitchen")
FILED, SINGLE = "filed", "single"


def address(group: str, number: int) -> GivenIdentifier:
    return GivenIdentifier("email", f"{group}.{number}@example.org")


def before(world: World, group: str, chosen: random.Random, numbers: range) -> None:
    """Let some people have a history: the same one for the same random numbers."""
    for number in numbers:
        given = address(group, number)
        if chosen.random() < 0.5:
            continue
        subject = world.person(given, verified=chosen.random() < 0.7)
        for _ in range(chosen.randrange(4)):
            event = chosen.choice(("grant", "withdraw", "object", "refuse", "restrict", "lift_restriction", "bounce"))
            at = world.clock() - timedelta(days=chosen.randrange(700))
            if event == "grant":
                purpose, channel = chosen.choice(KEYS)
                world.record("grant", subject, purpose=purpose, channel=channel, identifiers=(given,), at=at)
            elif event in ("withdraw", "refuse"):
                world.record(event, subject, purpose=chosen.choice(KEYS)[0], at=at)
            elif event == "bounce":
                world.record(event, given, at=at)
            else:
                world.record(event, subject, at=at)
        if chosen.random() < 0.2:
            other = world.person(address(group, 1000 + number))
            if chosen.random() < 0.5:
                world.record("merge", subject, other=other)
            else:
                world.identifiers.add_identifier(other, given, actor=ACTOR, shared=True)


def random_row(chosen: random.Random, now: datetime, number: int) -> dict[str, Any]:
    purpose, channel = chosen.choice(KEYS)
    return row(
        address(FILED, number).value,
        country=chosen.choice(("DE", "AT", None)),
        purpose=purpose,
        channel=channel,
        topic=chosen.choice(TOPICS) if purpose == "newsletter" else None,
        status=chosen.choice(("subscribed", "subscribed", "unsubscribed")),
        at=(now - timedelta(days=chosen.randrange(800))).strftime("%Y-%m-%dT%H:%M:%SZ"),
        notice=chosen.choice((None, "welcome@1", "tracking@1", "none")),
        proof=chosen.choice((None, "stated", "confirmed", "documented")),
        evidence=chosen.choice((None, "binder 7")),
    )


def record(world: World, said: dict[str, Any]) -> None:
    """Record one row by itself, for the person of the other group."""
    number = int(said["identifier"]["value"].partition("@")[0].partition(".")[2])
    given = address(SINGLE, number)
    if not world.subjects.resolve(given):
        proof = Proof(said.get("proof", "claimed"))
        how = "import" if proof.suffices_for(Proof.CONFIRMED) else None
        world.subjects.create_or_find(
            (given,), SubjectFacts(country=said.get("country")), actor=ACTOR, verified_how=how
        )
    fields = {name: said[name] for name in ("purpose", "topic", "channel", "status", "notice", "proof") if name in said}
    identifiers = (given,) if said["channel"] != "data_use" else ()
    world.record("import_row", given, identifiers=identifiers, at=datetime.fromisoformat(said["at"]), **fields)


def told_of(world: World, group: str, number: int) -> list[Any]:
    """Return all that is told of a person, but for names."""
    given = address(group, number)
    found = []
    for purpose, channel in KEYS:
        for topic in TOPICS if purpose == "newsletter" else (None,):
            decision = world.check(given, purpose=purpose, channel=channel, topic=topic).decision
            found.append((decision.decision, decision.reason, decision.basis, decision.state, decision.valid_until))
            found.append((decision.obligations, decision.notes, decision.keep_proof_until))
    holders = world.subjects.resolve(given)
    with world.ground.reading() as session:
        store = PermissionStore(world.ground, session)
        for name in holders:
            for item in store.list_of(name):
                known = asdict(item)
                names = (known.pop("subject"), known.pop("contact"), known.pop("carried_by"))
                found.append((*map(bool, names), known))
    return found


def test_a_file_leaves_what_its_rows_leave_one_by_one(world: World) -> None:
    for seed in range(FILES):
        numbers = range(10 * seed, 10 * seed + 5)
        for group in (FILED, SINGLE):
            before(world, group, random.Random(seed), numbers)
        chosen = random.Random(1000 + seed)
        rows = [random_row(chosen, world.clock(), chosen.choice(numbers)) for _ in range(14)]
        reports = take_in(world, ndjson(*rows), digest=f"{seed:064x}", at_once=chosen.choice((1, 4, 1000)))
        assert [report.row for report in reports] == list(range(1, len(rows) + 1))
        for said, report in zip(rows, reports, strict=True):
            if report.outcome in STORED:
                record(world, said)
        for number in numbers:
            assert told_of(world, FILED, number) == told_of(world, SINGLE, number), (seed, number)
    checked = list(PermissionRebuilder(world.ground, world.policies).check())
    assert [name for each in checked for name in each.differing] == []


def test_a_row_that_is_not_taken_in_would_have_opened_nothing(world: World) -> None:
    refused = 0
    for seed in range(FILES, FILES + 4):
        numbers = range(10 * seed, 10 * seed + 3)
        for group in (FILED, SINGLE):
            before(world, group, random.Random(seed), numbers)
        chosen = random.Random(1000 + seed)
        said = random_row(chosen, world.clock(), chosen.choice(numbers))
        (report,) = take_in(world, ndjson(said), digest=f"{seed:064x}", dry_run=True)
        if report.outcome in STORED:
            continue
        refused += 1
        try:
            record(world, said)
        except IdentifiersConflict:
            continue
        number = int(said["identifier"]["value"].partition("@")[0].partition(".")[2])
        key = {"purpose": said["purpose"], "channel": said["channel"]}
        allowed = [world.check(address(group, number), **key).decision.allowed for group in (FILED, SINGLE)]
        assert allowed[0] or not allowed[1]
    assert refused
