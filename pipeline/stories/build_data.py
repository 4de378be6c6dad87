"""Build data/words.tsv.gz: `python -m pipeline.stories.build_data` (needs the package symspellpy).

Source: frequency_dictionary_en_82_765.txt of symspellpy 6.10.1 (MIT), which is the Google Books Ngram data (CC BY 3.0) cut to
the words of SCOWL (see NOTICE). Changes: counts are added up by stem and turned into rarities.
"""

import gzip
import math
from collections import Counter
from importlib import import_module
from pathlib import Path

from pipeline.stories.words import RAREST, TABLE, stem

SOURCE = "frequency_dictionary_en_82_765.txt"
HEADER = (
    "# Rarity in tenths of English stems: Google Books Ngrams (CC BY 3.0) by way of SymSpell (MIT).\nstem\ttenths\n"
)
# The length of a news item in words, so that a rarity is -log of the chance to meet the stem in one.
TEXT_WORDS = 300


def build() -> bytes:
    """The file's bytes; the same for the same symspellpy."""
    folder = Path(str(import_module("symspellpy").__file__)).parent
    counts: Counter[str] = Counter()
    for line in (folder / SOURCE).read_text(encoding="utf-8-sig").splitlines():
        word, count = line.split()
        counts[stem(word)] += int(count)
    total = counts.total()
    rows = [
        f"{form}\t{tenths}\n" for form, count in sorted(counts.items()) if (tenths := rarity(count / total)) is not None
    ]
    return gzip.compress((HEADER + "".join(rows)).encode(), compresslevel=9, mtime=0)


def rarity(chance: float) -> int | None:
    """In tenths; None where it is what a stem has that the table does not know."""
    tenths = round(-10 * math.log(1 - (1 - chance) ** TEXT_WORDS))
    return tenths if tenths < RAREST * 10 else None


if __name__ == "__main__":
    TABLE.write_bytes(build())
