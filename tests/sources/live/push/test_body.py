"""Ninjs is read in a child process; a parser that gives up costs its own lines, and nothing else."""

from typing import Any

from pipeline import codec
from pipeline.records import Article, Problem
from pipeline.sources.guards.child import Children
from pipeline.sources.items import Place, Rejected
from pipeline.sources.live.push import body
from pipeline.sources.live.push.limits import Limits

PLACE = Place(path="push", provider="acme", guid="", article_bytes=10_000)
NINJS = codec.encode({"uri": "tag:1", "version": "1", "type": "text", "body_xhtml": "<p>Talks.</p><p>Postponed.</p>"})
OURS = b'{"guid": "7", "text": "Talks."}'


async def test_lines_of_both_kinds_keep_their_order() -> None:
    """With real child processes."""
    with Children() as apart:
        found = await body.items("application/x-ndjson", b"\n".join([NINJS, OURS, NINJS]), PLACE, Limits(), apart)
    told = [(line, item.guid, item.text) for line, item in found if isinstance(item, Article)]
    assert told == [(1, "tag:1", "Talks.\n\nPostponed."), (2, "7", "Talks."), (3, "tag:1", "Talks.\n\nPostponed.")]


async def test_a_parser_that_gives_up_rejects_what_it_was_given() -> None:
    problem = Problem(code="parser-timed-out", message="too slow")

    async def stuck(function: Any, *arguments: Any, seconds: float = 2.0) -> Any:
        return problem

    found = await body.items("application/x-ndjson", NINJS + b"\n" + OURS, PLACE, Limits(), stuck)
    rejected, taken = [item for _, item in found]
    assert rejected == Rejected(path="push", line=1, problem=problem, raw=NINJS)
    assert isinstance(taken, Article)


async def test_our_own_articles_need_no_child() -> None:
    async def never(function: Any, *arguments: Any, seconds: float = 2.0) -> Any:
        raise AssertionError

    found = await body.items("application/json", OURS, PLACE, Limits(), never)
    assert [line for line, _ in found] == [1]
