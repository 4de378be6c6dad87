"""Attribution: who says so, and nobody where the article says so itself."""

import pytest

from tests.detection.found import events


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The UN said on Monday that rebels attacked the base.", "The UN"),
        ("Rebels attacked the base, officials said.", "officials"),
        ("Rebels attacked the base, according to the ministry.", "the ministry"),
        ("“Rebels attacked the base,” said the general.", "the general"),
        ("Rebels attacked the base.", None),
        ("The UN condemned rebels who attacked the base.", None),
        ("The ministry announced a reform, and rebels attacked the base.", None),
    ],
)
def test_source(text: str, source: str | None) -> None:
    """The source of the attack."""
    (attack,) = [event for event in events(text) if event.kind == "assault"]
    assert (attack.attribution.text if attack.attribution else None) == source
