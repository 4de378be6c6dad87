"""The words of time expressions: months, weekdays, numbers and units, as tables and as patterns made of them."""

import calendar

WEEKDAYS = {name.lower(): index for index, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name[:3]: index for name, index in WEEKDAYS.items()} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
MONTHS = {name.lower(): index for index, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: index for name, index in MONTHS.items()} | {"sept": 9}

NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
# What a number that is none may mean, from and to.
VAGUE = {"few": (2, 5), "several": (3, 8), "": (2, 8)}
ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
ORDINALS |= {f"twenty-{word}": 20 + number for word, number in list(ORDINALS.items())[:9]}
ORDINALS |= {"thirtieth": 30, "thirty-first": 31}


def either(*words: str) -> str:
    """A pattern of any of these words, the longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


WEEKDAY = either(*WEEKDAYS)
MONTH = either(*MONTHS) + r"\b\.?"
YEAR = r"(?:1[89]|20)\d\d"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{either(*ORDINALS)})"
UNIT = r"(?:minute|hour|day|week|fortnight|weekend|month|quarter|year|decade)"
_WORDS = rf"(?:{either(*NUMBERS)}|{either(*TENS)}(?:-{either(*NUMBERS)})?)"
COUNT = rf"(?:an? )?(?:couple(?: of)?|few|several|dozen|\d{{1,4}}|{_WORDS})|an?"


def count(words: str) -> tuple[int, int]:
    """From and to: "three" is (3, 3), "a few" (2, 5), nothing at all ("days ago") (2, 8)."""
    word = words.split()[-1] if words.split() else ""
    if words.endswith("couple of"):
        word = "couple"
    if word in VAGUE:
        return VAGUE[word]
    exact = {"a": 1, "an": 1, "couple": 2, "dozen": 12}.get(word)
    if exact is None:
        exact = int(word) if word.isdigit() else sum((NUMBERS | TENS)[part] for part in word.split("-"))
    return exact, exact


def ordinal(word: str) -> int:
    """ "third", "3rd" and "3" are 3."""
    return ORDINALS[word] if word in ORDINALS else int(word.rstrip("stndrh"))


def month_number(word: str) -> int:
    """1 to 12."""
    return MONTHS[word.rstrip(".")]
