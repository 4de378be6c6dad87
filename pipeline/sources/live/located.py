"""Where in a TOML file its tables and keys stand. tomllib gives values without lines, and people want lines."""

import re
from dataclasses import dataclass, field

HEADER = re.compile(r"""\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$""")
KEY = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"([^"]*)"|'([^']*)')\s*=""")
LONG = re.compile(r"'''|\"\"\"")


@dataclass(slots=True)
class Table:
    """A table's header (line 0: what stands before the first one) and the lines of its keys, counted from 1."""

    name: str
    line: int
    keys: dict[str, int] = field(default_factory=dict)

    def of(self, key: str) -> int:
        """The key's line; the table's where the key is missing."""
        return self.keys.get(key, self.line)


def tables(text: str) -> list[Table]:
    """All tables of sound TOML, in order, the nameless one first; what stands in long strings is none of it."""
    found = [Table("", 0)]
    inside_string = False
    for number, line in enumerate(text.splitlines(), start=1):
        marks = len(LONG.findall(line))
        if not inside_string:
            if header := HEADER.match(line):
                found.append(Table(header[1], number))
                owner, _, key_name = header[1].partition(".")
                if key_name and (above := next((one for one in reversed(found) if one.name == owner), None)):
                    above.keys.setdefault(key_name, number)  # [source.map] is the key `map` of the [[source]] above
            elif key := KEY.match(line):
                found[-1].keys.setdefault(next(name for name in key.groups() if name is not None), number)
        inside_string ^= marks % 2 == 1
    return found
