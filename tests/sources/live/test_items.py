"""One URL that is polled for documents, lists and archives, on a web and a clock that the test owns."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec, instants
from pipeline.errors import BrokerError
from pipeline.records import Article, Problem
from pipeline.sources.items import Place, Rejected
from pipeline.sources.live import bodies, reading
from pipeline.sources.live.account import Account, fresh
from pipeline.sources.live.base import MEMORY_BYTES, Polled, Response
from pipeline.sources.live.items import HttpSource, Options
from pipeline.sources.live.secret import Secret
from pipeline.topics import ARTICLES
from tests.sources.live.fakes import NOW_MS, FakeKafka, FakeWeb, here

URL = "https://wire.example/latest"
MINUTE_MS = 60_000


def answer(body: bytes | str = b"", status: int = 200, url: str = URL, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, url=url, headers=named, body=body.encode() if isinstance(body, str) else body)


def source(*answers: Response | Problem, key: str = "", **options: Any) -> tuple[HttpSource, FakeWeb]:
    web = FakeWeb(list(answers))
    made = HttpSource(
        name="wire",
        options=Options(url=URL, **options),
        place=Place(path=URL, provider="wire", guid="wire", article_bytes=1_000_000),
        key=Secret(None, "KEY", lambda _: key) if key else None,
        fetch=web,
        apart=here,
        clock_ms=lambda: NOW_MS,
    )
    return made, web


async def polls(wire: HttpSource, times: int, memory: dict[str, Any] | None = None) -> list[Polled]:
    """So many polls a minute apart, each with the memory that the last one left."""
    found, memory = [], memory or {}
    for number in range(times):
        polled = await wire.poll(memory, NOW_MS + number * MINUTE_MS)
        memory = memory if polled.memory is None else codec.decode(codec.encode(polled.memory))
        found.append(polled)
    return found


def said(polled: Polled) -> list[tuple[str, ...]]:
    """(guid, version, text) of articles, (code,) of what was rejected."""
    return [
        (one.guid, one.version, one.text) if isinstance(one, Article) else (one.problem.code,) for one in polled.items
    ]


def ninjs(guid: str, version: str, text: str) -> dict[str, Any]:
    return {"uri": guid, "version": version, "versioncreated": f"2024-06-16T0{version}:00:00Z", "body_text": text}


def listed(*values: Any) -> str:
    return codec.encode(list(values)).decode()


def lines(**texts: str) -> str:
    return "".join(codec.encode({"guid": guid, "text": text}).decode() + "\n" for guid, text in texts.items())


async def test_versions_of_its_own() -> None:
    """A list of ninjs: what was sent is not sent again, whatever stands around it; two versions of one item are two."""
    first, second = ninjs("a", "1", "Rain."), ninjs("a", "2", "More rain.")
    wire, _ = source(answer(listed(first)), answer(listed(ninjs("b", "1", "Sun."), second, first)), answer("[]"))
    found = await polls(wire, 3)
    assert [said(polled) for polled in found] == [
        [("a", "1", "Rain.")],
        [("b", "1", "Sun."), ("a", "2", "More rain.")],
        [],
    ]
    assert [polled.problem for polled in found] == [None] * 3
    article = found[0].items[0]
    assert isinstance(article, Article)
    assert article.version_created_at == "2024-06-16T01:00:00.000Z"


async def test_versions_of_ours() -> None:
    """Items without one: each content is the next version, made when it was first seen."""
    wire, _ = source(answer(lines(a="Rain.", b="Same.")), answer(lines(a="Snow.", b="Same.")), answer(lines(a="Rain.")))
    found = await polls(wire, 3)
    assert [said(polled) for polled in found] == [
        [("a", "1", "Rain."), ("b", "1", "Same.")],
        [("a", "2", "Snow.")],
        [("a", "3", "Rain.")],
    ]
    made = [one.version_created_at for polled in found for one in polled.items if isinstance(one, Article)]
    assert made == [instants.from_ms(NOW_MS + number * MINUTE_MS) for number in (0, 0, 1, 2)]


async def test_a_conditional_get() -> None:
    """Validators go back; a 304, and the same body without any, bring nothing and change nothing."""
    same = answer(lines(a="Rain."), etag='"1"', last_modified="then")
    wire, web = source(same, answer(status=304), replace(same, headers={}), answer(status=304, etag='"1"'))
    found = await polls(wire, 4)
    assert [len(polled.items) for polled in found] == [1, 0, 0, 0]
    assert [polled.memory is None for polled in found] == [False, True, True, True]
    assert {k: v for k, v in web.asked[1][1].items() if k != "accept"} == {
        "if-none-match": '"1"', "if-modified-since": "then",
    }  # fmt: skip
    assert found[0].wait_seconds >= 60


@pytest.mark.parametrize(
    ("name", "media_type", "body", "guid"),
    [
        ("items.json", "", listed({"guid": "x", "text": "Rain."}), "x"),
        ("items", "application/x-ndjson; charset=utf-8", lines(x="Rain."), "x"),
        ("items.jsonl", "", lines(x="Rain."), "x"),
        ("list", "text/csv", "id,text\nx,Rain.\n", "x"),
        ("one", "application/json", codec.encode(ninjs("x", "1", "Rain.")), "x"),
        (
            "doc",
            "text/xml",
            "<nitf><head><docdata><doc-id id-string='x'/></docdata></head>"
            "<body><body.content><p>Rain.</p></body.content></body></nitf>",
            "x",
        ),
        ("note.txt", "text/plain", "Rain.", "note.txt"),
    ],
)
async def test_formats(name: str, media_type: str, body: str | bytes, guid: str) -> None:
    wire, _ = source(answer(body, url=f"https://wire.example/{name}?page=1", content_type=media_type))
    (polled,) = await polls(wire, 1)
    assert said(polled) == [(guid, "1", "Rain.")]


async def test_an_archive() -> None:
    """Told by its bytes; its members are the provider's, and what is wrong in it is said once."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.json", codec.encode(ninjs("a", "1", "Rain.")))
        archive.writestr("cat.jpg", b"\xff\xd8")
        archive.writestr("/etc/passwd.txt", "x")
    body = packed.getvalue()
    wire, _ = source(answer(body), answer(body + b"\0"))
    first, second = await polls(wire, 2)
    assert said(first) == [("a", "1", "Rain."), ("unsafe-name",)]
    assert (second.items, second.problem) == ((), None)
    assert {one.provider for one in first.items if isinstance(one, Article)} == {"wire"}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (answer(status=404), "http-404"),
        (answer(status=500, retry_after="600"), "http-500"),
        (answer("<!doctype html><title>Sign in</title><p>Please sign in to read."), "unexpected-page"),
        (answer("\x00\x01\x02"), "unknown-format"),
        (answer("[1, 2"), "unknown-format"),
        (answer("{}", url=f"{URL}.json"), "invalid-record"),
        (answer(b"PK\x03\x04" + b"x" * 50), "damaged-zip"),
        (Problem(code="unreachable", message="nobody there"), "unreachable"),
        (Problem(code="too-large", message="a flood"), "too-large"),
    ],
)
async def test_what_is_no_list(found: Response | Problem, code: str) -> None:
    """A problem, and another poll later; then everything is well again."""
    wire, _ = source(found)
    (failed,) = await polls(wire, 1)
    assert (failed.items, failed.problem and failed.problem.code, failed.wait_seconds >= 60) == ((), code, True)
    assert failed.memory is not None
    mended, _ = source(answer(lines(a="Rain.")))
    late = await mended.poll(failed.memory, NOW_MS + 700_000)
    assert (said(late), late.problem) == ([("a", "1", "Rain.")], None)
    assert late.memory is not None
    assert "failing_since_ms" not in late.memory


async def test_gone() -> None:
    wire, web = source(answer(status=410))
    found = await polls(wire, 3)
    assert [polled.problem and polled.problem.code for polled in found] == ["gone"] * 3
    assert len(web.asked) == 1


async def test_a_bad_item_is_said_once() -> None:
    """Whatever changes around it; changed itself, it is said again."""
    wire, _ = source(
        answer(lines(a="Rain.") + "{\n"), answer(lines(a="Snow.") + "{\n"), answer(lines(a="Snow.") + "{{\n")
    )
    found = await polls(wire, 3)
    assert [said(polled) for polled in found] == [
        [("a", "1", "Rain."), ("invalid-json",)], [("a", "2", "Snow.")], [("invalid-json",)],
    ]  # fmt: skip


async def test_more_than_one_poll_takes() -> None:
    """The rest follows at once; nothing is forgotten, and no validator is sent before all is there."""
    texts = {f"g{number}": "Rain." for number in range(reading.ITEMS + 5)}
    wire, web = source(answer(lines(**texts), etag='"1"'))
    found = await polls(wire, 3)
    assert [len(polled.items) for polled in found] == [reading.ITEMS, 5, 0]
    assert found[0].wait_seconds == 0
    assert found[1].wait_seconds >= 60
    assert ["if-none-match" in headers for _, headers in web.asked] == [False, False, True]


async def test_too_many_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_ITEMS", 2)
    wire, _ = source(answer(lines(a="1", b="2", c="3")), answer(lines(a="1", b="2", c="4")))
    first, second = await polls(wire, 2)
    assert said(first) == [("a", "1", "1"), ("b", "1", "2"), ("too-many-items",)]
    assert said(second) == []


async def test_a_key() -> None:
    """Sent in the header that was named, to nobody else; cut out where the server repeats it; without it nobody is asked."""
    wire, web = source(answer(lines(a="Ask with k3y-of-ours.")), key="k3y-of-ours", key_header="x-key")
    (polled,) = await polls(wire, 1)
    assert (web.asked[0][1]["x-key"], said(polled)) == ("k3y-of-ours", [("a", "1", "Ask with .")])
    moved = replace(answer(lines(a="Rain.")), moved_to="https://elsewhere.example/")
    wire, web = source(moved, key="k3y-of-ours")
    await polls(wire, 2)
    assert [(url, "authorization" in headers) for url, headers in web.asked] == [
        (URL, True),
        ("https://elsewhere.example/", False),
    ]
    lost, nobody = source(answer(), key="short")
    (polled,) = await polls(lost, 1)
    assert (nobody.asked, polled.problem and polled.problem.code) == ([], "no-key")


async def test_killed_between_confirmation_and_state() -> None:
    """All comes again, with the same version; then never again."""
    wire, _ = source(answer(listed(ninjs("a", "1", "Rain."))))
    kafka = FakeKafka(dies=2)
    account = Account(fresh("wire", "http", NOW_MS), kafka, lambda: NOW_MS)
    with pytest.raises(BrokerError):
        await account.settle(await wire.poll({}, NOW_MS), NOW_MS)
    kafka.dies = None
    account = Account(fresh("wire", "http", NOW_MS), kafka, lambda: NOW_MS)
    memory = await account.settle(await wire.poll({}, NOW_MS + MINUTE_MS), NOW_MS)
    await account.settle(await wire.poll(memory, NOW_MS + MINUTE_MS), NOW_MS)
    first, second = kafka.of(ARTICLES.name)
    assert first == second


async def test_what_takes_minutes_is_cut_short() -> None:
    """And spoken of."""
    wire, _ = source(answer(lines(a="Rain.", b="Sun.")))
    times = iter([NOW_MS, NOW_MS, NOW_MS, *[NOW_MS + 3 * reading.READ_MS] * 10])
    wire.clock_ms = lambda: next(times)
    (polled,) = await polls(wire, 1)
    assert polled.problem is not None
    assert (said(polled), polled.problem.code) == ([("a", "1", "Rain.")], "too-slow")


def test_the_largest_memory_fits() -> None:
    seen = {f"{number:026}": ["0" * 26, 1000] for number in range(bodies.MOST_ITEMS + 1)}
    assert len(codec.encode({"url": URL, "seen": seen})) < MEMORY_BYTES


def test_rejected_is_known_by_its_bytes() -> None:
    one = Rejected(path="x", line=1, problem=Problem(code="c", message="m"), raw=b"1")
    assert bodies.known(one) == bodies.known(replace(one))
    assert bodies.known(one) != bodies.known(replace(one, raw=b"2"))
