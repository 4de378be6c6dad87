"""Text of strangers on a terminal: what is printed moves no cursor and rings no bell."""


def printable(text: str) -> str:
    """The text on one line: white space as single spaces, control and format characters as escapes."""
    return "".join(one if one.isprintable() else _escaped(one) for one in " ".join(text.split()))


def printable_lines(text: str) -> str:
    """As `printable`, but the lines stay."""
    return "\n".join(
        "".join(one if one.isprintable() or one == "\t" else _escaped(one) for one in line) for line in text.split("\n")
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
