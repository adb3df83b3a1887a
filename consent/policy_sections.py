"""Reading a policy, section by section: from the mapping in the file to frozen values."""

from collections.abc import Collection

from consent.controllers import read_controller
from consent.errors import PolicyError
from consent.notices import read_notice
from consent.packs import read_packs
from consent.policy_model import (
    Basis,
    Channel,
    ContentRule,
    MessageLimit,
    Policy,
    Purpose,
    QuietHours,
    Recipient,
    Signal,
    Suppression,
    read_parameters,
)
from consent.policy_node import Node
from consent.vocabulary import (
    STATUTORY_EXCEPTION,
    STATUTORY_EXCEPTIONS,
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

_BASES = {basis.value: basis for basis in LawfulBasis if basis is not LawfulBasis.NOT_REQUIRED}


def read_policy(node: Node) -> Policy:
    """Read all sections of a policy; raise `PolicyError` naming the place. References are not checked here."""
    channels = {name: _channel(name, child) for name, child in node.nodes("channels").items()}
    classes = frozenset(channel.channel_class for channel in channels.values())
    bases = {basis.id: basis for basis in map(_basis, *_named(node, "bases"))}
    policy = Policy(
        version=_version(node),
        controllers={name: read_controller(name, child) for name, child in node.nodes("controllers").items()},
        parameters=read_parameters(node.node("parameters")),
        channels=channels,
        quiet_hours=_quiet_hours(node.node("quiet_hours")) if node.has("quiet_hours") else None,
        bases=bases,
        purposes={name: _purpose(name, child, bases) for name, child in node.nodes("purposes").items()},
        content={rule.flag: rule for rule in map(_content_rule, *_named(node, "content"))},
        notices={name: read_notice(name, child) for name, child in node.nodes("notices").items()},
        suppressions={entry.id: entry for entry in map(_suppression, *_named(node, "suppressions"))},
        signals={name: _signal(name, child) for name, child in node.nodes("signals").items()},
        packs=read_packs(node.nodes("packs"), classes),
        recipients={name: _recipient(name, child) for name, child in node.nodes("recipients").items()},
    )
    node.finish()
    return policy


def _named(node: Node, section: str) -> tuple[list[str], list[Node]]:
    children = node.nodes(section)
    return list(children), list(children.values())


def _version(node: Node) -> str:
    value = node.take("version")
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise PolicyError("version: neither a name nor a number")
    return str(value)


def _channel(name: str, node: Node) -> Channel:
    channel_class = node.choice("class", ChannelClass)
    kind = node.text("identifier")
    try:
        identifier = None if kind == "none" else IdentifierKind(kind)
    except ValueError:
        raise PolicyError(f"{node.at('identifier')}: no such kind of contact point") from None
    node.finish()
    return Channel(id=name, channel_class=channel_class, identifier=identifier)


def _quiet_hours(node: Node) -> QuietHours:
    quiet = QuietHours(channels=node.names("channels"), start=node.clock_time("from"), end=node.clock_time("to"))
    node.finish()
    return quiet


def _basis(name: str, node: Node) -> Basis:
    if name not in _BASES:
        raise PolicyError(f"{node.place}: no such basis")
    basis = Basis(id=_BASES[name], cite=node.text("cite"), obligations=node.choices("obligations", Obligation))
    node.finish()
    return basis


def _purpose(name: str, node: Node, known: Collection[LawfulBasis]) -> Purpose:
    becomes = {
        flag: node.text(flag)
        for flag in (ContentFlag.CONTAINS_ADVERTISING, ContentFlag.RATING_REQUEST)
        if node.has(flag)
    }
    answers = node.text_or_none("answers")
    if answers not in (None, "inquiry"):
        raise PolicyError(f"{node.at('answers')}: only `inquiry` is known")
    titles = node.text_by_language("title")
    purpose = Purpose(
        id=name,
        title=next(iter(titles.values())),
        titles=titles,
        purpose_class=node.choice("class", PurposeClass),
        bases=_permitted_bases(node, known),
        notice=node.text_or_none("notice"),
        topics=node.names("topics"),
        parent=node.text_or_none("parent"),
        proof=node.choice_or_none("proof", Proof),
        special_category=node.flag_or_none("special_category") or False,
        answers_inquiry=answers is not None,
        obligations=node.choices("obligations", Obligation),
        max_messages=_message_limit(node.node("max_messages")) if node.has("max_messages") else None,
        becomes=becomes,
    )
    node.finish()
    if becomes and not purpose.is_service:
        raise PolicyError(f"{node.at(next(iter(becomes)))}: only a service can become something else")
    return purpose


def _permitted_bases(node: Node, known: Collection[LawfulBasis]) -> frozenset[LawfulBasis]:
    names = node.names("bases")
    if not names:
        raise PolicyError(f"{node.at('bases')}: missing")
    permitted: set[LawfulBasis] = set()
    for name in names:
        if name == STATUTORY_EXCEPTION:
            permitted |= STATUTORY_EXCEPTIONS.intersection(known)
        elif name in _BASES:
            permitted.add(_BASES[name])
        else:
            raise PolicyError(f"{node.at('bases')}: {name} is no basis")
    return frozenset(permitted)


def _message_limit(node: Node) -> MessageLimit:
    limit = MessageLimit(count=node.count("count"), days=node.count("days"))
    node.finish()
    if not limit.count or not limit.days:
        raise PolicyError(f"{node.place}: count and days must be at least 1")
    return limit


def _content_rule(name: str, node: Node) -> ContentRule:
    try:
        flag = ContentFlag(name)
    except ValueError:
        raise PolicyError(f"{node.place}: no such content flag") from None
    if flag is ContentFlag.SPECIAL_CATEGORY:
        raise PolicyError(f"{node.place}: GDPR Art. 9 says what it needs")
    needs = node.node("needs")
    rule = ContentRule(
        flag=flag,
        channels=node.names("channels"),
        purpose=needs.text("purpose"),
        channel=needs.text("channel"),
        otherwise=node.choice("otherwise", Obligation),
    )
    needs.finish()
    node.finish()
    return rule


def _suppression(name: str, node: Node) -> Suppression:
    try:
        block_list = BlockList(name)
    except ValueError:
        raise PolicyError(f"{node.place}: no reason code suppressed.{name}") from None
    suppression = Suppression(
        id=block_list,
        reach=node.choice("reach", Reach),
        yields_to=node.choice("yields_to", YieldsTo),
        channels=node.names("channels"),
        cite=node.text_or_none("cite"),
    )
    node.finish()
    return suppression


def _signal(name: str, node: Node) -> Signal:
    acts_as = node.choice("acts_as", SignalEffect)
    reason = None
    if acts_as is SignalEffect.OPT_OUT:
        try:
            reason = Reason(f"signal.{name}")
        except ValueError:
            raise PolicyError(f"{node.place}: no reason code signal.{name}") from None
    signal = Signal(
        id=name,
        acts_as=acts_as,
        purposes=node.names("purposes"),
        channels=node.names("channels"),
        cite=node.text_or_none("cite"),
        reason=reason,
    )
    node.finish()
    return signal


def _recipient(name: str, node: Node) -> Recipient:
    recipient = Recipient(
        id=name,
        title=node.text("title"),
        purposes=node.names("purposes"),
        domain=node.text("domain"),
    )
    node.finish()
    return recipient
