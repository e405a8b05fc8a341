"""Tells a side in a game from the town whose name it bears."""

import re

from spacy.tokens import Doc

from nlp.around import LISTS, Around

TEAMS, GAMES, MATCHES, PLAYS, BEFORE, CLUB_NAMES, BEATS, RESULTS, DAYS, WEAK = (
    frozenset(LISTS[name])
    for name in ("teams", "games", "matches", "plays", "before", "clubs", "beats", "results", "days", "weak")
)
DASHES = frozenset("-–")
SURE = MATCHES - WEAK
AMBIGUOUS = frozenset(("wednesday", "forest", "villa", "vale", "united", "stanley", "saints", "orient"))
LOST_TO = frozenset(("to", "by", "with", "against", "over"))
REACH = 7  # words between "win" and the side it was won over
MATCH, PLAYED = "vane_match", "vane_played"
# Not dates, hours, ages or sums: 2-1 and 24-12, but neither 9-5pm nor 3-4 years nor 10-12 people
SCORE = re.compile(
    r"(?<![\w£$.:/–-])\d{1,2} ?[-–] ?\d{1,2}(?![\w:/%–-]|\.\d)"
    r"(?! ?(?:[ap]\.?m|years?|yrs?|months?|weeks?|days?|hours?|hrs?|min|people|miles|year-old|of|more)\b)"
)
WON_OVER = re.compile(r"\b(?:win|wins|victory|defeat|triumph|draw)\b[^.!?]{0,40} (?:over|against) [A-Z]")
SPOKEN = re.compile(r"\b(?:at home to|away (?:to|at)|(?:full|half|extra)[ -]time|three points|drew with)\b", re.I)


def of_a_match(doc: Doc) -> bool:
    """Whether the text may speak of a game; worked out once for each Doc."""
    if MATCH not in doc.user_data:
        doc.user_data[MATCH] = any(token.lower_ in MATCHES for token in doc) or _told(doc)
    return bool(doc.user_data[MATCH])


def _of_a_game(doc: Doc) -> bool:
    """Whether the text speaks of a game in words that little else has: "half" and "ticket" are not enough."""
    if PLAYED not in doc.user_data:
        doc.user_data[PLAYED] = any(token.lower_ in SURE for token in doc) or _told(doc)
    return bool(doc.user_data[PLAYED])


def _told(doc: Doc) -> bool:
    """A score beside a verb of the game, or words that only a game's report has."""
    text = doc.text
    if SPOKEN.search(text) or WON_OVER.search(text):
        return True
    return bool(SCORE.search(text)) and any(token.lower_ in BEATS or token.lower_ in RESULTS for token in doc)


def is_side(around: Around) -> bool:
    """A side: "v Bath", "Hamilton 1", "Wolves were poor first half", "beat Burnley 2-1"."""
    if around.before in GAMES or around.follows in GAMES or _called(around) or _scored(around):
        return True
    if around.before == "at" and around.earlier == "away":
        return True
    follows = around.follows
    club = around.span.text.lower() in CLUB_NAMES or around.opens
    if club and around.before not in BEFORE and follows in PLAYS and of_a_match(around.doc):
        return True
    return (_won(around) or _lost_to(around)) and _of_a_game(around.doc)


def _called(around: Around) -> bool:
    """Nottingham Forest; Wigan warriors, where the words after it play."""
    if around.follows not in TEAMS:
        return False
    plays = around.beyond in PLAYS and around.follows not in AMBIGUOUS and around.before not in BEFORE
    return around.titled or plays or (around.follows not in AMBIGUOUS and of_a_match(around.doc))


def _scored(around: Around) -> bool:
    """A score beside it: "Hull 2-2 Stoke", "1-3 Bristol"; after it alone it might be opening times."""
    before, doc = around.before, around.doc
    if before.isdigit() and len(before) == 1 and around.earlier in DASHES:
        return True
    if around.follows.isdigit() and doc[0].text[0].isupper() and before.isdigit():
        return True
    end = around.span.end
    near = doc[end : min(end + 6, len(doc))]
    score = SCORE.match(near.text)
    rest = near.text[score.end() :].split() if score else []
    return bool(rest) and rest[0][0].isupper() and rest[0].lower().strip(".,!") not in DAYS


def _won(around: Around) -> bool:
    """Wins, loses or draws: "Barnsley hammered Rotherham", "win for Leicester over Derby"."""
    if around.before in BEFORE:
        return around.before == "for" and around.follows in ("over", "against") and around.earlier in RESULTS
    return around.follows in BEATS or around.before in BEATS


def _lost_to(around: Around) -> bool:
    """Is what a side lost to or won over: "lost 3-0 at home to Stoke", "knocked out of the cup by Hull"."""
    if around.before not in LOST_TO or around.follows in ("council", "residents"):
        return False
    start = around.span.start
    words = [token.lower_ for token in around.doc[max(0, start - REACH) : start - 1]]
    return any(word in BEATS or word in RESULTS for word in words)
