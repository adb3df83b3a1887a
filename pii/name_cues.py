"""The turns of phrase behind which a name stands, in German, English and a few more languages."""

import re

from pii.name_grammar import Trust

_ARTICLE = r"(?:\s(?:der|die|das|the|frau|herrn?|nochmal|wieder|mal|jetzt|hier|auch|your|ihr))?"
_END = r"[\s:,„\"'(*_–-]{1,4}"


def _cue(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{phrases}){_ARTICLE}(?!'s\b){_END}(?=\w)", re.IGNORECASE)


INTRODUCTIONS = _cue(
    r"ich bin(?:'s)?|bin|i am|i'm|it'?s|it is|this is|hier ist|hier spricht|hier schreibt|hier|gez\.?|ben|soy|je"
    r" suis|sono|ich,"
)
"""Behind them a name is likely, but other things stand there, too."""

NAMINGS = _cue(
    r"ich hei(?:ß|ss)e|mein name ist|name ist|name lautet|name war|name|vorname|nachname|namens|genannt|hei(?:ß|ss)t"
    r"|hie(?:ß|ss)|hei(?:ß|ss)en|my name is|my name'?s|names?'?s|real name is|name is"
    r"|(?:is|was|'s|man|woman|bloke|guy|lady|lad|girl|boy|someone) (?:called|named)|ask(?:ed)? for|spoke (?:to|with)"
    r"|fragen sie nach|fragt? (?:nach|den|die)|zu h[äa]nden|z\.\s?hd\.?(?: von)?|c/o|bei klingeln|klingeln bei"
    r"|klingel bei|klingelschild|kontakt(?:person)?:|attn\.?:?|attention:?|absender:|empfänger:|patient(?:in)?:"
    r"|unterschrift:|gezeichnet|signed(?: by)?|bearbeiter(?:in)?:?|ansprechpartner(?:in)?:?"
    r"|user|nutzer(?:in)?|je m'appelle|me llamo|mi chiamo|nazywam się|mam na imię|jag heter|ik heet|adım|ismim|меня"
    r" зовут|мене звати|اسمي|שמי"
)
"""Behind them a name stands."""

GREETINGS = _cue(
    r"hallo|hi|hey|hello|dear|moin|servus|hej|grüezi|grüß dich|liebe[rs]?|guten (?:tag|morgen|abend)|good (?:morning"
    r"|afternoon|evening)|sehr geehrte[rs]?|yo|danke(?:,| dir| schön| an)?|vielen dank(?: an)?|dank an|dank"
    r"|thanks(?: to)?|thank you|thx|cheers|kudos to|props to|shoutout to|besserung(?: an)?|glückwunsch(?: an)?|lob"
    r" an|grüße an|gruß an|frag|fragt|ask|ruf|ruft"
)
"""Behind them the name of the addressee may stand; a stop or a comma ends it."""

SIGN_OFFS = re.compile(
    r"(?<![\w-])(?:gr(?:u|ü|ue)(?:ß|ss)(?:e|chen)?|lg|vg|mfg|bg|glg|hg|vlg|kg|ihre?|eure?|euer|deine?|regards|rgds"
    r"|cheers|best|yours|sincerely|faithfully|truly|love|thanks|thank you|thx|ta|danke|dank|xx+|tschüss|tschau|ciao"
    r"|servus|bis bald|ps)\W{1,6}(?:(?:von|from|euer|eure|ihre?|dein|deine|wünscht|sendet)\W{1,3})?(?=[^\W\d_])",
    re.IGNORECASE,
)
"""Behind them the name of the writer ends the text or the line."""

ENDS = re.compile(r"\s*(?:\Z|[\n,.!?:;()|/\"“*_]|[^\w\s]|(?:aus|from|hier|here|xx*|und|and|\d)\b)")
"""What stands behind a name that a greeting or a sign-off announced."""

ANNOUNCED = (
    (INTRODUCTIONS, Trust.PAIR, 0.7),
    (NAMINGS, Trust.CUE, 0.8),
)
"""Cues behind which no end of a phrase is needed."""

HERE = frozenset({"hier", "here"})
BEGINS = re.compile(
    r"(?:\A|[\n.!?,:;„“\"'()*–…-]|[^\w\s]|\b(?:hallo|moin|hi|hey|servus|tag|hello|abend|morgen))\s*\Z", re.IGNORECASE
)
"""What stands before a name that introduces itself with `... hier`."""
