"""Every hostile file through the real door (`files.read`): one clear result each, no parser killed, nobody called."""

import gzip
import io
import shutil
import socket
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.records import Article
from pipeline.sources import files
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Rejected
from tests.corpora import unpacked

ARTICLE_BYTES = 1_000_000
# A result of the guards that the others are spared: only a bomb may end so.
KILLED = {"parser-timed-out", "parser-died"}


def results(paths: Sequence[Path], format_name: str | None = None) -> dict[Path, list[Item | LeftOut]]:
    """What each file gave; `read` takes a path when it is done with the one before."""
    found: dict[Path, list[Item | LeftOut]] = {}

    def taken() -> Iterator[str]:
        for path in paths:
            found[path] = []
            yield str(path)

    options = files.Options(article_bytes=ARTICLE_BYTES, provider="hostile", format_name=format_name)
    for item in files.read(taken(), options, io.BytesIO()):
        found[list(found)[-1]].append(item)
    return found


def codes(found: dict[Path, list[Item | LeftOut]]) -> Counter[str]:
    """How many results of which kind; each is looked at."""
    counted: Counter[str] = Counter()
    for path, items in found.items():
        assert items, f"{path} came to nothing"
        for item in items:
            counted[kind(item)] += 1
    return counted


def kind(item: Item | LeftOut) -> str:
    """`article`, `left-out` or the code, of a result that is fit to be shown."""
    if isinstance(item, Rejected):
        assert item.problem.code.replace("-", "").isalnum()
        assert item.problem.message
        assert len(item.problem.message) < 2_000
        return item.problem.code
    return "article" if isinstance(item, Article) else "left-out"


def named(corpus: Path, suffix: str, folder: Path) -> list[Path]:
    """The files of a corpus, copied under names that call for a reader."""
    folder.mkdir()
    return [Path(shutil.copy(path, folder / f"{path.name}{suffix}")) for path in sorted(corpus.iterdir())]


@pytest.mark.parametrize(
    ("corpus", "files_at_least", "articles_at_least"),
    [("feedparser-tests", 1_850, 800), ("feedvalidator", 1_700, 1_000), ("defusedxml", 11, 2)],
)
def test_hostile_feeds(corpus: str, files_at_least: int, articles_at_least: int, corpus_folder: Path) -> None:
    """Ill-formed, wrongly encoded, entity bombs, external entities."""
    folder = unpacked(corpus, corpus_folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(paths) >= files_at_least
    counted = codes(results(paths))
    assert counted["article"] >= articles_at_least
    assert not KILLED & counted.keys(), counted
    assert "parser-failed" not in counted, counted


@pytest.mark.parametrize("format_name", ["feed", "html", "newsml", "nitf"])
@pytest.mark.parametrize("corpus", ["xml", "stdhtml"])
def test_fuzzed_markup(corpus: str, format_name: str, corpus_folder: Path) -> None:
    """Read as what it is not, too."""
    folder = unpacked("go-fuzz-corpus", corpus_folder) / corpus / "corpus"
    counted = codes(results(sorted(folder.iterdir()), format_name))
    assert sum(counted.values()) >= 190
    assert not (KILLED | {"parser-failed"}) & counted.keys(), counted


@pytest.mark.parametrize(
    ("corpus", "suffix"),
    [
        ("xml", ".xml"), ("gzip", ".jsonl.gz"), ("gzip", ".xml.gz"), ("gzip", ".tgz"), ("gzip", ".warc.gz"),
        ("zip", ".zip"), ("json", ".json"), ("json", ".jsonl"), ("csv", ".csv"), ("stdhtml", ".html"), ("zlib", ".txt"),
    ],
)  # fmt: skip
def test_fuzzed_files(corpus: str, suffix: str, corpus_folder: Path, tmp_path: Path) -> None:
    """Under the names that call for their readers."""
    paths = named(unpacked("go-fuzz-corpus", corpus_folder) / corpus / "corpus", suffix, tmp_path / "files")
    found = results(paths)
    empty = {path for path, items in found.items() if not items}
    # A list of nothing, or an archive without members, has no item to reject.
    assert not empty or suffix not in (".xml", ".xml.gz", ".html", ".txt"), empty
    counted = codes({path: items for path, items in found.items() if items})
    assert not (KILLED | {"parser-failed"}) & counted.keys(), counted


# ------------------------------------------------------------------------------------------------ bombs

PAGE = "<html><head><title>A</title></head><body><p>Rebels attacked a base near Aleppo on Tuesday.</p>{}</body></html>"
FEED = '<rss version="2.0"><channel><title>A</title><item><guid>a</guid><title>B</title>{}</item></channel></rss>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

BOMBS: dict[str, tuple[str, Callable[[], str]]] = {
    "deep div": (".html", lambda: PAGE.format("<div>" * 100_000)),
    "closed deep div": (".html", lambda: PAGE.format("<div>" * 50_000 + "</div>" * 50_000)),
    "attributes": (".html", lambda: PAGE.format("<p " + " ".join(f"a{n}=b" for n in range(100_000)) + ">")),
    "quoted attributes": (".html", lambda: PAGE.format("<p " + " ".join(f'a{n}="b"' for n in range(100_000)) + ">")),
    "comments": (".html", lambda: PAGE.format("<!--" * 50_000)),
    "open tags": (".html", lambda: PAGE.format("<a " * 100_000)),
    "cdata": (".html", lambda: PAGE.format("<![CDATA[" * 50_000)),
    "tables": (".html", lambda: PAGE.format("<table><tr><td>" * 20_000)),
    "formatting": (".html", lambda: PAGE.format("<b><i><a href=x>" * 20_000)),
    "entities": (".html", lambda: PAGE.format("&lt" * 300_000)),
    "paragraphs": (".html", lambda: PAGE.format("<p>Word.</p>" * 60_000)),
    "feed attributes": (".rss", lambda: FEED.format("<x " + " ".join(f'a{n}="b"' for n in range(20_000)) + "/>")),
    "feed bare attributes": (".rss", lambda: FEED.format("<x " + " ".join(f"a{n}=b" for n in range(300_000)) + "/>")),
    "feed comments": (".rss", lambda: FEED.format(f"<description>{'&lt;!--' * 50_000}</description>")),
    "feed open tags": (".rss", lambda: FEED.format(f"<description>{'&lt;a ' * 100_000}</description>")),
    "feed deep": (".rss", lambda: FEED.format("<x>" * 200_000)),
    "feed deep inside": (".rss", lambda: FEED.format(f"<description>{'&lt;div&gt;' * 50_000}</description>")),
    "feed namespaces": (".rss", lambda: FEED.format("".join(f'<n{n}:x xmlns:n{n}="u:{n}"/>' for n in range(30_000)))),
    "feed items": (".rss", lambda: FEED.format("</item><item><guid>b</guid><title>C</title>" * 60_000)),
    "feed text": (".rss", lambda: FEED.format(f"<description>{'x' * 4_900_000}</description>")),
    "billion laughs": (".rss", lambda: f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><rss>&l9;</rss>'),
    "quadratic": (".rss", lambda: f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><rss>{"&a;" * 50_000}</rss>'),
    "atom deep": (".atom", lambda: '<feed xmlns="http://www.w3.org/2005/Atom">' + "<entry>" * 100_000),
    "json deep": (".json", lambda: "[" * 1_000_000),
    "json lines deep": (".jsonl", lambda: '{"a":' * 100_000),
    "newsml deep": (".xml", lambda: '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">' + "<itemSet>" * 100_000),
    "csv quote": (".csv", lambda: 'guid,text\n"' + "x,\n" * 1_000_000),
    "too many bytes": (".html", lambda: PAGE.format("<p>x</p>" * 1_000_000)),
}  # fmt: skip


@pytest.fixture(scope="module")
def exploded(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[Item | LeftOut]]:
    """What all bombs gave, read in a row, each followed by a harmless page."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = []
    for name, (suffix, made) in BOMBS.items():
        bomb, after = folder / f"{name}{suffix}", folder / f"after {name}.html"
        bomb.write_text(made(), encoding="utf-8")
        after.write_text(PAGE.format("<p>The army said so.</p>" * 3), encoding="utf-8")
        paths += [bomb, after]
    return results(paths)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_one_clear_result(name: str, exploded: dict[Path, list[Item | LeftOut]]) -> None:
    """Parsed, refused, or killed at the limit; the page after it is read."""
    by_name = {path.stem: (path, items) for path, items in exploded.items()}
    counted = codes(dict([by_name[name]]))
    assert counted.total() == 1
    assert counted.keys() <= {
        "article", "invalid-csv", "invalid-json", "invalid-xml", "parser-timed-out", "refused-xml", "too-large",
    }  # fmt: skip
    assert codes(dict([by_name[f"after {name}"]])) == {"article": 1}


def test_packed_bombs_are_one_clear_result(tmp_path: Path) -> None:
    """gzip of nothing, gzip of gzip, a ZIP of both; the lines before are read."""
    line = b'{"guid": "a", "text": "Troops left the town on Monday."}\n'
    bomb = gzip.compress(line * 10) + gzip.compress(bytes(64 * 1024 * 1024))
    (tmp_path / "a.jsonl.gz").write_bytes(bomb)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(bomb))
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.jsonl", line)
        archive.writestr("bomb.jsonl.gz", bomb)
        archive.writestr("bomb.txt", bytes(32 * 1024 * 1024))
        archive.writestr("../../escape.jsonl", line)
    counted = {path.name: codes({path: items}) for path, items in results(sorted(tmp_path.iterdir())).items()}
    assert (counted["a.jsonl.gz"]["article"], counted["a.jsonl.gz"]["too-large"]) == (10, 1)
    assert counted["b.jsonl.gz"]["article"] == 0
    assert counted["c.zip"]["article"] == 11
    assert counted["c.zip"]["unsafe-name"] == 1
    assert counted["c.zip"]["too-large"] >= 1


# ------------------------------------------------------------------------------------------------ calling home

HOME = """<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="{0}/style.xsl"?>
{1}
<{2} xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="{0}/schema {0}/schema.xsd">
<xi:include href="{0}/include"/><xi:include href="{3}" parse="text"/>
<channel><title>t</title><item><guid>g</guid><title>Title {4}</title><description>Text {4} &lt;img src="{0}/img"&gt;</description>
<link>{0}/link</link><enclosure url="{0}/e.mp3"/></item></channel>
<catalogRef href="{0}/catalog.xml"/><itemSet><newsItem guid="n"><catalogRef href="{0}/catalog.xml"/>
<contentMeta><headline>Headline {4}</headline></contentMeta><contentSet><remoteContent href="{0}/remote.xml"/>
<inlineXML contenttype="application/xhtml+xml"><html><body><p>Text of the item. {4}</p></body></html></inlineXML></contentSet>
</newsItem></itemSet>
<head><link rel="stylesheet" href="{0}/a.css"/><base href="{0}/"/></head><body><p>Text of it. {4}</p><img src="{0}/img"/></body>
</{2}>"""
DOCTYPES = {
    "none": ("", ""),
    "external": ('<!DOCTYPE r SYSTEM "{0}/r.dtd">', "&x;"),
    "entity": ('<!DOCTYPE r [<!ENTITY x SYSTEM "{0}/x">]>', "&x;"),
    "file": ('<!DOCTYPE r [<!ENTITY x SYSTEM "{1}">]>', "&x;"),
    "parameter": ('<!DOCTYPE r [<!ENTITY % x SYSTEM "{0}/x.dtd"> %x;]>', ""),
    "public": ('<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.6//EN" "{0}/nitf.dtd">', ""),
}


def test_no_document_calls_home_or_reads_a_file(tmp_path: Path) -> None:
    """Entities, DTDs, XInclude, stylesheets, schemas, catalogues, links, images: nothing is fetched, no file is let out."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-9f3a", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}"
        for name, (head, use) in DOCTYPES.items():
            for root in ("rss", "nitf", "newsMessage", "html", "NewsML"):
                text = HOME.format(url, head.format(url, secret.as_uri()), root, secret.as_uri(), use)
                (tmp_path / f"{name}-{root}.xml").write_text(text, encoding="utf-8")
        paths = sorted(tmp_path.glob("*.xml"))
        for format_name in (None, "feed", "newsml", "newsml1", "nitf", "html"):
            found = results(paths, format_name)
            assert codes(found)["article"] > 0 or format_name == "newsml1"  # no such item is in it
            articles = [item for items in found.values() for item in items if isinstance(item, Article)]
            assert "SECRET-9f3a" not in repr(articles)
        with pytest.raises(BlockingIOError):
            canary.accept()
