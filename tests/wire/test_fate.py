"""The fate of a version, row by row of the table: what came before, what comes now, what becomes of it."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.records import Article, ArticleState, Coordinates, HeldVersion, Problem
from pipeline.wire.fate import ANNOTATE, UNCHANGED, Arrival, Decision, decide
from pipeline.wire.versions import rank, version_of
from tests.builders import START_MS, make_article

LATER, BEFORE = "2024-06-16T09:00:00Z", "2024-06-16T07:00:00Z"
WITHHELD = Decision("retracted", Problem(code="withheld", message="the provider says withheld"))
HELD = Decision("held", Problem(code="embargo", message=f"until {LATER}"))
UNREADABLE = Decision("held", Problem(code="embargo-unreadable", message="noon"))
CANCELED = Decision("retracted", Problem(code="canceled", message="the provider says canceled"))
NOW = Arrival(at_ms=START_MS)


def known(settled: Article | None = None, held: Article | None = None) -> ArticleState:
    """What is known of the item when these were settled and held."""
    place = Coordinates(topic="t", partition=0, offset=0)
    why = Problem(code="embargo", message="")
    waits = None if held is None else HeldVersion(article=held, until=None, problem=why, input=place, held_at=LATER)
    return ArticleState(settled=None if settled is None else version_of(settled), held=waits, events={}, recent=[])


def older(version: str, standing: str = "settled") -> Decision:
    return Decision("stale", Problem(code="older-version", message=f"version {version} is {standing}"))


def same_version(version: str, standing: str = "settled") -> Decision:
    message = f"version {version} is {standing} with other content: send what replaces it as a newer version"
    return Decision("stale", Problem(code="same-version", message=message))


def v(version: int, **changes: Any) -> Article:
    """A version with words of its own."""
    return make_article(version=str(version), **({"text": f"Text {version}."} | changes))


# What was settled, what is held, what comes, what becomes of it.
TABLE: dict[str, tuple[Article | None, Article | None, Article, Decision]] = {
    "first": (None, None, v(1), ANNOTATE),
    "first is version 0": (None, None, v(0), ANNOTATE),
    "correction": (v(1), None, v(2), ANNOTATE),
    "correction that skips numbers": (v(978556838), None, v(1542761538), ANNOTATE),
    "writethru under a later time and a lower number": (
        v(9), None, v(1, version_created_at="2024-06-16T07:40:00Z"), ANNOTATE,
    ),
    "correction of the headline alone": (v(1), None, v(2, text="Text 1.", headline="Better"), ANNOTATE),
    "correction of the address alone": (v(1), None, v(2, text="Text 1.", url=None), ANNOTATE),
    "duplicate": (v(1), None, v(1), UNCHANGED),
    "refile": (v(1), None, v(2, text="Text 1."), UNCHANGED),
    "late version": (v(2), None, v(1), older("2")),
    "late version with what stands": (v(2), None, v(1, text="Text 2."), older("2")),
    "cancel": (v(1), None, v(2, status="canceled"), CANCELED),
    "cancel without a body": (v(1), None, v(2, status="canceled", text="", headline="CORRECTED-Still here"), CANCELED),
    "cancel under the number of what it cancels": (v(1), None, v(1, status="canceled", text=""), CANCELED),
    "cancel in another language, embargoed, as an advisory": (
        v(1), None, v(2, status="canceled", language="de", embargo_until=LATER, purpose="advisory"), CANCELED,
    ),
    "cancel of what nobody saw": (None, None, v(2, status="canceled"), CANCELED),
    "cancel that comes twice": (v(2, status="canceled"), None, v(2, status="canceled"), CANCELED),
    "late cancel": (v(3), None, v(2, status="canceled"), older("3")),
    "what was canceled, late": (v(2, status="canceled"), None, v(1), older("2")),
    "what was canceled, late, under the cancel's number": (
        v(2, status="canceled"), None, v(2), same_version("2"),
    ),
    "withhold": (v(1), None, v(2, status="withheld"), WITHHELD),
    "reversal": (v(2, status="canceled"), None, v(3, text="Text 2."), ANNOTATE),
    "reversal of a withhold": (v(2, status="withheld"), None, v(3), ANNOTATE),
    "embargo": (None, None, v(1, embargo_until=LATER), HELD),
    "embargo after a version that is out": (v(1), None, v(2, embargo_until=LATER), HELD),
    "embargo that is over": (None, None, v(1, embargo_until=BEFORE), ANNOTATE),
    "embargo that cannot be read": (None, None, v(1, embargo_until="noon"), UNREADABLE),
    "embargo on what is out already": (v(1), None, v(1, embargo_until=LATER), UNCHANGED),
    "embargo on what is older than what is out": (v(2), None, v(1, embargo_until=LATER), older("2")),
    "embargo on a refile of what is out": (v(1), None, v(2, text="Text 1.", embargo_until=LATER), HELD),
    "the same embargo again": (None, v(1, embargo_until=LATER), v(1, embargo_until=LATER), HELD),
    "embargo extended": (None, v(1, embargo_until=BEFORE), v(2, embargo_until=LATER), HELD),
    "embargo extended, the shorter one late": (None, v(2, embargo_until="noon"), v(1, embargo_until=LATER), older("2", "held")),
    "embargo lifted by a newer version": (None, v(1, embargo_until=LATER), v(2), ANNOTATE),
    "embargo lifted by the same version": (None, v(1, embargo_until=LATER), v(1), ANNOTATE),
    "older one that may be out, late": (v(1), v(3, embargo_until=LATER), v(2), ANNOTATE),
    "refile of what is out, late": (v(1), v(3, embargo_until=LATER), v(2, text="Text 1."), UNCHANGED),
    "older than what is out, late": (v(2), v(3, embargo_until=LATER), v(1), older("2")),
    "cancel of what waits": (v(1), v(2, embargo_until=LATER), v(3, status="canceled"), CANCELED),
    "late cancel of what came before what waits": (v(1), v(3, embargo_until=LATER), v(2, status="canceled"), CANCELED),
    "embargo after a cancel": (v(2, status="canceled"), None, v(3, embargo_until=LATER), HELD),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_transition(case: str) -> None:
    settled, held, article, wanted = TABLE[case]
    assert decide(article, known(settled, held), NOW) == wanted
    if settled is None and held is None:
        assert decide(article, None, NOW) == wanted


UNFIT = [
    ({"purpose": "advisory"}, "advisory", "it is no news: advisory"),
    ({"purpose": "test", "text": ""}, "test", "it is no news: test"),
    ({"headline": "TEST TEST TEST"}, "test", "it is no news: test"),
    ({"text": ""}, "empty-text", "there is no text"),
    ({"text": "\r\n\t\u2003"}, "empty-text", "there is no text"),
    *(({"language": tag}, "language", f"language is {tag}") for tag in ("de", "ar", "zh-Hans", "enm", "english", "-en")),
    ({"language": "x" * 200}, "language", f"language is {'x' * 100}"),
    ({"language": "de", "embargo_until": LATER}, "language", "language is de"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "message"), UNFIT)
def test_what_is_unfit_is_skipped_whatever_came_before(change: dict[str, Any], code: str, message: str) -> None:
    """And however it comes: so it is decided the same way when it is delivered again."""
    article = v(5, **change)
    states = [
        None,
        known(),
        known(v(1)),
        known(v(9)),
        known(v(9, status="canceled")),
        known(v(1), v(9)),
        known(article),
    ]
    arrivals = [NOW, replace(NOW, reprocess=True), replace(NOW, released=True)]
    wanted = Decision("skipped", Problem(code=code, message=message))
    assert {decide(article, state, arrival) for state in states for arrival in arrivals} == {wanted}


@pytest.mark.parametrize("language", [None, "", "en", "EN", "en-US", "en_GB", "eng", "und"])
def test_english_is_read(language: str | None) -> None:
    """And what does not say what it is."""
    assert decide(v(1, language=language), None, NOW) == ANNOTATE


def test_of_two_contents_under_one_version_the_same_one_stands_in_the_end() -> None:
    """Whichever comes first."""
    lower, higher = sorted((v(1, text="One."), v(1, text="Other.")), key=lambda one: rank(version_of(one)))
    assert decide(higher, known(lower), NOW) == ANNOTATE
    assert decide(lower, known(higher), NOW) == same_version("1")
    waiting = [replace(one, embargo_until=LATER) for one in (lower, higher)]
    assert decide(waiting[1], known(None, waiting[0]), NOW) == HELD
    assert decide(waiting[0], known(None, waiting[1]), NOW) == same_version("1", "held")


RELEASED = replace(NOW, released=True)


def test_what_is_released_is_read_though_kafkas_clock_is_behind_the_workers() -> None:
    """If it is what waits; a header alone opens nothing."""
    waits = v(2, embargo_until=LATER)
    assert decide(waits, known(v(1), waits), RELEASED) == ANNOTATE
    assert decide(waits, known(v(1)), RELEASED) == HELD
    assert decide(v(3, embargo_until=LATER), known(v(1), waits), RELEASED) == HELD
    assert decide(v(1, embargo_until=LATER), known(None, waits), RELEASED) == older("2", "held")


def test_what_is_released_twice_or_too_late_changes_nothing() -> None:
    waits = v(2, embargo_until=BEFORE)
    assert decide(waits, known(waits), RELEASED) == UNCHANGED
    assert decide(waits, known(v(3)), RELEASED) == older("3")
    assert decide(waits, known(v(3, status="canceled")), RELEASED) == older("3")


REPROCESS = replace(NOW, reprocess=True)


@pytest.mark.parametrize(
    ("settled", "article", "wanted"),
    [
        (v(1), v(1), ANNOTATE),
        (v(1), v(2, text="Text 1."), ANNOTATE),
        (v(1, embargo_until=None), v(1, embargo_until="noon"), ANNOTATE),
        (v(2), v(1), older("2")),
        (v(2), v(1, text="Text 2."), older("2")),
        (v(2, status="canceled"), v(2, status="canceled"), CANCELED),
        (v(1), v(2, embargo_until=LATER), HELD),
    ],
)
def test_reprocessing_reads_what_stands_again_and_overtakes_nothing(
    settled: Article, article: Article, wanted: Decision
) -> None:
    """What is out is out, whatever embargo its first message had."""
    assert decide(article, known(settled), REPROCESS) == wanted
