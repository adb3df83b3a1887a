"""One spelling for each identifier, whoever writes it, and nothing of it in an error or a printout."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.contacts import contact_of, hash_of_contact, kind_of_contact, trace_of
from consent.errors import InvalidIdentifier
from consent.identifiers import GivenIdentifier, masked, normalise, rule_kind


@pytest.mark.parametrize(
    ("kind", "value", "region", "stored", "indexed"),
    [
        pytest.param("email", "Kundin@EXAMPLE.org", None, "Kundin@example.org", "kundin@example.org", id="address"),
        pytest.param("email", " a@example.org\n", None, "a@example.org", "a@example.org", id="white space"),
        pytest.param("email", "ö@bücher.example.org", None, "ö@bücher.example.org", "ö@bücher.example.org", id="IDN"),
        pytest.param("phone", "030 1234567", "DE", "+49301234567", "+49301234567", id="number of a country"),
        pytest.param("phone", "+49 (30) 123-4567", None, "+49301234567", "+49301234567", id="number with country"),
        pytest.param("phone", "0049 30 1234567", "DE", "+49301234567", "+49301234567", id="number with zeros"),
        pytest.param("fax", "+43 1 5880090", None, "+4315880090", "+4315880090", id="fax"),
        pytest.param("postal", "Weg 1\n 21337  Ort", None, "Weg 1 21337 Ort", "weg 1 21337 ort", id="postal"),
        pytest.param("social:mastodon", "@Kundin@Example", None, "@Kundin@Example", "@Kundin@Example", id="social"),
        pytest.param("device", "A1b2", None, "A1b2", "A1b2", id="device"),
        pytest.param("crm:shop", "K-1", None, "K-1", "K-1", id="outside id"),
    ],
)
def test_an_identifier_has_one_spelling(kind: str, value: str, region: str | None, stored: str, indexed: str) -> None:
    normalised = normalise(GivenIdentifier(kind, value), region=region)
    assert (normalised.value, normalised.indexed) == (stored, indexed)
    again = normalise(GivenIdentifier(kind, stored), region=None)
    assert (again.value, again.indexed) == (stored, indexed)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("email", "nobody", id="no address"),
        pytest.param("email", "a@b@example.org", id="two signs"),
        pytest.param("email", "a@example.org\r\nBcc: b@example.org", id="two lines"),
        pytest.param("phone", "030 1234567", id="number of an unknown country"),
        pytest.param("phone", "+49", id="no number"),
        pytest.param("postal", "   ", id="nothing"),
        pytest.param("device", "x" * 501, id="too long"),
        pytest.param("device", "a\x00b", id="a zero"),
        pytest.param("telepathy", "x", id="no such kind"),
        pytest.param("social:", "x", id="no network"),
        pytest.param("social:Mastodon!", "x", id="a network of an odd name"),
        pytest.param("crm:", "x", id="no system"),
    ],
)
def test_what_is_none_is_refused_without_being_repeated(kind: str, value: str) -> None:
    with pytest.raises(InvalidIdentifier) as refusal:
        normalise(GivenIdentifier(kind, value), region=None)
    assert value.strip() not in str(refusal.value) or not value.strip() or len(value) == 1


def test_nothing_prints_its_value() -> None:
    given = GivenIdentifier("email", "kundin@example.org")
    assert "kundin" not in repr((given, normalise(given, region=None)))


@pytest.mark.parametrize(
    ("kind", "value", "hint"),
    [
        pytest.param("email", "kundin@example.org", "k•••@example.org", id="address"),
        pytest.param("phone", "+49301234567", "+49•••67", id="number"),
        pytest.param("postal", "Weg 1", "W•••", id="postal"),
    ],
)
def test_a_hint_shows_only_what_the_holder_recognises(kind: str, value: str, hint: str) -> None:
    assert masked(kind, value) == hint


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        pytest.param("email", "email", id="plain"),
        pytest.param("social:mastodon", "social", id="any network is social"),
        pytest.param("crm:shop", None, id="an outside id is no contact point"),
        pytest.param("telepathy", None, id="no kind"),
    ],
)
def test_kinds_are_told_as_the_rule_book_does(kind: str, rule: str | None) -> None:
    assert rule_kind(kind) == rule


def test_a_contact_point_is_named_by_its_kind_and_hash() -> None:
    digest = bytes(range(32))
    name = contact_of("social:mastodon", digest)
    assert name == f"social:{digest.hex()}"
    assert (kind_of_contact(name), hash_of_contact(name)) == ("social", digest)
    assert contact_of("crm:shop", digest) is None


def test_no_hash_is_in_the_name_of_a_trace() -> None:
    name = trace_of("email", "01990000-0000-7000-8000-000000000000")
    assert name is not None
    assert (kind_of_contact(name), hash_of_contact(name)) == ("email", None)


@given(
    local=st.text("ab.-_+@xX1ä %\"'\\/()", min_size=1, max_size=70),
    domain=st.sampled_from(
        ("example.org", "EXAMPLE.org", "münchen.example.org", "localhost", "a.test", "1.2.3.4", "[1.2.3.4]", "a..b.de")
    ),
)
@settings(max_examples=2000)
def test_the_short_way_of_plain_addresses_reads_what_the_reader_reads(local: str, domain: str) -> None:
    address = f"{local}@{domain}".strip()
    try:
        expected: str | None = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None
    try:
        found: str | None = normalise(GivenIdentifier("email", address), region=None).value
    except InvalidIdentifier:
        found = None
    assert found == expected
