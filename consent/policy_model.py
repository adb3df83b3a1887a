"""The policy: everything a decision depends on, apart from the history of a data subject."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from functools import cached_property

from consent.controllers import Controller
from consent.errors import PolicyError
from consent.notices import Notice, NoticeVersion
from consent.packs import UNKNOWN, Pack
from consent.policy_node import Node
from consent.vocabulary import (
    BlockList,
    ChannelClass,
    ContentFlag,
    IdentifierKind,
    LawfulBasis,
    Obligation,
    Proof,
    PurposeClass,
    Reach,
    Reason,
    SignalEffect,
    YieldsTo,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The periods and switches of the rule book: days and months as their names say."""

    doi_ttl_days: int
    first_use_months: int
    dormancy_months: int
    reask_months: int
    country_move_months: int
    reply_days: int
    hard_bounces: int
    free_account_counts_as_sale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach a person; `identifier` None: it has no contact point."""

    id: str
    channel_class: ChannelClass
    identifier: IdentifierKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The local time from `start` (included) to `end` (excluded), over midnight, on some channels."""

    channels: tuple[str, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A lawful basis with its source and the obligations it brings."""

    id: LawfulBasis
    cite: str
    obligations: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLimit:
    """At most `count` uses within the last `days`, on any channel."""

    count: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What data is used for.

    `titles` holds its name by language; `bases` are those permitted; `becomes` says as what a service with
    a content flag is judged; `answers_inquiry` opens it only to a person who asked.
    """

    id: str
    title: str
    purpose_class: PurposeClass
    bases: frozenset[LawfulBasis]
    notice: str | None = None
    topics: tuple[str, ...] = ()
    parent: str | None = None
    proof: Proof | None = None
    special_category: bool = False
    answers_inquiry: bool = False
    obligations: tuple[Obligation, ...] = ()
    max_messages: MessageLimit | None = None
    becomes: Mapping[ContentFlag, str]
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_in(self, language: str) -> str:
        """Return the name of the purpose in a language, or else in the first that it has one in."""
        return self.titles.get(language, self.title)

    @property
    def is_service(self) -> bool:
        """Say whether this is a service; everything else is direct marketing (GDPR Art. 21(2))."""
        return self.purpose_class.is_service


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRule:
    """What a content flag on some channels needs, and the obligation that follows where that is denied."""

    flag: ContentFlag
    channels: tuple[str, ...]
    purpose: str
    channel: str
    otherwise: Obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A block list: what it stops, what it yields to, and the channels if an entry names none."""

    id: BlockList
    reach: Reach
    yields_to: YieldsTo
    channels: tuple[str, ...] = ()
    cite: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a machine or a free text says for the person, and its scope where the event names none.

    `reason` is that of a denial by a signal that acts as an opt-out of its own.
    """

    id: str
    acts_as: SignalEffect
    purposes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cite: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A system that may receive data, for some purposes, under pseudonyms of its own domain."""

    id: str
    title: str
    purposes: tuple[str, ...]
    domain: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One published policy. Mappings keep the order of the file; `bases` is the order of trying."""

    version: str
    controllers: Mapping[str, Controller]
    parameters: Parameters
    channels: Mapping[str, Channel]
    quiet_hours: QuietHours | None
    bases: Mapping[LawfulBasis, Basis]
    purposes: Mapping[str, Purpose]
    content: Mapping[ContentFlag, ContentRule]
    notices: Mapping[str, Notice]
    suppressions: Mapping[BlockList, Suppression]
    signals: Mapping[str, Signal]
    packs: Mapping[str, Pack]
    recipients: Mapping[str, Recipient]

    @cached_property
    def notice_versions(self) -> Mapping[str, NoticeVersion]:
        """Return every version of every notice by its name, such as `news@2`."""
        return {version.ref: version for notice in self.notices.values() for version in notice.versions}

    def pack_for(self, country: str | None, region: str | None) -> Pack:
        """Return the rules of a country-region, else of the country, else the strictest."""
        for name in (f"{country}-{region}", country):
            if name is not None and name in self.packs:
                return self.packs[name]
        return self.packs[UNKNOWN]

    def with_parameters(self, **overrides: object) -> "Policy":
        """Return the policy with single parameters replaced; raise `PolicyError` for one it does not know."""
        values = {entry.name: getattr(self.parameters, entry.name) for entry in fields(Parameters)}
        for name in overrides:
            if name not in values:
                raise PolicyError(f"parameters.{name}: no such key")
        return replace(self, parameters=read_parameters(Node("parameters", {**values, **overrides})))


def read_parameters(node: Node) -> Parameters:
    """Read the parameters; raise `PolicyError` naming the one that is missing, unknown or malformed."""
    parameters = Parameters(
        doi_ttl_days=node.count("doi_ttl_days"),
        first_use_months=node.count("first_use_months"),
        dormancy_months=node.count("dormancy_months"),
        reask_months=node.count("reask_months"),
        country_move_months=node.count("country_move_months"),
        reply_days=node.count("reply_days"),
        hard_bounces=node.count("hard_bounces"),
        free_account_counts_as_sale=node.flag("free_account_counts_as_sale"),
    )
    node.finish()
    return parameters
