"""How well the words of others are found: kinds in the parts of `gold/paraphrases.jsonl`, by the half that was read and the rest.

python -m tests.eval.paraphrases
"""

import sys
from collections.abc import Sequence

from tests.eval.run import pairings
from tests.eval.scores import Pairing, score

# What the texts whose id begins so are.
PARTS = {"a": "talks and ceasefires, sentences", "b": "all other kinds, sentences", "c": "wire articles"}


def is_read(text_id: str) -> bool:
    """Whether the maker of the rules read its errors: the first, third … of each part."""
    return int(text_id[1:]) % 2 == 1


def table(found: Sequence[Pairing]) -> str:
    """F1, precision and recall of kinds, a line for each half of each part and of all sentences."""
    lines = [f"{'part':<36} {'half':<7} {'f1':>5} {'p':>5} {'r':>5}"]
    for letters, name in {**PARTS, "ab": "all sentences"}.items():
        for read, half in ((True, "read"), (False, "unread")):
            part = [one for one in found if one.text.id[0] in letters and is_read(one.text.id) == read]
            scores = score(part)
            values = " ".join(f"{scores[metric].value:5.2f}" for metric in ("kind_f1", "kind_p", "kind_r"))
            lines.append(f"{name:<36} {half:<7} {values}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(pairings("paraphrases")))
