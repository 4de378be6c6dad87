"""Files and folders: which are read, by which reader, and what is refused."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from pipeline.records import Article, Problem
from pipeline.sources.files import Options, read
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Rejected
from tests.sources.formats.pages import packed, page, record
from tests.sources.formats.shelf import fixture

OPTIONS = Options(article_bytes=1_000_000)


def items(*paths: Path | str, stdin: bytes = b"", options: Options = OPTIONS) -> list[Item | LeftOut]:
    return list(read([str(path) for path in paths], options, io.BytesIO(stdin)))


def refused(found: Iterator[Item | LeftOut] | list[Item | LeftOut]) -> list[tuple[str, str]]:
    return [(item.where, item.problem.code) for item in found if isinstance(item, Rejected)]


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    folder = tmp_path / "wire"
    folder.mkdir()
    return folder


def test_a_text_file_is_an_article_as_it_is(wire: Path) -> None:
    """File name, folder name, text to the last line break; a byte order mark is encoding."""
    (wire / "a.txt").write_bytes("\ufeffCafé\r\n\n".encode())
    article = Article(provider="wire", guid="a.txt", text="Café\r\n\n")
    assert items(wire / "a.txt") == [article]
    assert items(wire) == [article]


def test_a_given_provider_is_for_those_who_name_none(wire: Path) -> None:
    (wire / "a.txt").write_text("x")
    (wire / "b.json").write_text('{"provider":"own","guid":"1","text":"y"}')
    assert items(wire, options=Options(provider="desk", article_bytes=1_000)) == [
        Article(provider="desk", guid="a.txt", text="x"),
        Article(provider="own", guid="1", text="y"),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL"])
@pytest.mark.parametrize("packed", [False, True])
def test_json_lines(wire: Path, name: str, packed: bool) -> None:
    """Blank lines are none, bad ones are named by number, and those around them come through."""
    data = b'\xef\xbb\xbf{"id":"1","text":"x"}\r\n\n{bad\n{"id":"2","text":"y"}'
    path = wire / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(data) if packed else data)
    found = items(path)
    assert refused(found) == [(f"{path}:3", "invalid-json")]
    assert [item for item in found if isinstance(item, Article)] == [
        Article(provider="wire", guid="1", text="x"),
        Article(provider="wire", guid="2", text="y"),
    ]


def test_stdin() -> None:
    found = items("-", stdin=b'{"id":"1","text":"x"}\n[]\n')
    assert found[0] == Article(provider="files", guid="1", text="x")
    assert refused(found) == [("stdin:2", "invalid-record")]


def test_a_json_file_is_one_article_or_a_list_of_them(wire: Path) -> None:
    (wire / "a.json").write_text('{\n "id": "1",\n "text": "x"\n}\n')
    (wire / "b.json").write_text('[{"id": "1", "text": "x"}]')
    assert items(wire / "a.json") == items(wire / "b.json") == [Article(provider="wire", guid="1", text="x")]


def test_a_folder_is_read_in_order_to_its_depth(wire: Path) -> None:
    """Files of one name in two folders are two items."""
    for name in ("b/x.txt", "a/x.txt", "a/b/x.txt", "c.txt"):
        (wire / name).parent.mkdir(exist_ok=True, parents=True)
        (wire / name).write_text(name)
    found = [item.guid for item in items(wire) if isinstance(item, Article)]
    assert found == ["a/b/x.txt", "a/x.txt", "b/x.txt", "c.txt"]


def test_other_formats_and_hidden_files_are_counted(wire: Path) -> None:
    for name in ("README.md", ".secret.txt", "a.txt"):
        (wire / name).write_text("x")
    (wire / ".git").mkdir()
    (wire / ".git" / "b.txt").write_text("x")
    assert items(wire) == [
        LeftOut(str(wire / ".git")),
        LeftOut(str(wire / ".secret.txt")),
        LeftOut(str(wire / "README.md")),
        Article(provider="wire", guid="a.txt", text="x"),
    ]


def test_links_are_followed_only_inside(tmp_path: Path, wire: Path) -> None:
    """Nothing that leads out, no ring, no folder twice; what is refused is said."""
    (tmp_path / "secret.txt").write_text("not yours")
    (wire / "in").mkdir()
    (wire / "in" / "a.txt").write_text("x")
    (wire / "same.txt").symlink_to("in/a.txt")
    (wire / "again").symlink_to("in")
    (wire / "up").symlink_to("..")
    (wire / "out.txt").symlink_to("../secret.txt")
    (wire / "ring.txt").symlink_to("ring.txt")
    (wire / "lost.txt").symlink_to("nothing.txt")
    found = items(wire)
    assert [item.guid for item in found if isinstance(item, Article)] == ["in/a.txt", "same.txt"]
    assert refused(found) == [
        (str(wire / "lost.txt"), "not-a-file"),
        (str(wire / "out.txt"), "outside-folder"),
        (str(wire / "ring.txt"), "outside-folder"),
        (str(wire / "up"), "outside-folder"),
    ]


def test_a_fifo_is_not_waited_for(wire: Path) -> None:
    os.mkfifo(wire / "pipe.jsonl")
    assert refused(items(wire)) == refused(items(wire / "pipe.jsonl")) == [(str(wire / "pipe.jsonl"), "not-a-file")]
    assert refused(items("/dev/null")) == [("/dev/null", "not-a-file")]


def test_a_file_asked_for_by_name_must_be_one(wire: Path) -> None:
    (wire / "notes.md").write_text("x")
    assert refused(items(wire / "notes.md", wire / "none.txt")) == [
        (str(wire / "notes.md"), "unknown-format"),
        (str(wire / "none.txt"), "not-found"),
    ]


@pytest.mark.parametrize("damage", ["cut", "junk"])
def test_damaged_gzip(wire: Path, damage: str) -> None:
    """What can be read is; the damage is said; the next file is not its business."""
    packed = gzip.compress(
        b"".join(b'{"id":"%d","text":"%s"}\n' % (n, os.urandom(50).hex().encode()) for n in range(2_000))
    )
    (wire / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2] if damage == "cut" else b"junk")
    (wire / "b.txt").write_text("x")
    found = items(wire)
    assert refused(found) == [(str(wire / "a.jsonl.gz"), "damaged-gzip")]
    assert found[-1] == Article(provider="wire", guid="b.txt", text="x")
    assert (len(found) > 100) == (damage == "cut")


def test_text_that_is_no_utf8(wire: Path) -> None:
    (wire / "a.txt").write_bytes(b"caf\xe9")
    assert items(wire) == [
        Rejected(
            path=str(wire / "a.txt"),
            line=None,
            problem=Problem(code="invalid-utf8", message="byte 3 is not UTF-8"),
            raw=b"caf\xe9",
        )
    ]


def test_a_folder_as_deep_as_paths_may_be(wire: Path) -> None:
    """Deeper than Python's calls may nest: the file is met, and refused as its name is longer than a guid may be.

    Taken down here, for the same reason.
    """
    folders = [wire]
    while len(str(folders[-1])) < 3_000:
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    last = folders[-1] / "a.txt"
    last.write_text("x")
    try:
        assert refused(items(wire)) == [(str(last), "invalid-record")]
    finally:
        last.unlink()
        for folder in reversed(folders):
            folder.rmdir()


LINE = b'{"id":"1","text":"x"}\n'


@pytest.fixture
def mixed() -> dict[str, bytes]:
    """Files of many formats, by name: two articles in none, one in each other."""
    return {
        "a.jsonl": LINE,
        "b.csv": b"id,text\n2,y\n",
        "c.html": page().encode(),
        "d/nitf.xml": fixture("nitf.xml"),
        "e.jsonl.gz": gzip.compress(LINE.replace(b"1", b"5")),
        "f.jsonl.zst": zstandard.compress(LINE.replace(b"1", b"6")),
        "g.warc.gz": packed([record("https://norhamn.example/ferry", page().encode())]),
        "h.txt": b"Rain fell.",
        "0007": fixture("anpa.txt"),
        "photo.jpg": b"\xff\xd8",
        "__MACOSX/a.jsonl": b"junk",
        "inner.zip": b"PK",
    }


EXPECTED = [
    ("norhamn.example", "https://norhamn.example/ferry"),
    ("wire", "1"),
    ("wire", "2"),
    ("wire", "5"),
    ("wire", "6"),
    ("wire", "c.html"),
    ("wire", "h.txt"),
]


def named(found: list[Item | LeftOut]) -> list[tuple[str, str]]:
    """Provider and guid, but of the two wire items, which have tests of their own."""
    articles = sorted((item.provider, item.guid) for item in found if isinstance(item, Article))
    return [one for one in articles if one in EXPECTED]


def test_a_folder_of_everything(wire: Path, mixed: dict[str, bytes]) -> None:
    """Each file by its own reader, hostile ones apart, unknown ones left out."""
    for name, data in mixed.items():
        (wire / name).parent.mkdir(exist_ok=True)
        (wire / name).write_bytes(data)
    (wire / "__MACOSX" / "a.jsonl").unlink()
    found = items(wire)
    assert named(found) == EXPECTED
    assert sum(isinstance(item, Article) for item in found) == len(EXPECTED) + 2
    assert [item.path for item in found if isinstance(item, LeftOut)] == [str(wire / "photo.jpg")]
    assert refused(found) == [(str(wire / "inner.zip"), "damaged-zip")]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst"])
def test_an_archive_of_everything(tmp_path: Path, mixed: dict[str, bytes], suffix: str) -> None:
    """Its name is the provider; archives in it are left out; nothing is unpacked to disk."""
    path = tmp_path / f"wire{suffix}"
    buffer = io.BytesIO()
    if suffix == ".zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in mixed.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for name, data in mixed.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    pack = gzip.compress if suffix in (".tar.gz", ".tgz") else zstandard.compress if suffix == ".tar.zst" else bytes
    path.write_bytes(pack(buffer.getvalue()))
    found = items(path)
    assert named(found) == EXPECTED
    assert refused(found) == []
    assert [item.path for item in found if isinstance(item, LeftOut)] == [
        f"{path}/{name}" for name in ("photo.jpg", "__MACOSX/a.jsonl", "inner.zip")
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_member_costs_itself(wire: Path) -> None:
    path = wire / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jsonl", LINE)
        archive.writestr("b.jsonl.gz", b"junk")
        archive.writestr("../c.jsonl", LINE)
        archive.writestr("d.jsonl", LINE)
    found = items(path)
    assert [type(item) for item in found] == [Article, Rejected, Rejected, Article]
    assert refused(found) == [(f"{path}/b.jsonl.gz", "damaged-gzip"), (f"{path}/../c.jsonl", "unsafe-name")]


def test_a_bomb_is_one_rejected(wire: Path) -> None:
    path = wire / "a.txt.gz"
    with gzip.open(path, "wb", 9) as stream:
        for _ in range(100):
            stream.write(bytes(1_000_000))
    assert [code for _, code in refused(items(path))] == ["too-large"]


def test_the_format_may_be_given(wire: Path) -> None:
    """Whatever the name; stdin too."""
    (wire / "export.dat").write_bytes(b"id;text\n1;x\n")
    options = Options(article_bytes=1_000, format_name="csv")
    assert items(wire / "export.dat", options=options) == [Article(provider="wire", guid="1", text="x")]
    assert items("-", stdin=b"id\ttext\n1\tx\n", options=options) == [Article(provider="files", guid="1", text="x")]


def test_names_may_be_mapped(wire: Path) -> None:
    (wire / "a.json").write_text('[{"nr":"1","story":"x"}]')
    options = Options(article_bytes=1_000, names={"guid": "nr", "text": "story"})
    assert items(wire, options=options) == [Article(provider="wire", guid="1", text="x")]


@pytest.mark.parametrize("name", ["a.xml", "a.nml", "a", "a.jpg"])
def test_what_nobody_can_tell_is_said_of_a_named_file(wire: Path, name: str) -> None:
    (wire / name).write_bytes(b"<svg/>")
    [found] = items(wire / name)
    assert isinstance(found, Rejected)
    assert found.problem.code == "unknown-format"
    assert "--format" in found.problem.message
    assert type(items(wire)[0]) is (Rejected if name == "a.xml" else LeftOut)


def test_what_is_read_is_metered(wire: Path) -> None:
    """In bytes as they lie on disk."""
    data = gzip.compress(LINE * 1_000)
    (wire / "a.jsonl.gz").write_bytes(data)
    counts: list[int] = []
    items(wire, options=Options(article_bytes=1_000, metered=counts.append))
    assert sum(counts) == len(data)


def test_nothing_is_left_running(wire: Path) -> None:
    """Also where somebody stops in the middle."""
    import psutil

    before = {child.pid for child in psutil.Process().children(recursive=True)}
    for number in range(3):
        (wire / f"{number}.html").write_bytes(page().encode())
    reading = read([str(wire)], OPTIONS, io.BytesIO())
    assert isinstance(next(reading), Article)
    reading.close()  # type: ignore[attr-defined]
    after = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    # The forkserver and the resource tracker stay with this process, and end with it.
    assert [child for child in after if "spawn_main" in " ".join(child.cmdline())] == []
