"""Unpacking ends where it should, keeps what stood before damage, and never makes much of little."""

import gzip
import io
import random
import zlib
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pipeline.records import Problem
from pipeline.sources.guards.inflate import Damaged, Limits, inflated, open_file
from tests.corpora import unpacked

TEXT = b"Rebels attacked a base near Aleppo on Tuesday, the army said.\n" * 3_000
NOISE = random.Random(5).randbytes(200_000)


def raw_deflate(data: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def read(packed: bytes, coding: str, **limits: Any) -> tuple[bytes, str | None]:
    """(what was unpacked, code of the problem)."""
    stream = inflated(io.BytesIO(packed), coding, Limits(**limits))
    blocks = []
    try:
        while block := stream.read1(10_000):  # type: ignore[attr-defined]
            blocks.append(block)
    except Damaged as damaged:
        return b"".join(blocks), damaged.problem.code
    return b"".join(blocks), None


@pytest.mark.parametrize("data", [b"", b"a", TEXT, NOISE], ids=["empty", "one byte", "text", "noise"])
@pytest.mark.parametrize(
    ("pack", "coding"),
    [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (raw_deflate, "deflate"), (zstandard.compress, "zstd")],
    ids=["gzip", "zlib", "deflate", "zstd"],
)
def test_whole_streams_come_back(pack: Any, coding: str, data: bytes) -> None:
    """Byte for byte, and several in a row as one."""
    assert read(pack(data), coding) == (data, None)
    if coding != "deflate":
        assert read(pack(data) + pack(b"") + pack(TEXT), coding) == (data + TEXT, None)


def test_zero_padding_after_gzip_is_no_damage() -> None:
    """Tapes and block devices pad; anything else behind the end is damage."""
    assert read(gzip.compress(TEXT) + bytes(100_000), "gzip") == (TEXT, None)
    assert read(gzip.compress(TEXT) + b"<html>", "gzip") == (TEXT, "damaged-gzip")


@pytest.mark.parametrize(
    ("pack", "coding", "code"),
    [
        (gzip.compress, "gzip", "damaged-gzip"),
        (zlib.compress, "deflate", "damaged-deflate"),
        (raw_deflate, "deflate", "damaged-deflate"),
        (zstandard.compress, "zstd", "damaged-zstd"),
    ],
    ids=["gzip", "zlib", "deflate", "zstd"],
)
def test_a_stream_cut_short_keeps_what_came(pack: Any, coding: str, code: str) -> None:
    """All but the last block, and one problem."""
    packed = pack(NOISE)
    for end in (len(packed) // 2, len(packed) - 1):
        got, problem = read(packed[:end], coding)
        assert problem == code
        assert NOISE.startswith(got)
        assert len(got) >= end - 140_000
    assert read(b"", coding) == (b"", code)


def test_a_flipped_bit_keeps_what_stood_before() -> None:
    """A line lost, not a file: of noise, what a slice of 1 KiB held."""
    packed = bytearray(gzip.compress(NOISE))
    packed[-5] ^= 1  # in the checksum
    got, problem = read(bytes(packed), "gzip")
    assert problem == "damaged-gzip"
    assert NOISE.startswith(got)
    assert len(got) > len(NOISE) - 2_048


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_noise_is_damage(coding: str) -> None:
    """Never an exception of the library."""
    for start in range(0, 20_000, 97):
        got, problem = read(NOISE[start : start + 90], coding)
        assert problem == f"damaged-{coding}"
        assert len(got) < 10_000


@pytest.mark.parametrize(
    ("pack", "coding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (zstandard.compress, "zstd")]
)
def test_a_bomb_goes_off_small(pack: Any, coding: str) -> None:
    """64 MiB of nothing: stopped at the cap of bytes, or where the ratio shows what it is."""
    bomb = pack(bytes(64 * 1024 * 1024))
    got, problem = read(bomb, coding, most_bytes=1_000_000)
    assert (problem, len(got) <= 1_000_000) == ("too-large", True)
    got, problem = read(bomb, coding, ratio=100, free_bytes=1_000_000)
    assert (problem, len(got) <= max(1_000_000, 100 * len(bomb))) == ("too-large", True)


def test_exactly_the_cap_is_not_too_large() -> None:
    """The cap is what is allowed."""
    assert read(gzip.compress(TEXT), "gzip", most_bytes=len(TEXT)) == (TEXT, None)
    assert read(gzip.compress(TEXT), "gzip", most_bytes=len(TEXT) - 1)[1] == "too-large"


def test_members_are_counted() -> None:
    """Millions of empty members make no output, but cost time."""
    assert read(gzip.compress(b"") * 100, "gzip", members=100) == (b"", None)
    assert read(gzip.compress(b"") * 101, "gzip", members=100) == (b"", "too-large")


def test_a_zstd_window_is_bounded() -> None:
    """A frame may ask for gigabytes of window; HTTP allows 8 MiB (RFC 9659)."""
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=26, write_content_size=False)
    ).compressobj()
    packed = wide.compress(TEXT) + wide.flush()
    assert read(packed, "zstd") == (TEXT, None)
    assert read(packed, "zstd", window_bytes=8 * 1024 * 1024) == (b"", "damaged-zstd")


def test_gzip_in_gzip_is_unpacked_once() -> None:
    """What is inside is data."""
    inner = gzip.compress(TEXT)
    assert read(gzip.compress(inner), "gzip") == (inner, None)


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.jsonl", TEXT), ("a.jsonl.gz", gzip.compress(TEXT)), ("a.jsonl.ZST", zstandard.compress(TEXT))],
)
def test_files_are_unpacked_by_their_name(tmp_path: Path, name: str, packed: bytes) -> None:
    """.gz and .zst, in any case; lines are read as of any stream."""
    (tmp_path / name).write_bytes(packed)
    with open_file(tmp_path / name) as stream:
        assert stream.readline() + stream.read() == TEXT


def test_lines_before_the_damage_are_read(tmp_path: Path) -> None:
    """As a reader of JSON Lines sees it."""
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT)[:-4])
    lines: list[bytes] = []
    with open_file(tmp_path / "a.gz") as stream, pytest.raises(Damaged) as raised:
        lines.extend(iter(stream.readline, b""))
    assert raised.value.problem == Problem(code="damaged-gzip", message="it ends in the middle")
    assert lines == TEXT.splitlines(keepends=True)


@pytest.mark.parametrize(("folder", "coding"), [("gzip", "gzip"), ("zlib", "deflate")])
def test_fuzzed_streams_have_one_clear_result(corpus_folder: Path, folder: str, coding: str) -> None:
    """The bytes that Python's own zlib finds, or one problem."""
    paths = sorted((unpacked("go-fuzz-corpus", corpus_folder) / folder / "corpus").iterdir())
    assert len(paths) > 300
    for path in paths:
        packed = path.read_bytes()
        got, problem = read(packed, coding, most_bytes=50_000_000)
        assert problem in (None, f"damaged-{coding}", "too-large")
        if problem is None and coding == "gzip":
            assert got == gzip.decompress(packed)
