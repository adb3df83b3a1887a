"""E-mail addresses, handles, links, IP addresses and telephone numbers."""

import pytest

from pii.contacts import emails, handles, ip_addresses, links
from pii.phones import phones
from tests.unit.pii.rule_tables import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "an lea.moor+x@mail.example.org.", ["lea.moor+x@mail.example.org"], id="plain, before a full stop"
        ),
        pytest.param("<LEA@WEB.DE>", ["LEA@WEB.DE"], id="capitals in brackets"),
        pytest.param("mailto:lea@müller.example", ["lea@müller.example"], id="umlaut in the domain"),
        pytest.param("lea(at)web.de", ["lea(at)web.de"], id="bracketed sign"),
        pytest.param("lea [at] web [dot] de", ["lea [at] web [dot] de"], id="bracketed sign and dot"),
        pytest.param("lea punkt moor at web punkt de", ["lea punkt moor at web punkt de"], id="spelled out"),
        pytest.param("lea.moor at web.de", ["lea.moor at web.de"], id="a bare at behind a dotted name"),
        pytest.param("lea @ web.de", ["lea @ web.de"], id="blanks around the sign"),
        pytest.param("we shopped at web.de yesterday", [], id="a shop in prose"),
        pytest.param("@lea@social.example", [], id="a handle with its server"),
        pytest.param("x@1.2.3", [], id="no top level domain"),
        pytest.param("5@6 a@b", [], id="no domain"),
    ],
)
def test_emails(text: str, expected: list[str]) -> None:
    assert values(emails(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("@lea_m hallo", ["@lea_m"], id="at the beginning"),
        pytest.param("(@lea.moor).", ["@lea.moor"], id="with a dot, before a full stop"),
        pytest.param("@lea@social.example", ["@lea@social.example"], id="with its server"),
        pytest.param("/u/lea_moor und u/lea-moor2", ["lea_moor", "lea-moor2"], id="without u/"),
        pytest.param("Lea#1234", ["Lea#1234"], id="with a number"),
        pytest.param("@lea's", ["@lea"], id="without a genitive"),
        pytest.param("danke@lea_m, gut", ["@lea_m"], id="glued to a word"),
        pytest.param("3@5 und @ 100 und @100", [], id="a price"),
        pytest.param("lea@web.de", [], id="an e-mail address"),
        pytest.param("https://x.example/@lea", [], id="inside a link"),
    ],
)
def test_handles(text: str, expected: list[str]) -> None:
    assert values(handles(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("(https://lea.example/a_(b)).", ["https://lea.example/a_(b)"], id="brackets inside, stop outside"),
        pytest.param("www.lea-moor.de, ja", ["www.lea-moor.de"], id="without a scheme"),
        pytest.param("lea-moor.example", ["lea-moor.example"], id="a bare domain"),
        pytest.param("https://www.youtube.com/watch?v=1", [], id="a public host"),
        pytest.param("https://www.youtube.com/@lea", ["https://www.youtube.com/@lea"], id="a person on a public host"),
        pytest.param("instagram.com/lea", ["instagram.com/lea"], id="a network of people"),
        pytest.param("bei web.de und amazon.de", [], id="names of companies"),
        pytest.param("lea@web.de", [], id="an e-mail address"),
        pytest.param("z.B. usw.", [], id="abbreviations"),
    ],
)
def test_links(text: str, expected: list[str]) -> None:
    assert values(links(text), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("IP 192.0.2.17.", ["192.0.2.17"], id="IPv4"),
        pytest.param("2001:db8::8a2e:370:7334", ["2001:db8::8a2e:370:7334"], id="IPv6"),
        pytest.param("1.2.3.4.5 und 300.1.1.1", [], id="no address"),
        pytest.param("um 12:30 und ::", [], id="a time"),
    ],
)
def test_ip_addresses(text: str, expected: list[str]) -> None:
    assert values(ip_addresses(text), text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param("0171 1234567", "de", ["0171 1234567"], id="mobile"),
        pytest.param("Tel.0511 / 1669697 ab 17 Uhr", "de", ["0511 / 1669697"], id="house number with a stroke"),
        pytest.param("(030) 23125-417", "de", ["(030) 23125-417"], id="area code in brackets, extension"),
        pytest.param("Frau Muster (Tel. 030 23125-417) rief an", "de", ["030 23125-417"], id="end of a bracket"),
        pytest.param("Frau Muster (030 23125-417, abends)", "de", ["030 23125-417"], id="beginning of a bracket"),
        pytest.param("Frau Muster (030 23125-417)", "de", ["030 23125-417"], id="alone in brackets"),
        pytest.param("((030) 23125-417)", "de", ["(030) 23125-417"], id="brackets in brackets"),
        pytest.param("at work (212-555-0123)", "en", ["212-555-0123"], id="United States in brackets"),
        pytest.param("+49 (0)171 1234567", "de", ["+49 (0)171 1234567"], id="trunk zero in brackets"),
        pytest.param("0043 1 5331234", "de", ["0043 1 5331234"], id="two zeros"),
        pytest.param("07700 900142 07700 900143", "en", ["07700 900142", "07700 900143"], id="two in a row"),
        pytest.param("01632 960417", "en", ["01632 960417"], id="an area code that was never given out"),
        pytest.param("call (212) 555-0123", "en", ["(212) 555-0123"], id="United States"),
        pytest.param("ring 555-0123", "en", ["555-0123"], id="a local number, by its words"),
        pytest.param("0 1 7 1 1 2 3 4 5 6 7", "de", ["0 1 7 1 1 2 3 4 5 6 7"], id="digit by digit"),
        pytest.param(
            "null eins sieben eins zwei drei vier fünf",
            "de",
            ["null eins sieben eins zwei drei vier fünf"],
            id="spoken",
        ),
        pytest.param("from 491711234567", "en", ["491711234567"], id="international without its plus"),
        pytest.param("am 3.11. 0171 1234567", "de", ["0171 1234567"], id="behind a date"),
        pytest.param("am 01.02.1938 oder 2026-01-01", "de", [], id="dates"),
        pytest.param("Model no 0049-30-7788-A", "en", [], id="a number with a letter behind it"),
        pytest.param("NL-2026-448812", "de", [], id="an order"),
        pytest.param("1.200,50 Euro, 10000000, 04109 Leipzig", "de", [], id="sums and postcodes"),
        pytest.param("EAN 4006381333931", "de", [], id="an article"),
        pytest.param("1111111 22222", "de", [], id="one digit over and over"),
        pytest.param("zwei oder drei, vier, fünf Mal", "de", [], id="a few number words"),
    ],
)
def test_phones(text: str, language: str, expected: list[str]) -> None:
    assert values(phones(text, language), text) == expected


def test_when_the_time_for_numbers_is_over_every_plausible_one_counts() -> None:
    text = "12345 " * 3000 + "98765432"
    assert values(phones(text, "de"), text)[-1].endswith("98765432")
