"""Paragraphs: no sentence runs over a blank line, which the parser, trained on single sentences, may not see."""

import re

from spacy.tokens import Doc

BLANK = re.compile(r"\n\s*\n")


def begin_sentences(doc: Doc) -> None:
    """Let the word behind each blank line begin a sentence; the parser keeps what is set before it comes."""
    if BLANK.search(doc.text) is None:
        return
    for space in doc[:-1]:
        if space.is_space and BLANK.search(space.text_with_ws) and not space.nbor().is_space:
            space.nbor().is_sent_start = True
