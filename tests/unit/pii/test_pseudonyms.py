"""Pseudonyms: stable inside a domain, unlinkable between domains, recognised, never forged by accident."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii.canonical import canonical
from pii.detection_errors import ForgedToken
from pii.pseudonyms import PseudonymKeys, rekey, rekey_text, restore
from pii.spans import SpanKind
from pii.tokens import TOKEN, parts_of

SECRET, OTHER_SECRET = bytes(range(32)), bytes(range(1, 33))


def keys(secret: bytes = SECRET, *, group: str = "g", domain: str = "intake", version: int = 1) -> PseudonymKeys:
    return PseudonymKeys(secret, group=group, domain=domain, version=version)


INTAKE = keys()
CRM = keys(domain="crm")
SHOP = keys(domain="shop")
TOKEN_OF_LEA = INTAKE.token(SpanKind.PERSON, "lea moor")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        pytest.param(SpanKind.EMAIL, "lea@web.de", "lea@web.de", id="the same value in two posts"),
        pytest.param(SpanKind.EMAIL, "Lea@Web.de", "lea@web.de", id="capitals of an address"),
        pytest.param(SpanKind.PHONE, "0171/1234567", "+49 171 1234567", id="national and international"),
        pytest.param(SpanKind.PHONE, "0171/1234567", "0049171 1234567", id="with two zeros"),
    ],
)
def test_the_same_value_gets_the_same_token(kind: SpanKind, one: str, other: str) -> None:
    assert INTAKE.token(kind, canonical(kind, one)) == INTAKE.token(kind, canonical(kind, other))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(CRM, id="another recipient"),
        pytest.param(keys(group="h"), id="another group"),
        pytest.param(keys(version=2), id="another key version"),
        pytest.param(keys(OTHER_SECRET), id="another secret"),
    ],
)
def test_another_domain_gives_another_token_with_nothing_in_common(other: PseudonymKeys) -> None:
    for name in ("lea moor", "ida kern", "paul"):
        one, two = (parts_of(made.token(SpanKind.PERSON, name)) for made in (INTAKE, other))
        assert one is not None
        assert two is not None
        assert one.body[:4] != two.body[:4]


def test_the_same_words_as_name_and_place_get_two_tokens() -> None:
    person, place = (parts_of(INTAKE.token(kind, "paris")) for kind in (SpanKind.PERSON, SpanKind.LOCATION))
    assert person is not None
    assert place is not None
    assert person.body != place.body


def test_a_token_is_pinned() -> None:
    assert TOKEN_OF_LEA == "[[PERSON:k1:PXNNWMRUIRECSYIHPLQ4VQRORU:GB]]"


def test_no_two_values_share_a_token() -> None:
    random_values = random.Random(7)
    tokens = {INTAKE.token(SpanKind.PHONE, f"+49{random_values.getrandbits(64)}") for _ in range(100_000)}
    assert len(tokens) == 100_000
    assert all(map(TOKEN.fullmatch, tokens))


@pytest.mark.parametrize("kind", list(SpanKind))
def test_every_kind_has_a_token_that_its_keys_own(kind: SpanKind) -> None:
    parts = INTAKE.verify(INTAKE.token(kind, "value"))
    assert (parts.kind, parts.version) == (kind, 1)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(CRM, id="another recipient's"),
        pytest.param(keys(group="h"), id="another group's"),
        pytest.param(keys(version=2), id="of another key version"),
    ],
)
def test_foreign_tokens_are_refused(other: PseudonymKeys) -> None:
    with pytest.raises(ForgedToken):
        other.verify(TOKEN_OF_LEA)
    assert not other.owns(TOKEN_OF_LEA)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param("Lea Moor", id="a name"),
        pytest.param(f"x{TOKEN_OF_LEA}", id="more than a token"),
        pytest.param(TOKEN_OF_LEA.lower(), id="small letters"),
        pytest.param(TOKEN_OF_LEA.replace("PERSON", "NOBODY"), id="an unknown kind"),
        pytest.param(TOKEN_OF_LEA.replace("PERSON", "PHONE"), id="a kind that was exchanged"),
        pytest.param(TOKEN_OF_LEA.replace("k1", "k0"), id="a version before the first"),
        pytest.param("[[PERSON:k1:AAAAAAAAAAAAAAAAAAAAAAAAAA:AA]]", id="invented"),
    ],
)
def test_what_only_looks_like_a_token_is_refused(token: str) -> None:
    with pytest.raises(ForgedToken):
        INTAKE.verify(token)


def altered_tokens() -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    body = range(TOKEN_OF_LEA.index(":k1:") + 4, len(TOKEN_OF_LEA) - 2)
    places = [at for at in body if TOKEN_OF_LEA[at] != ":"]
    return [
        TOKEN_OF_LEA[:at] + letter + TOKEN_OF_LEA[at + 1 :]
        for at, letter in product(places, letters)
        if TOKEN_OF_LEA[at] != letter
    ]


def test_one_flipped_character_never_gives_a_value() -> None:
    values = {TOKEN_OF_LEA: "Lea Moor"}
    for token in altered_tokens():
        assert restore(f"an {token}.", INTAKE, values.get) == f"an {token}."


def test_check_characters_notice_nearly_every_flipped_character() -> None:
    # Two characters of base32 let one alteration in 1024 pass; there are about 870 here.
    assert sum(INTAKE.owns(token) for token in altered_tokens()) <= 5


def test_a_recipients_token_comes_from_the_intakes_token() -> None:
    rekeyed = rekey(TOKEN_OF_LEA, INTAKE, CRM)
    assert rekeyed == rekey(TOKEN_OF_LEA, INTAKE, CRM)
    assert CRM.verify(rekeyed).kind is SpanKind.PERSON


def test_two_recipients_have_nothing_in_common() -> None:
    tokens = [INTAKE.token(SpanKind.EMAIL, f"{number}@web.de") for number in range(1000)]
    for_crm, for_shop = (
        {parts.body for parts in map(parts_of, made) if parts}
        for made in (
            [rekey(token, INTAKE, CRM) for token in tokens],
            [rekey(token, INTAKE, SHOP) for token in tokens],
        )
    )
    assert len(for_crm) == len(for_shop) == 1000
    assert not for_crm & for_shop


def test_a_recipient_who_knows_a_value_cannot_make_its_token() -> None:
    assert CRM.token(SpanKind.PERSON, "lea moor") != rekey(TOKEN_OF_LEA, INTAKE, CRM)
    assert CRM.token(SpanKind.PERSON, TOKEN_OF_LEA) != rekey(TOKEN_OF_LEA, INTAKE, CRM)


def test_a_forged_token_is_not_rekeyed() -> None:
    with pytest.raises(ForgedToken):
        rekey_text("Hallo [[PERSON:k1:AAAAAAAAAAAAAAAAAAAAAAAAAA:AA]]!", INTAKE, CRM)


def test_a_text_is_rekeyed_token_by_token() -> None:
    text = f"{TOKEN_OF_LEA} und {TOKEN_OF_LEA}, 😀"
    made = rekey(TOKEN_OF_LEA, INTAKE, CRM)
    assert rekey_text(text, INTAKE, CRM) == f"{made} und {made}, 😀"


def test_values_come_back_after_the_text_was_edited() -> None:
    mail = INTAKE.token(SpanKind.EMAIL, "lea@web.de")
    values = {TOKEN_OF_LEA: "Lea Moor", mail: "lea@web.de"}
    edited = f"Neu davor. {mail}! Und dann:\r\n{TOKEN_OF_LEA}s Gerät, {TOKEN_OF_LEA}"
    assert restore(edited, INTAKE, values.get) == "Neu davor. lea@web.de! Und dann:\r\nLea Moors Gerät, Lea Moor"


def test_an_unknown_token_stays_as_it_is() -> None:
    assert restore(TOKEN_OF_LEA, INTAKE, dict[str, str]().get) == TOKEN_OF_LEA


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({"secret": bytes(31)}, id="a short secret"),
        pytest.param({"group": ""}, id="no group"),
        pytest.param({"group": "a|b"}, id="a group that could pass for group and domain"),
        pytest.param({"domain": ""}, id="no domain"),
        pytest.param({"version": 0}, id="no version"),
    ],
)
def test_keys_are_not_made_from_too_little(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        keys(**arguments)  # type: ignore[arg-type]


def test_keys_show_no_secret() -> None:
    assert repr(INTAKE) == "PseudonymKeys(k1, <redacted>)"


@given(st.text(), st.text())
def test_tokens_agree_exactly_when_values_do(one: str, other: str) -> None:
    same = INTAKE.token(SpanKind.PERSON, one) == INTAKE.token(SpanKind.PERSON, other)
    assert same is (one == other)
