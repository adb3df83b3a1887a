"""Which language a text is in, when the platform does not say: German or English by their small words."""

import re

from pii.model import UNDETERMINED

LOOKED_AT_CHARACTERS = 2_000

# Words of one language only: "in", "so", "man", "war", "die", "was", "am", "an", "hat" and the like are both.
_GERMAN_WORDS = (
    "aber alle als auch auf aus bei bin bis bitte da daher damit danke dann das dass dein dem den denn der des dich"
    " dir doch drei du durch ein eine einen einer eines er es etwas euch euer eure für gar gegen gibt habe haben hallo"
    " hatte heiße heute hier ich ihm ihr ihre im immer ist ja jetzt jemand kann kein keine kommt könnt kundin lang"
    " liebe mal mehr mein meine meinen mich mir mit muss müssen nach nicht nie nochmal nur ob oder ohne schon sehr"
    " seid sein seine seit sich sie sind soll über um und uns unser unsere unter viel vom von vor warum wegen weil"
    " wenn wer wie wieder wir wird wo wurde zu zum zur zwei"
)
_ENGLISH_WORDS = (
    "a about after all and any anyone are ask at been but by call can can't could did didn't do don't every for from"
    " get go got had has have he her here him his how i i'm if is it it's its just like me monday my name need never"
    " new no not of off on one or our out please she should since still than thank thanks that that's the their them"
    " then there these they this to too up us very want we were what when where which who why will with would"
    " you your"
)
GERMAN = frozenset(_GERMAN_WORDS.split())
ENGLISH = frozenset(_ENGLISH_WORDS.split())
GERMAN_LETTER = re.compile("[äöüßÄÖÜ]")
SCRIPTS = (
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0400-\u04ff]"), "ru"),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NOT_PROSE = re.compile(r"https?://\S+|[@#]\w+|\S+@\S+")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
# What platforms say instead of a language: no words, mixed, only tags, only media.
NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst"})


def stated(tag: object) -> str | None:
    """Return the language (two or three letters) of a BCP 47 tag, or None if `tag` names none."""
    if not isinstance(tag, str) or len(tag) > 35:
        return None
    fit = _TAG.fullmatch(tag.strip().lower())
    return fit[1] if fit and fit[1] not in NO_LANGUAGE else None


def guess(text: str) -> str:
    """Return the language of `text`, or `und` if its words do not decide."""
    prose = _NOT_PROSE.sub(" ", text[:LOOKED_AT_CHARACTERS])
    for script, language in SCRIPTS:
        if script.search(prose) and len(script.findall(prose)) * 2 > sum(map(str.isalpha, prose)):
            return language
    words = [word.lower().replace("’", "'") for word in _WORD.findall(prose)]
    german = sum(word in GERMAN for word in words) + bool(GERMAN_LETTER.search(prose))
    english = sum(word in ENGLISH for word in words)
    if german == english:
        return UNDETERMINED
    return "de" if german > english else "en"


def language_of(text: str | None, *, said: object = None, otherwise: object = None) -> str:
    """Return the language of an item's text: what is `said` of it, else a guess, else that of what is around it."""
    if text is None:
        return UNDETERMINED
    if language := stated(said):
        return language
    guessed = guess(text)
    return guessed if guessed != UNDETERMINED else stated(otherwise) or UNDETERMINED
