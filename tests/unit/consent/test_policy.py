import pytest

from consent.errors import PolicyError
from consent.policy import load_policy
from consent.vocabulary import ChannelClass, LawfulBasis, Proof
from tests.paths import ROOT
from tests.unit.consent.small import DECISIONS, policy

TEXT = (DECISIONS / "policy.yaml").read_text()


def changed(before: str, after: str) -> str:
    assert before in TEXT
    return TEXT.replace(before, after, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("3", "policy: not a mapping", id="no mapping"),
        pytest.param("", "policy: not a mapping", id="nothing at all"),
        pytest.param("a: [", "line 1", id="no YAML"),
        pytest.param(TEXT + "\nversion: 2", "version: key stands twice", id="a key that stands twice"),
        pytest.param(
            changed("    class: direct_marketing\n", "    class: direct_marketing\n    class: legal\n"),
            "class: key stands twice",
            id="a key that stands twice, further in",
        ),
        pytest.param(TEXT + "\nrules: {}", "rules: no such key", id="an unknown section"),
        pytest.param(changed("version: 2026.1", ""), "version: missing", id="no version"),
        pytest.param(
            changed("    notice: news\n", "    notise: news\n    notice: news\n"),
            "purposes.newsletter.notise: no such key",
            id="an unknown key",
        ),
        pytest.param(
            changed("notice: news\n", "notice: gazette\n"),
            "purposes.newsletter.notice: no such notice",
            id="a notice that is missing",
        ),
        pytest.param(
            changed("    notice: news\n", ""), "purposes.newsletter.notice: missing", id="consent without a text"
        ),
        pytest.param(
            changed("parent: newsletter", "parent: letters"),
            "purposes.location_offers.parent: no such purpose",
            id="a parent that is missing",
        ),
        pytest.param(
            changed("    topics: [shoes", "    parent: location_offers\n    topics: [shoes"),
            "purposes.newsletter.parent: goes round in a circle",
            id="parents in a circle",
        ),
        pytest.param(
            changed("    class: profiling\n", "    class: prophecy\n"),
            "purposes.profiling.class: prophecy is none of",
            id="an unknown class of purposes",
        ),
        pytest.param(
            changed("bases: [consent, statutory_exception]", "bases: [consent, hope]"),
            "purposes.newsletter.bases: hope is no basis",
            id="an unknown basis of a purpose",
        ),
        pytest.param(
            changed("bases: [contract]\n", "bases: [not_required]\n"),
            "purposes.order_confirmation.bases: not_required is no basis",
            id="a basis that is only an answer",
        ),
        pytest.param(
            changed("contains_advertising: newsletter", "contains_advertising: privacy_reply"),
            "purposes.order_confirmation.contains_advertising: must be direct marketing",
            id="a service that becomes a service",
        ),
        pytest.param(
            changed("    topics: [shoes", "    rating_request: profiling\n    topics: [shoes"),
            "purposes.newsletter.rating_request: only a service",
            id="marketing that becomes something else",
        ),
        pytest.param(
            changed("max_messages: {count: 4, days: 7}", "max_messages: {count: 0, days: 7}"),
            "purposes.newsletter.max_messages: count and days",
            id="a limit of nothing",
        ),
        pytest.param(
            changed("answers: inquiry", "answers: prayers"),
            "purposes.product_question_reply.answers: only `inquiry`",
            id="an answer to nothing",
        ),
        pytest.param(
            changed("doi_ttl_days: 14", "doi_ttl_days: two weeks"),
            "parameters.doi_ttl_days: not a whole number",
            id="a duration in words",
        ),
        pytest.param(
            changed("reply_days: 30", "reply_days: -30"),
            "parameters.reply_days: not a whole number",
            id="a duration below nothing",
        ),
        pytest.param(
            changed("free_account_counts_as_sale: false", "free_account_counts_as_sale: 0"),
            "parameters.free_account_counts_as_sale: neither true nor false",
            id="a switch that is a number",
        ),
        pytest.param(changed("  reask_months: 12", ""), "parameters.reask_months: missing", id="a missing parameter"),
        pytest.param(
            changed("time_zone: Europe/Berlin", "time_zone: Europe/Entenhausen"),
            "controllers.acme.time_zone: no such time zone",
            id="an unknown time zone",
        ),
        *(
            pytest.param(changed("time_zone: Europe/Berlin}", f"time_zone: Europe/Berlin, {said}}}"), message, id=said)
            for said, message in {
                "country: Germany": "controllers.acme.country: not a country",
                "stores_in: [DE, Mars]": "controllers.acme.stores_in: not countries",
                "email: nobody": "controllers.acme.email: not an e-mail address",
                'phone: "030 123"': "controllers.acme.phone: not a telephone number with country code",
                'privacy_policy: "ftp://acme.example"': "controllers.acme.privacy_policy: not an https address",
                "language: German!": "controllers.acme.language: not a language tag",
                "form_of_address: Ihr": "controllers.acme.form_of_address: Ihr is none of du, Sie, neutral",
            }.items()
        ),
        pytest.param(changed('from: "20:00"', 'from: "25:00"'), "quiet_hours.from: not a time", id="no time of day"),
        pytest.param(
            changed("channels: [phone_live, phone_auto, sms], from", "channels: [smoke], from"),
            "quiet_hours.channels: no such channel",
            id="quiet hours on a channel that is missing",
        ),
        pytest.param(
            changed("{class: fax,             identifier: fax}", "{class: fax, identifier: pigeon}"),
            "channels.fax.identifier: no such kind",
            id="an unknown kind of contact point",
        ),
        pytest.param(
            changed('  contract:            {cite: "GDPR Art. 6(1)(b)"}', ""),
            "purposes.order_confirmation.bases: no such basis",
            id="a basis that the policy does not describe",
        ),
        pytest.param(
            changed("    channels: [email]\n", "    channels: [emails]\n"),
            "notices.news.versions.1.channels: no such channel",
            id="a notice for a channel that is missing",
        ),
        pytest.param(
            changed("      2: {published: 2024-01-01", "      3: {published: 2024-01-01"),
            "notices.news.versions: not numbered",
            id="a version left out",
        ),
        pytest.param(
            changed("supersedes: all", "supersedes: some"),
            "notices.location.versions.2.supersedes: only `all`",
            id="a version that supersedes some",
        ),
        pytest.param(
            changed("published: 2014-01-01", "published: soon"),
            "notices.news.versions.1.published: not a date",
            id="a date that is none",
        ),
        pytest.param(
            changed("  ecg_list: ", "  ebg_list: "),
            "suppressions.ebg_list: no reason code suppressed.ebg_list",
            id="a block list without reason code",
        ),
        pytest.param(
            changed("acts_as: refuse", "acts_as: opt_out"),
            "signals.einwv: no reason code signal.einwv",
            id="an opt-out without reason code",
        ),
        pytest.param(
            changed("extends: EU\n    title: Germany", "extends: UE\n    title: Germany"),
            "packs.DE.extends: no such pack",
            id="a pack that extends nothing",
        ),
        pytest.param(
            changed("    extends: unknown\n    abstract: true", "    extends: DE\n    abstract: true"),
            "extends: goes round in a circle",
            id="packs in a circle",
        ),
        pytest.param(changed("  unknown:\n", "  unknwon:\n"), "packs.unknown: missing", id="no pack for the unknown"),
        pytest.param(
            changed('        cite: "Directive 2002/58/EC Art. 13(1), (4)"\n', ""),
            "packs.unknown.rules.electronic_mail.cite: missing",
            id="a rule without citation",
        ),
        pytest.param(
            changed("    implied: {purchase_months: 24", "    implide: {purchase_months: 24"),
            "packs.CA.implide: no such key",
            id="an unknown key of a pack",
        ),
        pytest.param(
            changed('    implied: {purchase_months: 24, inquiry_months: 6, cite: "CASL s. 10(10)"}\n', ""),
            "packs.CA.implied: missing",
            id="implied consent without periods",
        ),
        pytest.param(
            changed("- {for: [fax, automated_call], cite", "- {for: [fax, live_call], cite"),
            "packs.DE.rules.2.for: a second rule for live_call",
            id="two rules for one class",
        ),
        pytest.param(
            changed("opt_in_below: {sharing: 16}", "opt_in_below: {caring: 16}"),
            "opt_in_below.caring: no such class",
            id="an age for an unknown class",
        ),
        pytest.param(
            changed("    notice: partners\n", "    notice: partners\n    colour: red\n"),
            "purposes.third_party_share.colour: no such key",
            id="a key that means nothing",
        ),
        pytest.param(
            TEXT + "\nrecipients: {crm: {title: CRM, purposes: [horoscope], domain: d1}}",
            "notices.partners.versions.1.recipients: no such recipient",
            id="a text that names a recipient nobody knows",
        ),
    ],
)
def test_a_policy_that_is_not_sound_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_policy(text)
    assert message in str(refused.value)


def test_recipients_are_read_and_their_purposes_checked() -> None:
    section = "\nrecipients:\n" + "".join(
        f"  {name}: {{title: A partner, purposes: [third_party_share], domain: {name}}}\n"
        for name in ("postpartner", "adnet")
    )
    assert load_policy(TEXT + section).recipients["adnet"].purposes == ("third_party_share",)
    with pytest.raises(PolicyError, match=r"recipients\.postpartner\.purposes: no such purpose"):
        load_policy(TEXT + section.replace("third_party_share", "horoscope"))


def test_a_pack_inherits_class_by_class_and_field_by_field() -> None:
    germany = policy().packs["DE"]
    call = germany.rules[ChannelClass.LIVE_CALL]
    assert call.id == "DE.live_call"
    assert call.cite.startswith("UWG § 7(2) no. 1")
    assert call.bases == (LawfulBasis.CONSENT,)
    assert call.business == (LawfulBasis.CONSENT, LawfulBasis.PRESUMED_CONSENT)
    assert call.proof is Proof.CONFIRMED
    assert call.proof_years == 5
    assert germany.rules[ChannelClass.DATA_USE].bases == (LawfulBasis.CONSENT, LawfulBasis.LEGITIMATE_INTEREST)
    assert germany.age_of_consent.guardian_until is None
    assert policy().packs["US"].rules[ChannelClass.TEXT_MESSAGE].verified is True


def test_a_region_without_pack_has_that_of_its_country_and_no_pack_is_the_strictest() -> None:
    found = [policy().pack_for(*place).id for place in (("US", "CA"), ("US", "NY"), ("BR", None), ("EU", None))]
    assert found == ["US-CA", "US", "unknown", "unknown"]


def test_a_version_names_only_what_it_changes() -> None:
    first, second, draft = (policy().notice_versions[f"contact@{number}"] for number in (1, 2, 3))
    assert second.purposes == first.purposes
    assert "messenger" in set(second.channels) - set(first.channels)
    assert draft.published is None
    assert draft.states_right_to_withdraw


def test_the_version_is_a_name() -> None:
    assert load_policy(changed("version: 2026.1", "version: 2026.10")).version == "2026.10"


def test_parameters_can_be_replaced_one_by_one() -> None:
    assert policy().with_parameters(reply_days=7).parameters.reply_days == 7
    assert policy().parameters.reply_days == 30
    with pytest.raises(PolicyError, match=r"parameters\.patience: no such key"):
        policy().with_parameters(patience=1)
    with pytest.raises(PolicyError, match=r"parameters\.reply_days: not a whole number"):
        policy().with_parameters(reply_days="long")


def test_a_purpose_is_named_in_each_language_or_in_all() -> None:
    example = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8")).purposes["newsletter"]
    assert [example.title_in(language) for language in ("de", "en", "fr")] == [
        "Neuigkeiten und Angebote",
        "News and offers",
        "News and offers",
    ]
    assert load_policy(TEXT).purposes["newsletter"].title_in("de") == "News and offers"
    with pytest.raises(PolicyError, match=r"purposes\.newsletter\.title\.de: not a text"):
        load_policy(changed("title: News and offers", "title: {de: 7}"))
    with pytest.raises(PolicyError, match=r"purposes\.newsletter\.title: not in any language"):
        load_policy(changed("title: News and offers", "title: {}"))


def test_a_controller_tells_how_it_is_reached() -> None:
    loaded = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8"))
    controller = loaded.controllers["nordlicht"]
    assert (controller.country, controller.stores_in) == ("DE", ("DE",))
    assert (controller.email, controller.phone) == ("datenschutz@nordlicht.example", "+493023125100")
    assert (controller.language, controller.form_of_address) == ("de", "Sie")
    assert load_policy(TEXT).controllers["acme"].email is None
    assert load_policy(TEXT).controllers["acme"].form_of_address == "neutral"
