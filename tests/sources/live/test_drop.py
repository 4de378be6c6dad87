"""A watched folder: real files, a clock of the test's own, and a Kafka that dies where it hurts."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.errors import BrokerError
from pipeline.records import Article
from pipeline.sources.items import Place, Rejected
from pipeline.sources.live import declared, drop, reading
from pipeline.sources.live.account import Account, fresh
from pipeline.sources.live.base import MEMORY_BYTES, Polled
from pipeline.sources.live.drop import FolderSource, Options
from pipeline.sources.live.kinds import SOURCES, World
from pipeline.topics import ARTICLES
from tests.sources.live.fakes import NOW_MS, FakeKafka, here

OLD_MS = NOW_MS - 600_000
OLD = "2024-06-16T07:50:00.000Z"


def put(path: Path, content: str | bytes, at_ms: int = OLD_MS) -> Path:
    """A file that nobody is writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(at_ms * 1_000_000, at_ms * 1_000_000))
    return path


def lines(*texts: str) -> str:
    return "".join(codec.encode({"guid": str(n), "text": text}).decode() + "\n" for n, text in enumerate(texts))


@dataclass
class Watch:
    """A folder that is polled, and what is remembered of it."""

    root: Path
    options: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    most_items: int = reading.ITEMS
    clock_ms: Callable[[], int] = lambda: NOW_MS
    source: FolderSource = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As after a restart."""
        self.source = FolderSource(
            name="drop",
            options=Options(path=self.root, **self.options),
            place=Place(path=str(self.root), provider="drop", guid="drop", article_bytes=1_000_000),
            apart=here,
            clock_ms=self.clock_ms,
            most_items=self.most_items,
        )

    async def poll(self, *, confirmed: bool = True) -> Polled:
        polled = await self.source.poll(self.memory, NOW_MS)
        if confirmed and polled.memory is not None:
            self.memory = codec.decode(codec.encode(polled.memory))  # as Kafka gives it back
        return polled

    async def read(self) -> list[tuple[str, ...]]:
        return said(await self.poll())


def said(polled: Polled) -> list[tuple[str, ...]]:
    """(guid, text) of articles, (code,) of what was rejected."""
    return [(one.guid, one.text) if isinstance(one, Article) else (one.problem.code,) for one in polled.items]


async def test_the_article_whole(tmp_path: Path) -> None:
    """Golden: a text is a version as old as its file."""
    put(tmp_path / "sub" / "a.txt", "Rain fell.")
    watch = Watch(tmp_path)
    polled = await watch.poll()
    assert polled.items == (Article(provider="drop", guid="sub/a.txt", text="Rain fell.", version_created_at=OLD),)
    assert (polled.wait_seconds, polled.problem) == (5.0, None)
    assert await watch.poll() == Polled(wait_seconds=5.0)


async def test_every_format_and_archives(tmp_path: Path) -> None:
    """Whatever `tickertape ingest` reads; what has a version of its own keeps it; a picture is nobody's."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "in/a.json", '{"uri": "z1", "version": "7", "versioncreated": "2020-01-01T00:00:00Z", "body_text": "Zip."}'
        )
        archive.writestr("in/b.txt", "Member.")
        archive.writestr("../../out.txt", "Out.")
        archive.writestr("cat.jpg", b"\xff\xd8\xff")
    put(tmp_path / "1.zip", packed.getvalue())
    put(tmp_path / "2.jsonl", lines("One.", "Two."))
    docdata = "<head><docdata><doc-id id-string='n1'/></docdata></head>"
    put(tmp_path / "3.xml", f"<nitf>{docdata}<body><body.content><p>Nitf.</p></body.content></body></nitf>")
    put(tmp_path / "4.jpg", b"\xff\xd8\xff")
    watch = Watch(tmp_path)
    polled = await watch.poll()
    found = {
        (one.guid, one.version, one.version_created_at, one.text) for one in polled.items if isinstance(one, Article)
    }
    assert found == {
        ("z1", "7", "2020-01-01T00:00:00.000Z", "Zip."),
        ("in/b.txt", "1", OLD, "Member."),
        ("0", "1", OLD, "One."),
        ("1", "1", OLD, "Two."),
        ("n1", "1", OLD, "Nitf."),
    }
    assert {one.provider for one in polled.items if isinstance(one, Article)} == {"drop"}
    assert [item.problem.code for item in polled.items if isinstance(item, Rejected)] == ["unsafe-name"]
    assert await watch.read() == []


async def test_columns_are_named_in_sources_toml(tmp_path: Path) -> None:
    """From the declaration to the article, in archives too; what is not mapped stays in `origin`."""
    table = "Story;Head;No;Desk\nRain fell.;Rain;7;Rome\n"
    put(tmp_path / "drop" / "a.csv", table)
    with zipfile.ZipFile(tmp_path / "drop" / "b.zip", "w") as archive:
        archive.writestr("b.csv", table)
    os.utime(tmp_path / "drop" / "b.zip", ns=(OLD_MS * 1_000_000, OLD_MS * 1_000_000))
    text = f"""
[[source]]
name = "desk"
type = "folder"
path = "{tmp_path / "drop"}"
[source.map]
text = "Story"
headline = "Head"
guid = "No"
"""
    declarations, flaws = declared.read(text)
    assert flaws == []
    world = World(
        apart=here, article_bytes=1_000_000, extract=lambda *_: (), secret=lambda: "", clock_ms=lambda: NOW_MS,
        sender=None, state_path=tmp_path,
    )  # fmt: skip
    source = SOURCES["folder"].make("desk", declarations.sources[0].options, world)
    assert isinstance(source, FolderSource)
    article = Article(
        provider="desk", guid="7", text="Rain fell.", headline="Rain", version_created_at=OLD, origin={"Desk": "Rome"}
    )
    assert (await source.poll({}, NOW_MS)).items == (article, article)


async def test_a_file_is_written_again(tmp_path: Path) -> None:
    """New content is a newer version; the old content under a new date is nothing."""
    put(tmp_path / "a.txt", "First.")
    watch = Watch(tmp_path)
    assert await watch.read() == [("a.txt", "First.")]
    put(tmp_path / "a.txt", "First.", OLD_MS + 1_000)
    assert await watch.read() == []
    put(tmp_path / "a.txt", "Other.", OLD_MS + 2_000)
    polled = await watch.poll()
    assert [one.version_created_at for one in polled.items if isinstance(one, Article)] == ["2024-06-16T07:50:02.000Z"]
    assert await watch.read() == []


async def test_a_file_that_is_being_written_waits(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", "Ra", NOW_MS - 1_000)
    watch = Watch(tmp_path)
    assert await watch.read() == []
    put(tmp_path / "a.txt", "Rain.", NOW_MS - 500)
    assert await watch.read() == []
    assert await watch.read() == [("a.txt", "Rain.")]


@pytest.mark.parametrize("after", ["move", "delete"])
async def test_put_away_after_confirmation(tmp_path: Path, after: str) -> None:
    """Not before; then at once; a namesake does not write over what is done."""
    watch = Watch(tmp_path, {"after": after})
    for text in ("One.", "Two."):
        path = put(tmp_path / "sub" / "a.txt", text)
        unconfirmed = await watch.poll(confirmed=False)
        again = await watch.poll()
        assert said(unconfirmed) == said(again) == [("sub/a.txt", text)]
        assert (path.exists(), again.wait_seconds) == (True, 0)
        assert await watch.read() == []
        assert not path.exists()
        assert (await watch.poll()).wait_seconds == 5.0
    done = {path.name: path.read_text() for path in (tmp_path / "done").rglob("*.txt*")}
    assert done == ({"a.txt": "One.", "a.txt.2": "Two."} if after == "move" else {})
    assert watch.memory["files"] == {}


async def test_what_was_rejected_stays_and_is_said_once(tmp_path: Path) -> None:
    """Broken, hostile, leading out, no file: neither moved nor repeated, over a restart too; mended, it is read."""
    put(tmp_path / "broken.jsonl", lines("Good.") + "{")
    put(tmp_path / "bomb.xml", '<!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>')
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.txt")
    watch = Watch(tmp_path, {"after": "move"})
    found = sorted(await watch.read())
    assert found == sorted(
        [("0", "Good."), ("invalid-json",), ("unknown-format",), ("outside-folder",), ("not-a-file",)]
    )
    assert await watch.read() == []
    watch.begin()
    assert await watch.read() == []
    assert (tmp_path / "broken.jsonl").exists()
    put(tmp_path / "broken.jsonl", lines("Good.", "Better."), OLD_MS + 1)
    assert await watch.read() == [("0", "Good."), ("1", "Better.")]
    assert await watch.read() == []
    assert not (tmp_path / "broken.jsonl").exists()


async def test_unreadable_until_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said once; read when something about the file changes."""
    path = put(tmp_path / "a.txt", "Rain.")
    real = os.open

    def refuse(name: Any, *rest: Any) -> int:
        raise PermissionError(13, "Permission denied")

    watch = Watch(tmp_path)
    monkeypatch.setattr("pipeline.sources.live.one_file.os.open", refuse)
    assert [await watch.read() for _ in range(2)] == [[("unreadable",)], []]
    monkeypatch.setattr("pipeline.sources.live.one_file.os.open", real)
    assert await watch.read() == []
    path.chmod(0o600)
    assert await watch.read() == [("a.txt", "Rain.")]


async def test_a_file_that_vanishes(tmp_path: Path) -> None:
    """After the look, before the reading (where the clock is asked for the second time); said once."""
    path = put(tmp_path / "a.txt", "Rain.")
    asked = iter((False, True))

    def clock_ms() -> int:
        if next(asked, False):
            path.unlink()
        return NOW_MS

    watch = Watch(tmp_path, clock_ms=clock_ms)
    assert [await watch.read() for _ in range(2)] == [[("vanished",)], []]


async def test_a_long_file_is_read_in_parts(tmp_path: Path) -> None:
    """A part a poll, at once after each other; what was not confirmed comes again, from the beginning of the file."""
    put(tmp_path / "a.jsonl", lines(*"abcde"))
    put(tmp_path / "b.txt", "After.", OLD_MS + 1)
    watch = Watch(tmp_path, most_items=2)
    first = await watch.poll()
    assert (said(first), first.wait_seconds) == ([("0", "a"), ("1", "b")], 0)
    assert said(await watch.poll(confirmed=False)) == [("2", "c"), ("3", "d")]
    assert [await watch.read() for _ in range(4)] == [
        [("0", "a"), ("1", "b")],
        [("2", "c"), ("3", "d")],
        [("4", "e"), ("b.txt", "After.")],
        [],
    ]
    put(tmp_path / "c.jsonl", lines(*"xyz"))
    assert await watch.read() == [("0", "x"), ("1", "y")]
    await watch.source.close()
    watch.begin()
    assert [await watch.read() for _ in range(3)] == [[("0", "x"), ("1", "y")], [("2", "z")], []]


async def test_killed_between_confirmation_and_state(tmp_path: Path) -> None:
    """The file comes again, byte for byte, and is put away only then."""
    path = put(tmp_path / "a.txt", "Rain.")
    kafka = FakeKafka(dies=2)
    watch = Watch(tmp_path, {"after": "delete"})
    account = Account(fresh("drop", "folder", NOW_MS), kafka, lambda: NOW_MS)
    with pytest.raises(BrokerError):
        await account.settle(await watch.source.poll({}, NOW_MS), NOW_MS)
    assert path.exists()
    kafka.dies = None
    watch.begin()
    account = Account(fresh("drop", "folder", NOW_MS), kafka, lambda: NOW_MS)
    memory = await account.settle(await watch.source.poll({}, NOW_MS), NOW_MS)
    assert path.exists()
    await account.settle(await watch.source.poll(memory, NOW_MS), NOW_MS)
    assert not path.exists()
    first, second = kafka.of(ARTICLES.name)
    assert first == second


async def test_done_that_leads_out(tmp_path: Path) -> None:
    """Nothing is moved there; the problem stays until it is mended."""
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "in"
    put(root / "a.txt", "Rain.")
    (root / "done").symlink_to(outside)
    watch = Watch(root, {"after": "move"})
    assert ("a.txt", "Rain.") in await watch.read()
    problems = [(await watch.poll()).problem for _ in range(2)]
    assert [problem and problem.code for problem in problems] == ["not-put-away"] * 2
    assert list(outside.iterdir()) == []


async def test_no_folder(tmp_path: Path) -> None:
    """A mount that is away takes nothing from the memory."""
    put(tmp_path / "in" / "a.txt", "Rain.")
    watch = Watch(tmp_path / "in")
    assert len(await watch.read()) == 1
    (tmp_path / "in").rename(tmp_path / "away")
    polled = await watch.poll()
    assert (polled.memory, polled.problem and polled.problem.code) == (None, "no-folder")
    (tmp_path / "away").rename(tmp_path / "in")
    assert await watch.read() == []


async def test_more_files_than_can_be_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are too many wait, and are spoken of; none is read twice."""
    monkeypatch.setattr(drop, "MOST_FILES", 3)
    for number in range(5):
        put(tmp_path / f"{number}.txt", "Rain.", OLD_MS + number)
    watch = Watch(tmp_path)
    polled = await watch.poll()
    assert ([guid for guid, _ in said(polled)], polled.problem and polled.problem.code) == (
        ["0.txt", "1.txt", "2.txt"], "too-many-files",
    )  # fmt: skip
    assert await watch.read() == []
    (tmp_path / "0.txt").unlink()
    assert await watch.read() == [("3.txt", "Rain.")]


async def test_a_look_that_takes_long_is_taken_less_often(tmp_path: Path) -> None:
    times = iter([NOW_MS, NOW_MS + 1_000])
    watch = Watch(tmp_path, clock_ms=lambda: next(times))
    assert (await watch.poll()).wait_seconds == 20.0


async def test_the_largest_memory_fits() -> None:
    file = [HUGE := 10**12, HUGE * 10**7, "unreadable", "0" * 32]
    memory = {"files": {f"{n:026}": file for n in range(drop.MOST_FILES + drop.GONE_FILES)}}
    assert len(codec.encode(memory | {"refused": ["0" * 26] * drop.MOST_REFUSED})) < MEMORY_BYTES
