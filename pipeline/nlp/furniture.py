"""What stands in an item and is not news: captions, credits, bylines, share bars, corrections, agency footers.

Rules go line by line. A whole line is furniture if it is short and looks like it from start to end; within a line only
bracketed notes and agency footers are. Words that news uses too ("share", "subscribe", "photo") never suffice alone.
"""

import re
from collections.abc import Iterator

LONGEST_LINE = 500  # characters; what is longer is prose, whatever it begins with
MEDIA = r"(?:facebook|twitter|x|linkedin|whats ?app|telegram|pinterest|reddit|e-?mail|instagram|youtube|messenger)"
ACTIONS = rf"(?:share|tweet|pin(?: it)?|print|save|comments?|copy link|more|like|follow|\d{{1,6}}(?!\d)|{MEDIA})"
LEGAL = r"(?:(?:privacy|cookie) policy|terms (?:of use|of service|(?:and|&) conditions)|contact us|about us)"
LISTS = (
    r"(?:related (?:stories|articles|topics|news|content)|most (?:read|popular|viewed)|trending(?: now)?|top stories)"
)
MORE = r"(?:(?:read|see) (?:more|also)|also read|more on this(?: story| topic)?|related|don.t miss|filed under)"
STORY = r"(?:article|story|post|content)"
AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|EPA-EFE|Getty(?: Images)?|Xinhua|TASS|Anadolu(?: Agency)?|AA|Shutterstock|dpa|PA"
    r"|Sputnik|NurPhoto)"
)
PICTURE = r"(?:photo|image|picture|photograph|graphic|illustration)s?"

# Whole lines, in any case of letters.
LINES: dict[str, str] = {
    "print": r"print(?:er)?.friendly.{0,40}|print this (?:page|article|story)",
    "comments": r"(?:post|leave|add) an? (?:comment|reply)\W*\d*"
    r"|(?:(?:view|show|read|see) )?(?:all )?\d* ?comments? ?\(?\d*\)?",
    "share": rf"(?:share|tweet|e-?mail|save|like|follow)(?: (?:this|it|us|on|via|to|with|the|a|link|and|friends?|page"
    rf"|{STORY}|{MEDIA})){{1,9}}\W*",
    "share bar": rf"(?:{ACTIONS}[\s|·•,/]*){{1,16}}",
    "widget": r"loading\W*|menu|search|close|image|photo|video|listen",
    "advertisement": r"(?:advertisement|advertising|(?:sponsored|promoted)(?: content)?)\W*",
    "continues": rf"(?:advertisement\W+)?(?:{STORY} continues|scroll (?:to continue|for more)).{{0,40}}",
    "read on": r"(?:read|see|find out|learn|watch|view|continue) (?:more|reading|also|(?:the )?full story)\W{0,3}",
    "read more": rf"(?:{MORE}|{LISTS}|recommended|tags?|topics) ?[:»>|].{{0,200}}",
    "lists": rf"(?:{LISTS}|recommended(?: for you)?|you may also like|more on this story|latest news)\W*",
    "click": r"click here (?:to|for) .{1,120}",
    "follow": rf"(?:follow|like|join|find) us on .{{1,120}}|follow .{{1,60}} on {MEDIA}\b.{{0,60}}",
    "account": r"(?:subscribe|sign ?up|register|log ?in|sign ?in)(?: (?:now|here|today|free))?\W*",
    "subscribe": r"(?:please )?(?:subscribe|sign up|register) (?:(?:now|here|today) )?(?:to|for|and|with) .{0,80}"
    r"(?:newsletters?|updates|alerts|inbox|e-?mails?|channel|edition|briefing|subscription|notifications).{0,120}",
    "newsletter": r"get .{0,80}(?:newsletter|(?:in|to) your inbox|push notifications|breaking news alerts).{0,120}",
    "cookies": r"(?:(?:this|our) (?:web)?site|we|this page) (?:and our partners )?uses? cookies.{0,300}"
    r"|(?:accept|reject|manage) (?:all )?cookies\W*|by (?:continuing|using|browsing) .{0,60}(?:web)?site.{0,200}",
    "legal": rf"{LEGAL}(?:[\s|·•,]*{LEGAL}){{0,6}}\W*",
    "copyright": r"\(?(?:©|\(c\)|copyright (?:©|\(c\)|\d{4})).{0,200}|.{0,100}all rights reserved.{0,100}",
    "reproduction": r".{0,80}(?:may|must) not be (?:published|reproduced|copied)[, ].{0,120}"
    r"(?:broadcast|redistributed|distributed|permission|consent).{0,120}",
    "age": r"\d{1,2} ?min(?:ute)?s? read\W*|\d{1,2} (?:minutes?|hours?|days?) ago\W*",
    "stamp": r"(?:last |first )?(?:updated|published|posted|modified)(?: (?:at|on))? ?:? ?[\w :,./+()-]{0,60}\d{2}"
    r"[\w :,./+()-]{0,40}",
    "app": r"download (?:the|our) .{0,40}\bapp\b.{0,80}",
    "origin": rf"(?:this|the) {STORY} (?:was|has been|is) (?:(?:first|originally|automatically|partly|also) )?"
    r"(?:edited|published|compiled|produced|generated|translated|republished|adapted|provided|distributed|updated)"
    r"(?: (?:by|from|with|using|in|on|at|here|and|to)\b.{0,200})?\W*",
    "contributors": rf".{{3,160}}contributed to this (?:report|dispatch|{STORY})\W*.{{0,80}}",
    "standards": r"our standards:.{0,100}",
    "end": r"(?:-+ ?)?(?:ends?|30) ?-+|\(ends?\)|#{2,}|\*{3,}|_{3,}|-{3,}|={3,}",
    "editors": r"\(?(?:editor.?s?.? notes?|note to (?:editors|readers)|notes? for editors)\)? ?[:-].{0,400}"
    r"|eds?(?:itors)? ?[:.].{0,400}",
    "credit": rf"{PICTURE}(?: (?:credits?|source|courtesy|by))? ?: ?.{{0,160}}"
    r"|video (?:credits?|source) ?: ?.{0,160}",
    "caption": rf"(?:{PICTURE}|media) (?:caption|copyright|credit)\b.{{0,400}}",
    "file photo": rf"(?:file|archive)(?: {PICTURE}| footage)? ?[-–—:|] ?.{{0,480}}|file {PICTURE}\b[^.]{{0,40}}\W*",
}
LINE = re.compile("|".join(f"(?:{pattern})" for pattern in LINES.values()), re.IGNORECASE)
SOURCE = re.compile(r"[Ss]ource ?: ?(?:[A-Z][\w.&/-]* ?){1,4}|" + AGENCY)

# Photo credits: a line that ends in one is a caption.
CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:(?:source|credit|courtesy)s? of (?:the )?{PICTURE} ?:? ?)[^.!?]{{0,60}}$",
        rf"(?i:\((?:file )?(?:{AGENCY} )?{PICTURE}(?:(?: by| courtesy|:|/|,| via).{{0,100}})?\)\W*$)",
        rf"[(\[]?(?:[A-Z][\w.'’-]{{0,30}}(?: [A-Z][\w.'’-]{{0,30}}){{0,3}} ?)(?:(?:for|via) |/ ?)"
        rf"{AGENCY}(?:/[\w .'’-]{{1,40}})?[)\]]?\W*$",
        rf"(?i:[(\[]?\b{AGENCY} ?/ ?[A-Z][\w .'’-]{{2,40}}(?:/ ?file(?: photo)?)?[)\]]?\W*$)",
        rf"(?i:(?:^|[.!?)\]”\"] ?)\(?file (?:{PICTURE}|footage)\)?[.\s]*$)",
        rf"(?i:[.!?)\]”\"] {PICTURE}(?: credit)? ?: ?)[^.!?]{{2,60}}$",
        rf"(?i:^{PICTURE} (?:by|courtesy of) )(?P<names>[^.!?]{{2,80}})$",
    )
)

# Notes on what a version changes, "(In Jan. 3 story, corrects ...)".
CHANGES = re.compile(
    r"\((?P<story>(?:in|this|for)\b[^()]{0,120}?(?:story|item|report|article|headline|paragraph)"
    r"[^()]{0,60}?[,;:] ?(?:and )?)?"
    r"(?:correct(?:s|ed|ing)|adds|updated?s?|recasts|refiles|removes|repeats|clarifies|fixes|changes|drops|rewrites"
    r"|deletes|this (?:story|article|version|item) (?:corrects|has been|was|refiles|removes|adds))\b[^()]{0,400}\)",
    re.IGNORECASE,
)
# Agency footers, "(Reporting by A; Editing by B)".
FOOTER = re.compile(
    r"\(?\b(?:[Aa]dditional )?(?:[Rr]eporting|Writing|Compiled|Edit(?:ed|ing)|Written|Translat(?:ed|ion)|Report|Text)"
    r" (?:and (?:writing|editing|Writing|Editing) )?by [^()\n]{3,300}(?:\)|$)"
)
FOOTER_WORDS = frozenset({
    "and", "in", "by", "the", "of", "with", "for", "from", "at", "de", "van", "von", "der", "al", "el", "bin",
    "additional",
    "reporting", "writing", "editing", "compiled", "graphics", "translation", "translated", "newsroom",
    "bureau", "desk",
})  # fmt: skip
BYLINE = re.compile(r"(?:by|written by)[: ]\s*(?P<names>.{3,100})", re.IGNORECASE)
BYLINE_WORDS = FOOTER_WORDS | {
    "staff",
    "reporter",
    "reporters",
    "writer",
    "writers",
    "correspondent",
    "agencies",
    "agency",
}
WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def furniture(line: str) -> Iterator[tuple[int, int]]:
    """The spans of `line` (one line, no line break) that are not news."""
    text = line.strip()
    start = line.find(text)
    if text and len(text) <= LONGEST_LINE and is_furniture(text):
        yield start, start + len(text)
        return
    for match in CHANGES.finditer(line):
        if match.start() == start or match["story"]:
            yield match.span()
    for match in FOOTER.finditer(line):
        if names_only(match.group(), FOOTER_WORDS):
            yield match.span()


def is_furniture(text: str) -> bool:
    """Whether a whole line is furniture."""
    if LINE.fullmatch(text) or SOURCE.fullmatch(text):
        return True
    credit = next((match for pattern in CREDITS if (match := pattern.search(text))), None)
    listed = credit or BYLINE.fullmatch(text)
    names = listed.groupdict().get("names") if listed else None
    return bool(listed) and (names is None or names_only(names, BYLINE_WORDS))


def names_only(text: str, allowed: frozenset[str]) -> bool:
    """Whether every word has a capital or is one of `allowed`: a list of names, not a sentence."""
    words = WORD.findall(text)
    return bool(words) and all(word[0].isupper() or word.rstrip(".").lower().split("-")[0] in allowed for word in words)
