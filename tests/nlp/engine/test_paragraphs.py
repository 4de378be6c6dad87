"""A blank line ends a sentence; a line that is only wrapped does not."""

import pytest

from pipeline.nlp.engine.engine import Engine


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Petro freezes peace dialogue with ELN\n\nPresident Gustavo Petro froze the talks on Friday.",
            ["Petro freezes peace dialogue with ELN", "President Gustavo Petro froze the talks on Friday."],
        ),
        ("By our correspondent\n  \n Troops shot back.", ["By our correspondent", "Troops shot back."]),
        ("The two sides agreed\nto meet in Doha.", ["The two sides agreed\nto meet in Doha."]),
        ("They met.\n\n", ["They met."]),
        ("\n\nThey met.", ["They met."]),
    ],
)
def test_sentences(engine: Engine, text: str, sentences: list[str]) -> None:
    (doc,) = engine.docs([text])
    assert [found for sentence in doc.sents if (found := sentence.text.strip())] == sentences
