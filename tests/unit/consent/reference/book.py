"""The policy file, read the slow way: every look-up walks the file again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.unit.consent.reference.calendar import instant

STRENGTH = ("claimed", "stated", "confirmed", "documented")
SERVICES = ("transactional", "legal")
EXCEPTIONS = ("existing_customer", "presumed_consent", "implied_consent", "not_opted_out")


class Book:
    """A policy, with the parameters that a case replaces."""

    def __init__(self, policy: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
        self.policy = policy
        self.parameters = {**policy["parameters"], **parameters}

    def kind_of_point(self, channel: str) -> str | None:
        kind = self.policy["channels"][channel]["identifier"]
        return None if kind == "none" else kind

    def is_service(self, purpose: str) -> bool:
        return self.policy["purposes"][purpose]["class"] in SERVICES

    # ── Packs ──

    def pack_of(self, country: str | None, region: str | None) -> str:
        for name in (f"{country}-{region}", country):
            if name in self.policy["packs"] and not self.policy["packs"][name].get("abstract"):
                return str(name)
        return "unknown"

    def pack_of_hint(self, hint: str) -> str:
        country, _, region = hint.partition("-")
        return self.pack_of(country, region or None)

    def rule(self, pack: str, channel: str) -> dict[str, Any]:
        """What a pack says about the class of a channel, with what it inherits."""
        law = self.policy["channels"][channel]["class"]
        chain: list[Mapping[str, Any]] = []
        name: str | None = pack
        while name is not None:
            chain.insert(0, self.policy["packs"][name])
            name = self.policy["packs"][name].get("extends")
        found: dict[str, Any] = {}
        for link in chain:
            for rule in link.get("rules", []):
                if law in rule["for"]:
                    found.update(rule)
        return found

    def field(self, pack: str, name: str) -> Any:
        while True:
            body = self.policy["packs"][pack]
            if name in body:
                return body[name]
            if "extends" not in body:
                return None
            pack = body["extends"]

    # ── Notices ──

    def text(self, ref: str | None) -> dict[str, Any] | None:
        """What one version of a notice covers, or None where the text is not known."""
        if ref is None or "@" not in ref:
            return None
        name, _, version = ref.partition("@")
        notice = self.policy["notices"].get(name)
        if notice is None or not version.isdigit() or int(version) not in notice["versions"]:
            return None
        text = {key: value for key, value in notice.items() if key != "versions"}
        for number in sorted(notice["versions"]):
            if number <= int(version):
                text.update(notice["versions"][number])
                text["published"] = notice["versions"][number].get("published")
                text["supersedes"] = notice["versions"][number].get("supersedes")
        return text

    def versions(self, name: str) -> list[int]:
        return sorted(self.policy["notices"].get(name, {"versions": {}})["versions"])

    def published_at(self, ref: str, events: list[dict[str, Any]]) -> datetime | None:
        """When a version came out: by the file, or, if that holds a draft, by an event that is seen."""
        text = self.text(ref)
        if text is None:
            return None
        if text["published"] is not None:
            return instant(text["published"])
        return min((e["at"] for e in events if e["event"] == "notice_published" and e["notice"] == ref), default=None)

    def is_published(self, ref: str, when: datetime, events: list[dict[str, Any]]) -> bool:
        out = self.published_at(ref, events)
        return out is not None and out <= when

    def later_texts(self, ref: str, when: datetime, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The later versions of a notice that are published by a moment."""
        name, _, version = ref.partition("@")
        found = []
        for number in self.versions(name):
            if number > int(version) and self.is_published(f"{name}@{number}", when, events):
                text = self.text(f"{name}@{number}")
                assert text is not None
                found.append(text)
        return found

    def newest_notice(self, purpose: str, when: datetime, events: list[dict[str, Any]]) -> str | None:
        name = self.policy["purposes"][purpose].get("notice")
        out = [n for n in self.versions(name) if self.is_published(f"{name}@{n}", when, events)] if name else []
        return f"{name}@{out[-1]}" if out else None


def covers(text: Mapping[str, Any], controller: str, purpose: str, channel: str) -> bool:
    return controller in text["controllers"] and purpose in text["purposes"] and channel in text["channels"]
