"""Archives give files and nothing else."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.sources.guards.archive import LIMITS, Member, Refused, tar_members, unsafe, zip_members
from pipeline.sources.guards.inflate import Damaged, Limits
from tests.corpora import lines_of, unpacked

STORY = b'{"guid": "a", "text": "Troops left the town on Monday."}\n'


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    """A ZIP of (name, bytes)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return io.BytesIO(made.getvalue())


def tarred(*entries: tuple[str | tarfile.TarInfo, bytes]) -> io.BytesIO:
    """A tar of (name, bytes)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return io.BytesIO(made.getvalue())


def read(found: Member | Refused) -> tuple[str, bytes | str]:
    """(name, bytes or code)."""
    if isinstance(found, Refused):
        return found.name, found.problem.code
    try:
        return found.name, found.stream.read()
    except Damaged as damaged:
        return found.name, damaged.problem.code


def zip_read(source: io.BytesIO, limits: Limits = LIMITS) -> list[tuple[str, bytes | str]]:
    return [read(found) for found in zip_members(source, limits)]


def tar_read(source: io.BytesIO, limits: Limits = LIMITS) -> list[tuple[str, bytes | str]]:
    return [read(found) for found in tar_members(source, limits)]


@pytest.mark.parametrize(("pack", "unpack"), [(zipped, zip_read), (tarred, tar_read)], ids=["zip", "tar"])
def test_members_are_read_in_order(pack: Callable[..., io.BytesIO], unpack: Callable[..., object]) -> None:
    """Names as they stand, folders left out, empty files too."""
    source = pack(("b.jsonl", STORY * 9_000), ("day/a.xml", b"<a/>"), ("empty.txt", b""))
    assert unpack(source) == [("b.jsonl", STORY * 9_000), ("day/a.xml", b"<a/>"), ("empty.txt", b"")]
    assert unpack(pack()) == []


NAMES = ["/etc/passwd", "../a", "a/../../b", "..", "C:/a", "c:a", "a\\..\\b", "a\nb", "\x1b[2J", "x" * 2_000]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_out_are_refused(name: str) -> None:
    """The other members are read."""
    for pack, unpack in ((zipped, zip_read), (tarred, tar_read)):
        assert unpack(pack((name, b"x"), ("a.txt", b"y"))) == [(name, "unsafe-name"), ("a.txt", b"y")]


@pytest.mark.parametrize("name", ["a..b.txt", "....txt", "a/b/c.txt", "Überblick 1.xml", ".hidden", "-rf"])
def test_odd_names_are_names(name: str) -> None:
    """They stay in the archive's own tree."""
    assert unsafe(name) is None


def test_traversal_lists_name_nothing_outside(corpus_folder: Path) -> None:
    """What is not refused stays under any folder that it is put in."""
    payloads = unpacked("payloads-all-the-things", corpus_folder)
    names = [line for path in sorted(payloads.glob("trav*.txt")) for line in lines_of(path)]
    assert len(names) > 20_000
    root = Path("/drop")
    passed = [name for name in names if unsafe(name) is None]
    assert all((root / name).is_relative_to(root) and ".." not in Path(name).parts for name in passed)


def test_links_and_devices_of_a_zip_are_refused() -> None:
    """Kept in the upper half of the external attributes."""
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert zip_read(zipped((link, b"/etc/passwd"), ("a.txt", b"y"))) == [("link.txt", "not-a-file"), ("a.txt", b"y")]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_of_a_tar_are_refused(kind: bytes) -> None:
    """Nothing is looked up where they point."""
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = kind, "/etc/passwd"
    assert tar_read(tarred((link, b""), ("a.txt", b"y"))) == [("link.txt", "not-a-file"), ("a.txt", b"y")]


def test_an_encrypted_member_is_refused() -> None:
    """Its flag is set; the others are read."""
    data = bytearray(zipped(("a.txt", STORY), ("b.txt", b"y")).getvalue())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert zip_read(io.BytesIO(bytes(data))) == [("a.txt", "encrypted"), ("b.txt", b"y")]


def test_other_compressions_are_refused() -> None:
    """Their decoders take no limits."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", STORY)
    assert zip_read(made) == [("a.txt", "unknown-compression")]


def test_a_damaged_member_is_one_result() -> None:
    """Its checksum is wrong; the next is read."""
    data = bytearray(zipped(("a.txt", STORY), ("b.txt", b"y")).getvalue())
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    assert zip_read(io.BytesIO(bytes(data))) == [("a.txt", "damaged-zip"), ("b.txt", b"y")]


@pytest.mark.parametrize("data", [b"", b"PK", b"<html>", b"PK\x05\x06" + bytes(17), bytes(600)])
def test_what_is_no_zip_is_damaged(data: bytes) -> None:
    """One result without a name."""
    assert zip_read(io.BytesIO(data)) == [("", "damaged-zip")]


def test_a_tar_cut_short_keeps_what_came() -> None:
    """The member in which it ends is damaged."""
    whole = tarred(("a.txt", b"x"), ("b.txt", STORY * 100)).getvalue()
    assert tar_read(io.BytesIO(whole[:3_000]))[:2] == [("a.txt", b"x"), ("b.txt", "damaged-tar")]
    assert tar_read(io.BytesIO(b"no tar at all" * 100)) == [("", "damaged-tar")]


def test_bombs_are_stopped() -> None:
    """By the ratio of all members to the archive, by bytes, by their number."""
    bomb = zipped(*((f"{number}.txt", bytes(3_000_000)) for number in range(10)))
    codes = [code for _, code in zip_read(bomb, Limits(free_bytes=4_000_000))]
    assert codes[0] == bytes(3_000_000)
    assert set(codes[2:]) == {"too-large"}
    assert {code for _, code in zip_read(bomb, Limits(most_bytes=1_000))} == {"too-large"}
    assert [code for _, code in zip_read(zipped(*((f"{n}", b"") for n in range(5))), Limits(members=3))] == [
        b"", b"", b"", "too-large",
    ]  # fmt: skip


def test_members_that_overlap_are_a_bomb() -> None:
    """Many names for one kernel: the ratio is counted against the archive, not against what the list claims."""
    one = zipped(("a.txt", bytes(1_000_000))).getvalue()
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry, count = one[start:end], 200
    tail = bytearray(one[end:])
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = (len(entry) * count).to_bytes(4, "little")
    found = zip_read(io.BytesIO(one[:start] + entry * count + bytes(tail)), Limits(free_bytes=1_500_000))
    assert sum(len(data) for _, data in found if isinstance(data, bytes)) <= 5_000_000
    assert found[-1][1] == "too-large"


def test_fuzzed_zips_have_one_clear_result(corpus_folder: Path) -> None:
    """Every member bytes or a code; nothing raised."""
    paths = sorted((unpacked("go-fuzz-corpus", corpus_folder) / "zip" / "corpus").iterdir())
    assert len(paths) > 400
    for path in paths:
        for name, result in zip_read(io.BytesIO(path.read_bytes()), Limits(most_bytes=10_000_000)):
            assert isinstance(name, str)
            assert isinstance(result, bytes) or result in {
                "encrypted", "unknown-compression", "unsafe-name", "not-a-file", "too-large", "damaged-zip",
            }  # fmt: skip
