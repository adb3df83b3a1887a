"""The sample payloads with their gold annotation, and how the tests read them."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pii.model import Item, Reading
from pii.platforms import READERS, read
from tests.paths import SHARED

SAMPLES = SHARED / "social" / "samples"
# The accounts of the brand in the samples: they are no persons.
OWN_IDS = frozenset({"1500000000000000001", "104857600112233", "109000000000000001"})
# A version history does not name its status; who asked for it knows.
REQUESTED = {"mastodon/04_status_history.json": "115000000000000401"}


@dataclass(frozen=True)
class Sample:
    """One payload file of a platform."""

    platform: str
    file: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.file}"

    @property
    def body(self) -> bytes:
        return (SAMPLES / self.platform / self.file).read_bytes()

    @cached_property
    def gold(self) -> dict[str, Any]:
        path = (SAMPLES / self.platform / self.file).with_suffix(".gold.json")
        return json.loads(path.read_text("utf-8"))

    def read(self, body: bytes | None = None) -> Reading:
        """Read the sample, or another body in its place."""
        return read(
            self.platform,
            self.body if body is None else body,
            own_ids=OWN_IDS,
            requested_id=REQUESTED.get(str(self)),
        )

    def told(self, gold_item: dict[str, Any]) -> Item:
        """Return the one item that the gold describes."""
        found = [
            item
            for item in self.read().told()
            if (item.item_id, item.event) == (gold_item["item_id"], gold_item["event"])
        ]
        assert len(found) == 1
        return found[0]


def samples_of(platform: str) -> list[Sample]:
    files = (path.name for path in sorted((SAMPLES / platform).iterdir()))
    return [Sample(platform, name) for name in files if not name.endswith(".gold.json")]


SAMPLES_READ = [sample for platform in sorted(READERS) for sample in samples_of(platform)]
JSON_SAMPLES = [sample for sample in SAMPLES_READ if sample.file.endswith((".json", ".ndjson"))]
GOLD_ITEMS = [(sample, item) for sample in SAMPLES_READ for item in sample.gold["items"]]

Steps = tuple[str | int, ...]


def gold_id(value: object) -> str | None:
    """Name a gold item in a test's id by its file, its place and what happened."""
    if isinstance(value, Sample):
        return str(value)
    if isinstance(value, dict):
        return f"{value['kind']}-{value['event']}-{value['item_id'][-8:]}"
    return None


def documents(sample: Sample) -> list[Any]:
    """Return the JSON documents that a sample holds."""
    if sample.file.endswith(".ndjson"):
        return [json.loads(line) for line in sample.body.decode().splitlines() if line.strip()]
    return [json.loads(sample.body)]


def written(found: list[Any]) -> bytes:
    """Return the body that holds these documents."""
    return "\n".join(json.dumps(document) for document in found).encode()


def at(node: Any, path: Steps) -> Any:
    """Return what stands in a document behind these steps."""
    for step in path:
        node = node[step]
    return node
