"""Any reasonable wording of *stop* is heard, and a word in passing is not."""

import pytest

from consent.policy import load_policy
from consent.stop_texts import Stop, stop_in
from tests.paths import ROOT

POLICY = load_policy((ROOT / "examples" / "policy.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        " stop. ",
        "Stopp!!!",
        "ＳＴＯＰ",
        "StopAll",
        "UNSUBSCRIBE",
        "Quit",
        "end",
        "ENDE",
        "Cancel, please",
        "bitte abmelden",
        "Abmeldung",
        "Arrêt",
        "opt out",
        "OPT-OUT",
        "please stop texting me",
        "Hört auf und STOPP endlich",
        "Hiermit widerrufe ich meine Einwilligung.",
        "Ich widerspreche der Werbung",
        "Keine Werbung mehr!",
        "Bitte nicht mehr schreiben",
        "Do not contact me again",
        "don't text me",
        "don’t call me",
        "Lasst mich in Ruhe",
        "stop, I never ordered this newsletter",
        "STOP boats",
        "stop customer_voice garden",
    ],
)
def test_stop_is_heard_in_any_reasonable_wording(text: str) -> None:
    assert stop_in(text, POLICY) == Stop()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍",
        "danke",
        "Wann ist Ende der Aktion?",
        "When does the offer end?",
        "Can I cancel my appointment and come on Monday?",
        "Bitte nicht stoppen",
        "please don't stop",
        "do not unsubscribe me",
        "ohne Abmeldung geht es?",
        "Nein",
        "stopwatch",
        "Unstoppable!",
    ],
)
def test_a_word_in_passing_is_not_heard(text: str) -> None:
    assert stop_in(text, POLICY) is None


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        pytest.param("STOP ALL", Stop(everything=True), id="all"),
        pytest.param("Stopp alles, bitte", Stop(everything=True), id="all, in German and politely"),
        pytest.param("stop garden", Stop(topic="garden"), id="a topic"),
        pytest.param("ende Garden", Stop(topic="garden"), id="a topic, with a word that counts alone"),
        pytest.param("STOP newsletter", Stop(purpose="newsletter"), id="a purpose"),
        pytest.param("STOP SMS", Stop(channel="sms"), id="a channel"),
        pytest.param(
            "stop newsletter kitchen sms", Stop(purpose="newsletter", topic="kitchen", channel="sms"), id="all three"
        ),
        pytest.param("stop kitchen garden", Stop(), id="two of a kind: everything that was meant by the sender"),
        pytest.param("stop order_confirmation", Stop(), id="a service is no advertising to end"),
    ],
)
def test_only_a_bare_command_names_how_far_it_goes(text: str, stop: Stop) -> None:
    assert stop_in(text, POLICY) == stop


def test_a_very_long_text_takes_no_longer_than_reading_it() -> None:
    assert stop_in("garden " * 20_000 + "stop", POLICY) == Stop()
