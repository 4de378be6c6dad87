"""The fixtures of this folder: items of invented agencies, and where they lie."""

import tarfile
from pathlib import Path

from pipeline.sources.formats import anpa, iptc7901, newsml, newsml1, ninjs, nitf
from pipeline.sources.items import Place

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
FIXTURES = Path(__file__).parent / "fixtures"
PARSERS = {
    "ninjs": ninjs.parse,
    "newsml": newsml.parse,
    "newsml1": newsml1.parse,
    "nitf": nitf.parse,
    "iptc7901": iptc7901.parse,
    "anpa": anpa.parse,
}
NAMES = sorted(path.name for path in FIXTURES.iterdir())
PLACE = Place(path="drop/item", provider="desk", guid="item", article_bytes=1_000_000)


def fixture(name: str) -> bytes:
    """The bytes of a fixture."""
    return (FIXTURES / name).read_bytes()


def format_of(name: str) -> str:
    """The format that its name begins with."""
    found = name.partition(".")[0].partition("-")[0]
    return {"7901": "iptc7901"}.get(found, found)


def corpus(archive: str, folder: str) -> dict[str, bytes]:
    """The files below a folder of an archive of ../shared/corpora, by name; nothing is unpacked."""
    files: dict[str, bytes] = {}
    with tarfile.open(CORPORA / f"{archive}.tar.gz") as packed:
        for member in packed:
            stream = packed.extractfile(member) if member.name.startswith(folder) else None
            if stream is not None:
                files[Path(member.name).name] = stream.read()
    return files
