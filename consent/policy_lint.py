"""What makes a policy sound beyond its form: every name it uses exists, and nothing goes round in a circle."""

from collections.abc import Collection, Iterable

from consent.errors import PolicyError
from consent.notices import Notice
from consent.policy_model import Policy, Purpose
from consent.vocabulary import LawfulBasis


def lint(policy: Policy) -> Policy:
    """Return the policy if it is sound, else raise `PolicyError` naming the first place that is not."""
    for section in ("controllers", "channels", "bases", "purposes"):
        if not getattr(policy, section):
            raise PolicyError(f"{section}: missing")
    for purpose in policy.purposes.values():
        _lint_purpose(policy, purpose)
    for purpose in policy.purposes.values():
        _lint_parents(policy, purpose)
    for notice in policy.notices.values():
        _lint_notice(policy, notice)
    _lint_scopes(policy)
    _lint_packs(policy)
    return policy


def _exist(place: str, names: Iterable[str | None], known: Collection[str], what: str) -> None:
    for name in names:
        if name is not None and name not in known:
            raise PolicyError(f"{place}: no such {what}: {name}")


def _lint_purpose(policy: Policy, purpose: Purpose) -> None:
    place = f"purposes.{purpose.id}"
    _exist(f"{place}.notice", [purpose.notice], policy.notices, "notice")
    _exist(f"{place}.parent", [purpose.parent], policy.purposes, "purpose")
    _exist(f"{place}.bases", sorted(purpose.bases), policy.bases, "basis")
    if LawfulBasis.CONSENT in purpose.bases and purpose.notice is None:
        raise PolicyError(f"{place}.notice: missing, consent needs a text")
    for flag, target in purpose.becomes.items():
        _exist(f"{place}.{flag}", [target], policy.purposes, "purpose")
        if policy.purposes[target].is_service:
            raise PolicyError(f"{place}.{flag}: must be direct marketing")


def _lint_parents(policy: Policy, purpose: Purpose) -> None:
    chain = [purpose.id]
    while (above := policy.purposes[chain[-1]].parent) is not None:
        if above in chain:
            circle = chain[chain.index(above) :]
            raise PolicyError(f"purposes.{above}.parent: goes round in a circle: {' > '.join([*circle, above])}")
        chain.append(above)


def _lint_notice(policy: Policy, notice: Notice) -> None:
    for version in notice.versions:
        place = f"notices.{notice.id}.versions.{version.number}"
        _exist(f"{place}.purposes", version.purposes, policy.purposes, "purpose")
        _exist(f"{place}.channels", version.channels, policy.channels, "channel")
        _exist(f"{place}.controllers", version.controllers, policy.controllers, "controller")
        for name in ("purposes", "channels", "controllers"):
            if not getattr(version, name):
                raise PolicyError(f"{place}.{name}: covers nothing")
        if policy.recipients:
            _exist(f"{place}.recipients", version.recipients, policy.recipients, "recipient")


def _lint_scopes(policy: Policy) -> None:
    if policy.quiet_hours is not None:
        _exist("quiet_hours.channels", policy.quiet_hours.channels, policy.channels, "channel")
    for flag, rule in policy.content.items():
        place = f"content.{flag}"
        _exist(f"{place}.channels", rule.channels, policy.channels, "channel")
        _exist(f"{place}.needs.purpose", [rule.purpose], policy.purposes, "purpose")
        _exist(f"{place}.needs.channel", [rule.channel], policy.channels, "channel")
    for suppression in policy.suppressions.values():
        _exist(f"suppressions.{suppression.id}.channels", suppression.channels, policy.channels, "channel")
    for signal in policy.signals.values():
        _exist(f"signals.{signal.id}.purposes", signal.purposes, policy.purposes, "purpose")
        _exist(f"signals.{signal.id}.channels", signal.channels, policy.channels, "channel")
    for recipient in policy.recipients.values():
        _exist(f"recipients.{recipient.id}.purposes", recipient.purposes, policy.purposes, "purpose")


def _lint_packs(policy: Policy) -> None:
    for pack in policy.packs.values():
        for channel_class, rule in pack.rules.items():
            place = f"packs.{pack.id}.rules.{channel_class}"
            _exist(f"{place}.bases", rule.bases, policy.bases, "basis")
            _exist(f"{place}.business", rule.business or (), policy.bases, "basis")
