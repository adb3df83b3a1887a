"""All sample payloads of the four platforms, with the real detector: no name, handle, address or number gets out.

Everything is looked through afterwards: every column of every table but sealed boxes, every log entry, and what
recipients read.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.database import Base
from audit.ground import Ground
from pii.brand import Brand
from pii.detector import PresidioDetector
from pii.hashing import KeyedHashes
from pii.intake import Delivery, IntakeService
from pii.platforms import READERS
from pii.post import PostStatus
from pii.post_store import PostStore
from tests.fakes import FakeClock
from tests.paths import ROOT
from tests.service.pii.conftest import ACTOR, CONTROLLER, OWN_ACCOUNTS, House, make_house
from tests.unit.pii.social_samples import GOLD_ITEMS, REQUESTED, SAMPLES_READ

PAYLOADS = ROOT / "examples" / "payloads"
BRAND = Brand(
    names=frozenset({"Nordlicht", "Nordlicht Hausgeräte"}),
    handles=frozenset({"NordlichtHilft", "nordlicht"}),
    contacts=frozenset({"040 66969 100"}),
)
SPAN_TYPES = {"PERSON", "HANDLE", "EMAIL", "PHONE"}
RECIPIENTS = ("service_crm", "sales_crm")
# The house's own texts: they say where the company sits, which is also where some of its customers live.
OF_THE_HOUSE = {"policy_version", "notice_version"}


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    return PresidioDetector()


@pytest.fixture
def full_house(ground: Ground, clock: FakeClock, detector: PresidioDetector) -> House:
    """A house that has taken in every sample, with everybody's consent, and delivered to both recipients."""
    house = make_house(ground, clock, None)
    intake = IntakeService(ground, house.subjects, detector, lambda _platform: OWN_ACCOUNTS, brand=BRAND)
    for sample in SAMPLES_READ:
        path = PAYLOADS / sample.platform / sample.file
        if path.exists():
            requested = REQUESTED.get(str(sample))
            delivery = Delivery(controller=CONTROLLER, actor=ACTOR)
            report = intake.take_in(sample.platform, path.read_bytes(), delivery, requested_id=requested)
            assert not [rejection for rejection in report.rejected if rejection.reason == "failed"]
    for author in {post.author_id for post in house.posts()} - {None}:
        house.say(author or "", "grant")
    for recipient in RECIPIENTS:
        house.send(recipient)
    return house


def values_of(item: dict[str, Any], *, places: bool) -> Iterator[str]:
    """Yield what must not get out of an item, as the gold has it: at least three letters, or five digits.

    `places` are the names of towns in profiles. In somebody else's post the same town may stand rightly.
    """
    fields = [each for part in ("author_fields", "person_fields") for each in item[part]]
    found = [str(each["value"]) for each in fields if (each["field"] == "location") is places]
    if not places:
        found += [span["text"] for span in item["spans"] if span["type"] in SPAN_TYPES]
    for value in found:
        letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
        if letters >= 3 or digits >= 5:
            yield value


GOLD_VALUES = sorted({value for _, item in GOLD_ITEMS for value in values_of(item, places=False)})


def stored(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield every value of every table, with the place where it stands."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in OF_THE_HOUSE:
                continue
            sealed = {column.name for column in table.columns if column.name in ("box", "wrapped")}
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if name not in sealed:
                        yield f"{table.name}.{name}", as_text(value)


def as_text(value: Any) -> str:
    if isinstance(value, bytes):
        # Keyed hashes and tiles are no text and hold none; entries of the log are.
        return value.decode("utf-8", "ignore")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def test_the_samples_hold_what_must_not_get_out() -> None:
    assert len(GOLD_VALUES) > 100
    assert {sample.platform for sample in SAMPLES_READ} == set(READERS)


def test_nothing_of_a_person_stands_in_any_table_but_in_sealed_boxes(full_house: House) -> None:
    found = {
        (place, value) for place, text in stored(full_house.ground.engine) for value in GOLD_VALUES if value in text
    }
    assert found == set()


def test_the_town_of_a_profile_does_not_stand_in_its_owners_post(full_house: House) -> None:
    hashes = KeyedHashes(full_house.ground.secrets)
    checked = 0
    with full_house.ground.reading() as session:
        posts = PostStore(session, full_house.ground.group_id)
        for sample, item in GOLD_ITEMS:
            post = posts.find_item(CONTROLLER, hashes.item(sample.platform, item["item_id"]))
            if post is not None:
                text = json.dumps([post.text, post.fields], ensure_ascii=False)
                assert [value for value in values_of(item, places=True) if value in text] == []
                checked += 1
    assert checked >= 15


def test_nothing_of_a_person_reaches_a_recipient(full_house: House) -> None:
    pages = [full_house.releases.feed(recipient, cursor=None, limit=1000) for recipient in RECIPIENTS]
    contents = [json.dumps(entry.content, ensure_ascii=False) for page in pages for entry in page.entries]
    assert sum(content != "null" for content in contents) >= 10
    assert {value for content in contents for value in GOLD_VALUES if value in content} == set()


def test_most_of_what_came_in_can_be_used(full_house: House) -> None:
    posts = full_house.posts()
    usable = [post for post in posts if post.usable]
    assert len(usable) >= 15
    assert not [post for post in posts if post.examined is PostStatus.WAITING]
