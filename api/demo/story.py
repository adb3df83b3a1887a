"""The demonstration: the whole main job on the sample data, chapter by chapter, every figure read from the database."""

from collections.abc import Callable
from typing import Final

from api.demo import ending, proving, signing_up, social, taking_in
from api.demo.installation import DemoClock, fresh_installation
from api.demo.stage import Stage, set_stage
from api.demo.telling import Teller
from api.settings import Settings

CHAPTERS: Final[tuple[tuple[str, Callable[[Stage], None]], ...]] = (
    ("Posts, comments and messages come in from four platforms", taking_in.take_in),
    ("What they said, before and after", social.show_texts),
    ("Two people sign up; one of them confirms", signing_up.sign_up),
    ("The posts are offered to two recipients", social.release),
    ("One person withdraws", ending.withdraw),
    ("One person is erased", ending.erase),
    ("Ninety-two days later: the sweep", ending.sweep),
    ("The data protection officer exports the log, and anyone can verify it", proving.prove),
    ("Your turn: somebody signs up now", signing_up.invite),
)


def play(settings: Settings, language: str) -> Stage:
    """Play the demonstration on a fresh installation and return the stage as it stands at the end.

    Raises CannotRun where another installation lies, or where a step does not do what the story says.
    """
    tell, clock = Teller(language), DemoClock()
    tell.chapter("A new installation: keys, database, policy, schedule")
    stage = set_stage(fresh_installation(settings, clock), clock, tell)
    for title, play_chapter in CHAPTERS:
        tell.chapter(title)
        play_chapter(stage)
        # The log is sequenced and signed all along, as the scheduler does it in a running service.
        stage.sequencing.run_all()
    return stage
