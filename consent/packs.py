"""Rule packs: what the law of a country offers and demands, by the class of the channel."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from consent.errors import PolicyError
from consent.policy_node import Node
from consent.vocabulary import ChannelClass, LawfulBasis, Obligation, Proof, PurposeClass, SubjectKind

UNKNOWN = "unknown"
"""The pack of a country that is unknown or has none of its own: the strictest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """What one country says of one class of channels; `id` is such as `DE.electronic_mail`.

    `business`, where present, replaces `bases` for business subjects; `opt_in_below` gives, by class of
    purpose, the age under which opting out is not enough.
    """

    id: str
    cite: str
    bases: tuple[LawfulBasis, ...]
    proof: Proof
    business: tuple[LawfulBasis, ...] | None = None
    verified: bool = False
    dormancy: bool = False
    proof_years: int | None = None
    obligations: tuple[Obligation, ...] = ()
    opt_in_below: Mapping[PurposeClass, int] | None = None

    def offers(self, kind: SubjectKind) -> tuple[LawfulBasis, ...]:
        """Return the bases that are open towards a consumer or a business."""
        if kind is SubjectKind.BUSINESS and self.business is not None:
            return self.business
        return self.bases


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeOfConsent:
    """The age from which a child consents alone, and the one at which a guardian's consent lapses."""

    years: int
    cite: str
    guardian_until: int | None = None

    @property
    def lapses_at(self) -> int:
        """Return the age at which consent authorised by a guardian lapses."""
        return self.years if self.guardian_until is None else self.guardian_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpliedPeriods:
    """How long a purchase and an inquiry imply consent, in calendar months."""

    purchase_months: int
    inquiry_months: int
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The rules of one country (or country-region), with all that it inherits."""

    id: str
    title: str
    age_of_consent: AgeOfConsent
    implied: ImpliedPeriods | None
    rules: Mapping[ChannelClass, PackRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A pack as it is written: only what it names itself."""

    extends: str | None
    abstract: bool
    title: str | None
    age_of_consent: AgeOfConsent | None
    implied: ImpliedPeriods | None
    rules: Mapping[ChannelClass, "_RuleDraft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleDraft:
    """A rule as it is written; None is a field it does not name."""

    cite: str | None = None
    bases: tuple[LawfulBasis, ...] | None = None
    business: tuple[LawfulBasis, ...] | None = None
    proof: Proof | None = None
    verified: bool | None = None
    dormancy: bool | None = None
    proof_years: int | None = None
    obligations: tuple[Obligation, ...] | None = None
    opt_in_below: Mapping[PurposeClass, int] | None = None

    def over(self, base: "_RuleDraft") -> "_RuleDraft":
        """Return `base` with every field replaced that is named here."""
        named = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return replace(base, **{name: value for name, value in named.items() if value is not None})


def read_packs(nodes: Mapping[str, Node], classes: frozenset[ChannelClass]) -> dict[str, Pack]:
    """Return the packs of all countries, each with what it inherits, class by class and field by field.

    Every pack must in the end have an age of consent, and a rule with bases, proof and citation for each
    of `classes`. Raises `PolicyError` naming the place. Abstract packs are no countries and left out.
    """
    drafts = {name: _read_draft(node) for name, node in nodes.items()}
    if UNKNOWN not in drafts or drafts[UNKNOWN].abstract:
        raise PolicyError(f"packs.{UNKNOWN}: missing")
    return {
        name: _finished(name, _inherited(name, drafts), classes)
        for name, draft in drafts.items()
        if _chain(name, drafts) and not draft.abstract
    }


def _chain(name: str, drafts: Mapping[str, _Draft]) -> list[_Draft]:
    """Return the pack and those it extends, the most general first."""
    names = [name]
    while (above := drafts[names[-1]].extends) is not None:
        place = f"packs.{names[-1]}.extends"
        if above not in drafts:
            raise PolicyError(f"{place}: no such pack: {above}")
        if above in names:
            circle = names[names.index(above) :]
            raise PolicyError(f"{place}: goes round in a circle: {' > '.join([*circle, above])}")
        names.append(above)
    return [drafts[each] for each in reversed(names)]


def _inherited(name: str, drafts: Mapping[str, _Draft]) -> _Draft:
    chain = _chain(name, drafts)
    whole = chain[0]
    for draft in chain[1:]:
        rules = dict(whole.rules)
        for channel_class, rule in draft.rules.items():
            rules[channel_class] = rule.over(rules.get(channel_class, _RuleDraft()))
        whole = replace(
            draft,
            title=draft.title,
            age_of_consent=draft.age_of_consent or whole.age_of_consent,
            implied=draft.implied or whole.implied,
            rules=rules,
        )
    return whole


def _finished(name: str, draft: _Draft, classes: frozenset[ChannelClass]) -> Pack:
    if draft.age_of_consent is None:
        raise PolicyError(f"packs.{name}.age_of_consent: missing")
    for channel_class in sorted(classes - draft.rules.keys()):
        raise PolicyError(f"packs.{name}.rules: no rule for {channel_class}")
    rules = {channel_class: _finished_rule(name, channel_class, rule) for channel_class, rule in draft.rules.items()}
    if draft.implied is None:
        for channel_class, rule in rules.items():
            if LawfulBasis.IMPLIED_CONSENT in (*rule.bases, *(rule.business or ())):
                raise PolicyError(f"packs.{name}.implied: missing, {channel_class} offers implied_consent")
    return Pack(
        id=name,
        title=draft.title or name,
        age_of_consent=draft.age_of_consent,
        implied=draft.implied,
        rules=rules,
    )


def _finished_rule(name: str, channel_class: ChannelClass, draft: _RuleDraft) -> PackRule:
    place = f"packs.{name}.rules.{channel_class}"
    if draft.cite is None:
        raise PolicyError(f"{place}.cite: missing")
    if draft.bases is None:
        raise PolicyError(f"{place}.bases: missing")
    if draft.proof is None:
        raise PolicyError(f"{place}.proof: missing")
    return PackRule(
        id=f"{name}.{channel_class}",
        cite=draft.cite,
        bases=draft.bases,
        business=draft.business,
        proof=draft.proof,
        verified=bool(draft.verified),
        dormancy=bool(draft.dormancy),
        proof_years=draft.proof_years,
        obligations=draft.obligations or (),
        opt_in_below=draft.opt_in_below,
    )


def _read_draft(node: Node) -> _Draft:
    rules: dict[ChannelClass, _RuleDraft] = {}
    for item in node.items("rules"):
        classes = item.choices("for", ChannelClass)
        if not classes:
            raise PolicyError(f"{item.at('for')}: missing")
        rule = _read_rule(item)
        for channel_class in classes:
            if channel_class in rules:
                raise PolicyError(f"{item.at('for')}: a second rule for {channel_class}")
            rules[channel_class] = rule
    draft = _Draft(
        extends=node.text_or_none("extends"),
        abstract=node.flag_or_none("abstract") or False,
        title=node.text_or_none("title"),
        age_of_consent=_read_age(node.node("age_of_consent")) if node.has("age_of_consent") else None,
        implied=_read_implied(node.node("implied")) if node.has("implied") else None,
        rules=rules,
    )
    node.finish()
    return draft


def _read_rule(node: Node) -> _RuleDraft:
    rule = _RuleDraft(
        cite=node.text_or_none("cite"),
        bases=node.choices("bases", LawfulBasis) if node.has("bases") else None,
        business=node.choices("business", LawfulBasis) if node.has("business") else None,
        proof=node.choice_or_none("proof", Proof),
        verified=node.flag_or_none("verified"),
        dormancy=node.flag_or_none("dormancy"),
        proof_years=node.count_or_none("proof_years"),
        obligations=node.choices("obligations", Obligation) if node.has("obligations") else None,
        opt_in_below=_read_ages(node.node("opt_in_below")) if node.has("opt_in_below") else None,
    )
    node.finish()
    return rule


def _read_ages(node: Node) -> dict[PurposeClass, int]:
    ages: dict[PurposeClass, int] = {}
    for name in node.keys():  # noqa: SIM118 - a Node is no mapping
        try:
            ages[PurposeClass(name)] = node.count(name)
        except ValueError:
            raise PolicyError(f"{node.at(name)}: no such class of purposes") from None
    return ages


def _read_age(node: Node) -> AgeOfConsent:
    age = AgeOfConsent(
        years=node.count("years"),
        cite=node.text("cite"),
        guardian_until=node.count_or_none("guardian_until"),
    )
    node.finish()
    return age


def _read_implied(node: Node) -> ImpliedPeriods:
    implied = ImpliedPeriods(
        purchase_months=node.count("purchase_months"),
        inquiry_months=node.count("inquiry_months"),
        cite=node.text("cite"),
    )
    node.finish()
    return implied
