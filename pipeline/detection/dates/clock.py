"""Clock times and parts of the day, which no date has: looked past."""

import re

ZONE = r"(?: ?(?:gmt|utc|z|[ecmp][sd]?t|bst|cest|cet|msk|ist|local time|local|hours|hrs)\b)"
OCLOCK = (
    r"(?<![\d/.:-])(?:[012]?\d[:.][0-5]\d(?::[0-5]\d)?(?: ?[ap]\.?m\b\.?)?|1?\d ?(?:[ap]\.?m\b\.?|o'clock)"
    r"|[012]\d[0-5]\d(?= ?(?:gmt|utc|local|hours|hrs)))"
)
OF_DAY = r"\b(?:(?:mid-?)?(?:morning|afternoon|evening|night)|midday|noon|midnight|dawn|dusk|daybreak|sunset|sunrise|overnight)\b"
TIME = rf"(?:\b(?:at|around|about|by|from|shortly|just|before|after|in|the|on|early|late)\b[ ,-]*)*(?:{OCLOCK}{ZONE}*|{OF_DAY})"
EDGES = r"^(?:(?:to|and|until|on|of|hours of)\b|[ ,-])+|(?:\b(?:to|and|on|at|in|the)|[ ,-])+$"


def timeless(text: str) -> str:
    """Without clock and part of the day: "at 0900 GMT on Tuesday" is Tuesday, "midnight" nothing."""
    bare = re.sub(TIME, " ", text)
    return re.sub(EDGES, "", " ".join(bare.split())) if bare != text else text
