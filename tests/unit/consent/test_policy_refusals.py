"""A policy that cannot be meant is refused, and the refusal names the line and the place: circles, names, citations."""

import pytest

from consent.errors import PolicyError
from consent.policy import load_policy
from tests.unit.consent.small import DECISIONS

TEXT = (DECISIONS / "policy.yaml").read_text()


def changed(before: str, after: str) -> str:
    assert TEXT.count(before) >= 1
    return TEXT.replace(before, after, 1)


def refusal(text: str) -> str:
    with pytest.raises(PolicyError) as refused:
        load_policy(text)
    return str(refused.value)


def line(text: str, snippet: str) -> int:
    """The number, from 1, of the line on which a snippet begins."""
    return text[: text.index(snippet)].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        pytest.param(
            changed("    notice: news\n", "    notice: gazette\n"),
            "notice: gazette",
            "purposes.newsletter.notice: no such notice: gazette",
            id="an unknown notice",
        ),
        pytest.param(
            changed("    notice: news\n", ""),
            "newsletter:\n    title",
            "purposes.newsletter.notice: missing, consent needs a text",
            id="what is missing gets the line of what it is missing in",
        ),
        pytest.param(
            changed('        cite: "Directive 2002/58/EC Art. 13(1), (4)"\n', ""),
            "- for: [electronic_mail, text_message, fax]",
            "packs.unknown.rules.electronic_mail.cite: missing",
            id="a rule without citation",
        ),
        pytest.param(
            changed('{cite: "CASL s. 10(9), (10)"}', "{}"),
            "  implied_consent: ",
            "bases.implied_consent.cite: missing",
            id="a basis without citation",
        ),
        pytest.param(
            changed('{years: 16, cite: "GDPR Art. 8(1)"}', "{years: 16}"),
            "    age_of_consent: {years: 16}",
            "packs.EU.age_of_consent.cite: missing",
            id="an age without citation",
        ),
        pytest.param(
            changed(', cite: "CASL s. 10(10)"}', "}"),
            "    implied: {",
            "packs.CA.implied.cite: missing",
            id="periods without citation",
        ),
        pytest.param(
            changed('        cite: "CASL s. 6, 10(1), 10(9)"\n', "        cite:\n"),
            "        cite:\n",
            "packs.CA.rules.0.cite: no value",
            id="a citation that says nothing",
        ),
        pytest.param(
            changed("extends: US\n", "extends: USA\n"), "extends: USA", "packs.US-CA.extends: no such pack: USA",
            id="an unknown pack",
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_the_line(text: str, at: str, says: str) -> None:
    assert refusal(text) == f"line {line(text, at)}: {says}"


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    text = TEXT + "\nversion: 2"
    first, second = line(text, "version: "), text.count("\n") + 1
    assert refusal(text) == f"line {second}: version: key stands twice, first on line {first}"
    text = changed("    notice: location\n", "    parent: newsletter # again\n    notice: location\n")
    first, second = line(text, "    parent: newsletter\n"), line(text, "    parent: newsletter # again")
    twice = "purposes.location_offers.parent: key stands twice"
    assert refusal(text) == f"line {second}: {twice}, first on line {first}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            changed("    parent: newsletter\n", "    parent: location_offers\n"),
            "purposes.location_offers.parent: goes round in a circle: location_offers > location_offers",
            id="a purpose above itself",
        ),
        pytest.param(
            changed("    topics: [shoes", "    parent: location_offers\n    topics: [shoes").replace(
                "    notice: phone\n", "    notice: phone\n    parent: newsletter\n", 1
            ),
            "purposes.newsletter.parent: goes round in a circle: newsletter > location_offers > newsletter",
            id="two purposes above each other, and a third that leads there",
        ),
        pytest.param(
            changed("  DE:\n    extends: EU", "  DE:\n    extends: DE"),
            "packs.DE.extends: goes round in a circle: DE > DE",
            id="a pack that extends itself",
        ),
        pytest.param(
            changed("    extends: unknown\n    abstract: true", "    extends: AT\n    abstract: true"),
            "packs.AT.extends: goes round in a circle: EU > AT > EU",
            id="packs that extend each other",
        ),
    ],
)
def test_a_circle_is_told_link_by_link(text: str, says: str) -> None:
    assert refusal(text).partition(": ")[2] == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            changed('  implied_consent:     {cite: "CASL s. 10(9), (10)"}\n', "").replace(
                "bases: [consent, legitimate_interest, statutory_exception]", "bases: [consent, implied_consent]"
            ),
            "purposes.post_catalogue.bases: no such basis: implied_consent",
            id="an exception by name that the policy does not describe",
        ),
        pytest.param(
            changed("needs: {purpose: email_tracking,", "needs: {purpose: email_watching,"),
            "content.tracking.needs.purpose: no such purpose: email_watching",
            id="what a content flag needs",
        ),
        pytest.param(
            changed("channel: tracking_pixel}", "channel: pixel}"),
            "content.tracking.needs.channel: no such channel: pixel",
            id="where a content flag needs it",
        ),
        pytest.param(
            changed("channels: [phone_live, phone_auto, sms], cite", "channels: [phone_live, phone], cite"),
            "suppressions.do_not_call.channels: no such channel: phone",
            id="the channels of a block list",
        ),
        pytest.param(
            changed("purposes: [third_party_share, web", "purposes: [third_party, web"),
            "signals.gpc.purposes: no such purpose: third_party",
            id="the purposes of a signal",
        ),
        pytest.param(
            changed("channels: [device_access, tracking_pixel], cite", "channels: [device], cite"),
            "signals.einwv.channels: no such channel: device",
            id="the channels of a signal",
        ),
        pytest.param(
            changed("    purposes: [newsletter]\n", "    purposes: [newspaper]\n"),
            "notices.news.versions.1.purposes: no such purpose: newspaper",
            id="the purposes of a notice",
        ),
        pytest.param(
            changed("    controllers: [acme, beta]\n", "    controllers: [acme, gamma]\n"),
            "notices.group.versions.1.controllers: no such controller: gamma",
            id="the controllers of a notice",
        ),
        pytest.param(
            changed("contains_advertising: newsletter", "contains_advertising: newspaper"),
            "purposes.order_confirmation.contains_advertising: no such purpose: newspaper",
            id="what a service becomes",
        ),
        pytest.param(
            changed("parent: newsletter", "parent: newspaper").replace(
                "    notice: phone\n", "    notice: phone\n    parent: location_offers\n", 1
            ),
            "purposes.location_offers.parent: no such purpose: newspaper",
            id="a parent, told where it stands and not where it leads from",
        ),
    ],
)
def test_a_name_that_nothing_bears_is_told(text: str, says: str) -> None:
    assert refusal(text).partition(": ")[2] == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            changed("topics: [shoes, sports, kids]", "topics: [shoes, sports, shoes]"),
            "purposes.newsletter.topics: a name stands twice",
            id="a topic",
        ),
        pytest.param(
            changed("bases: [consent, statutory_exception]", "bases: [consent, consent]"),
            "purposes.newsletter.bases: a name stands twice",
            id="a basis",
        ),
        pytest.param(
            changed("- {for: [fax, automated_call], cite", "- {for: [fax, electronic_mail], cite"),
            "packs.DE.rules.1.for: a second rule for electronic_mail",
            id="a rule for a class",
        ),
        pytest.param(
            changed("      2: {published: 2024-01-01", '      "1": {published: 2024-01-01'),
            "notices.news.versions.1: key stands twice",
            id="a version, once as a number and once as a text",
        ),
        pytest.param(
            changed("  web_analytics:\n", "  profiling:\n"), "purposes.profiling: key stands twice", id="a purpose"
        ),
    ],
)
def test_what_stands_twice_is_told(text: str, says: str) -> None:
    assert refusal(text).partition(": ")[2].startswith(says)


def test_a_country_that_yaml_reads_as_false_is_not_lost() -> None:
    text = changed("  AT:\n    extends: EU", "  NO:\n    extends: EU")
    assert refusal(text) == f"line {line(text, '  NO:')}: NO: read as False; a key like this needs quotes"
    assert "NO" in load_policy(text.replace("  NO:\n", '  "NO":\n')).packs
