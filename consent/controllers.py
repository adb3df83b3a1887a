"""Controllers: who answers for data, where they sit, and how a person reaches them."""

import re
from dataclasses import dataclass
from typing import Final

from consent.errors import InvalidIdentifier, PolicyError
from consent.identifiers import GivenIdentifier, normalise
from consent.policy_node import Node
from consent.vocabulary import FormOfAddress

_COUNTRY: Final = re.compile("[A-Z]{2}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MEANT: Final = {"email": "an e-mail address", "phone": "a telephone number with country code"}
_ADDRESS: Final = re.compile(r"https://[^\s/]+\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who decides on purposes; `time_zone` counts for quiet hours and legal periods.

    What stands besides goes into receipts: `country` (ISO 3166) where it is established, `stores_in` the countries
    where it keeps data, `privacy_policy` an address on the web, `authority` the name of the supervisory authority.
    `language` (RFC 5646) and `form_of_address` are those of letters to people who chose none.
    """

    id: str
    name: str
    address: str
    time_zone: str
    country: str | None = None
    email: str | None = None
    phone: str | None = None
    privacy_policy: str | None = None
    stores_in: tuple[str, ...] = ()
    authority: str | None = None
    language: str | None = None
    form_of_address: FormOfAddress = FormOfAddress.NEUTRAL


def read_controller(name: str, node: Node) -> Controller:
    """Read a controller; raise `PolicyError` naming the place."""
    controller = Controller(
        id=name,
        name=node.text("name"),
        address=node.text("address"),
        time_zone=node.time_zone("time_zone"),
        country=_country(node),
        email=_contact(node, "email"),
        phone=_contact(node, "phone"),
        privacy_policy=_web_address(node, "privacy_policy"),
        stores_in=_countries(node, "stores_in"),
        authority=node.text_or_none("authority"),
        language=_language(node),
        form_of_address=node.choice_or_none("form_of_address", FormOfAddress) or FormOfAddress.NEUTRAL,
    )
    node.finish()
    return controller


def _country(node: Node) -> str | None:
    name = node.text_or_none("country")
    if name is not None and not _COUNTRY.fullmatch(name):
        raise PolicyError(f"{node.at('country')}: not a country (ISO 3166)")
    return name


def _language(node: Node) -> str | None:
    tag = node.text_or_none("language")
    if tag is not None and not _LANGUAGE.fullmatch(tag):
        raise PolicyError(f"{node.at('language')}: not a language tag (RFC 5646)")
    return tag


def _countries(node: Node, key: str) -> tuple[str, ...]:
    names = node.names(key)
    if not all(map(_COUNTRY.fullmatch, names)):
        raise PolicyError(f"{node.at(key)}: not countries (ISO 3166)")
    return names


def _contact(node: Node, kind: str) -> str | None:
    value = node.text_or_none(kind)
    if value is None:
        return None
    try:
        return normalise(GivenIdentifier(kind, value), region=None).value
    except InvalidIdentifier:
        raise PolicyError(f"{node.at(kind)}: not {_MEANT[kind]}") from None


def _web_address(node: Node, key: str) -> str | None:
    value = node.text_or_none(key)
    if value is not None and not _ADDRESS.fullmatch(value):
        raise PolicyError(f"{node.at(key)}: not an https address")
    return value
