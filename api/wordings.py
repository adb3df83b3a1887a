"""What the names of the policy are called where people read them: purposes by their titles, channels in plain words."""

from collections.abc import Iterable, Mapping
from typing import Final

from api.i18n import language_of, translations
from consent.policy import Policy
from consent.withdrawal_scope import WithdrawalScope

# The channels of the rule book. A policy may have others, which go by their ids.
CHANNELS: Final[Mapping[str, str]] = {
    "email": "e-mail",
    "messenger": "messenger",
    "social_dm": "direct message",
    "push": "push message",
    "in_app": "message in the app",
    "sms": "SMS",
    "phone_live": "telephone",
    "phone_auto": "automatic call",
    "fax": "fax",
    "post": "post",
    "device_access": "access to the device",
    "tracking_pixel": "measuring in mails",
    "data_use": "use of data",
}


def titles_of(policy: Policy, purposes: Iterable[str], language: str) -> list[str]:
    """Return the names of purposes in a language; one that the policy has no more goes by its id."""
    known = policy.purposes
    return [known[name].title_in(language) if name in known else name for name in purposes]


def channel_names(channels: Iterable[str], catalogue: str) -> str:
    """Return channels as a list in words."""
    gettext = translations(catalogue).gettext
    return ", ".join(gettext(CHANNELS[name]) if name in CHANNELS else name for name in channels)


def scope_lines(scope: WithdrawalScope, policy: Policy, catalogue: str) -> list[str]:
    """Return what a no ends, a line for each purpose; what it leaves out means all."""
    named = titles_of(policy, scope.purposes, language_of(catalogue)) or [translations(catalogue).gettext("Everything")]
    about = named if scope.topic is None else [f"{line}: {scope.topic}" for line in named]
    return [f"{line} ({channel_names(scope.channels, catalogue)})" for line in about] if scope.channels else about
