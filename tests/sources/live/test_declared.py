"""sources.toml: what is declared, and all that is wrong, with its line."""

from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.declarations import Wrong
from pipeline.errors import SettingsError
from pipeline.sources.live import declared
from pipeline.sources.live.declared import Declared
from pipeline.sources.live.kinds import SOURCES, FeedOptions
from pipeline.sources.live.websub import Hubs

EXAMPLE = Path(__file__).parents[3] / "deploy" / "sources.example.toml"
SOUND = '[[source]]\nname = "wire"\ntype = "feed"\nurl = "https://wire.example/rss"\n'


def wrong(text: str) -> list[tuple[int, str]]:
    """(line, the beginning of what is said of it)"""
    return [(one.line, one.message.split(":")[0]) for one in declared.read(text)[1]]


def test_sound() -> None:
    found, flaws = declared.read(
        SOUND
        + '[websub]\ncallback = "https://we.example"\n[[source]]\nname = "b"\ntype = "feed"\n'
        + 'url = "http://127.0.0.1:8000/x"\ninterval_seconds = 60\nfull_text = true\nallow_private = ["127.0.0.1:8000"]\n'
    )
    assert flaws == []
    assert found.hubs == Hubs(callback="https://we.example")
    assert found.sources == (
        Declared(name="wire", type="feed", line=1, options=FeedOptions(url="https://wire.example/rss")),
        Declared(
            name="b",
            type="feed",
            line=7,
            options=FeedOptions(
                url="http://127.0.0.1:8000/x", interval_seconds=60.0, full_text=True, allow_private=("127.0.0.1:8000",)
            ),
        ),
    )


def test_all_at_once() -> None:
    """Whatever is wrong is said in the order of the lines."""
    text = """# comment
[[source]]
name = "a"
type = "feed"
url = "http://10.0.0.1/x"       # refused

[[source]]
name = "a"
type = "feed"
intervall_seconds = 3
full_text = "yes"
interval_seconds = true

[[source]]
type = "fed"

[[source]]
name = "b|c"
type = "feed"
url = '''https://wire.example/rss'''
interval_seconds = 0
provider = "x|y"
allow_private = ["10.0.0.0/33"]

[web]
x = 1
[websub]
callback = "example"
"""
    assert wrong(text) == [
        (5, "refused-address"),
        (7, "url is missing"),
        (8, "the name 'a' is taken"),
        (10, "unknown key 'intervall_seconds'"),
        (11, "full_text must be true or false"),
        (12, "interval_seconds must be a number"),
        (14, "a source needs a name"),
        (15, "a source needs a type"),
        (18, "a source needs a name"),
        (21, "interval_seconds must be 1 to 86400"),
        (22, "provider must be at most 512 characters without '|'"),
        (23, "allow_private"),
        (25, "unknown 'web'"),
        (28, "callback is the public http(s) address of this server, such as https"),
    ]


def test_the_next_best_key_is_named() -> None:
    (flaw,) = declared.read(SOUND + "intervall = 3\n")[1]
    assert flaw == Wrong(5, "unknown key 'intervall': did you mean interval_seconds?")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("source = 3", 1),
        ("[[source]\nname=1", 1),
        ("\n\nx = = 1", 3),
        ("[source]\nname = 'a'", 1),
        (SOUND + 'websub = "x"', 5),
    ],
)
def test_no_sources(text: str, line: int) -> None:
    assert line in [place for place, _ in wrong(text)]


def test_lines_after_long_strings() -> None:
    """What stands in a string is no table and no key."""
    text = SOUND + 'provider = """\n[[source]]\nname = "x"\n"""\nnonsense = 1\n'
    assert wrong(text) == [(9, "unknown key 'nonsense'")]


def test_refused_urls() -> None:
    for url in ("ftp://x.example/", "http://169.254.169.254/", "https://u:p@x.example/", "http://[::1]/", "x"):
        assert [line for line, _ in wrong(SOUND.replace("https://wire.example/rss", url))] == [4]


def test_push() -> None:
    text = '[[source]]\nname = "p"\ntype = "push"\nlisten = "nowhere"\ntls_cert = "x.pem"\n'
    assert [line for line, _ in wrong(text)] == [4, 5]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('type = "ap"\nkey_file = "key"', []),
        ('type = "ap"\nkey_env = "AP_KEY"', []),
        ('type = "ap"', [1]),
        ('type = "ap"\nkey_file = "key"\nkey_env = "AP_KEY"', [4]),
        ('type = "ap"\nkey_env = "K"\nurl = "https://ap.example/feed?apikey=x"\npage_size = 51', [5, 6]),
        ('type = "ap"\nkey_env = "K"\nurl = "http://10.0.0.1/"\ninterval_seconds = 0', [5, 6]),
        ('type = "http"\nurl = "https://wire.example/x"', []),
        ('type = "http"\nurl = "https://wire.example/x"\nformat = "word"\nkey_header = "a b"', [5, 6]),
        ('type = "http"\nurl = "https://wire.example/x"\nkey_file = "a"\nkey_env = "b"', [6]),
        ('type = "folder"\npath = "in"\nafter = "move"\nformat = "ninjs"', []),
        ('type = "folder"\npath = "in"\nafter = "burn"\ninterval_seconds = 0.5\nprovider = "|"', [5, 6, 7]),
        ('type = "folder"\npath = 3', [4]),
    ],
)
def test_the_other_types(text: str, lines: list[int]) -> None:
    """What is wrong with an AP feed, a URL, a folder; where a key is missing, the table's own line."""
    assert [line for line, _ in wrong(f'[[source]]\nname = "x"\n{text}\n')] == lines


MAPPED = '[[source]]\nname = "a"\ntype = "folder"\npath = "drop"\n'


@pytest.mark.parametrize(
    "text", ['map = { text = "Story", status = "" }\n', '[source.map]\ntext = "Story"\nstatus = ""\n']
)
def test_names_of_columns(text: str) -> None:
    """In a line of its own or as a table, which must then come last."""
    found, flaws = declared.read(MAPPED + text)
    assert flaws == []
    assert found.sources[0].options.map == {"text": "Story", "status": ""}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[source.map]\nbody = "Story"\n', 5, "map: 'body' is no field of an article: provider, guid, text"),
        ('map = { origin = "rest" }\n', 5, "map: 'origin' is no field of an article"),
        ("[source.map]\ntext = 3\n", 5, "map must be a table of strings"),
        ('map = "text=Story"\n', 5, "map must be a table of strings"),
    ],
)
def test_what_is_no_map(text: str, line: int, message: str) -> None:
    (flaw,) = declared.read(MAPPED + text)[1]
    assert (flaw.line, flaw.message[: len(message)]) == (line, message)


@pytest.mark.parametrize("kind", ["feed", "ap", "push"])
def test_only_what_has_columns_is_mapped(kind: str) -> None:
    """Feeds and agencies name their fields themselves."""
    assert (5, "unknown key 'map'") in wrong(f'[[source]]\nname = "a"\ntype = "{kind}"\n\nmap = {{}}\n')


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    with pytest.raises(SettingsError, match=r"copy deploy/sources\.example\.toml"):
        declared.load(path)
    path.write_text(SOUND + "x = 1\ny = 2\n")
    with pytest.raises(SettingsError) as caught:
        declared.load(path)
    assert [line.partition(": ")[0] for line in str(caught.value).splitlines()] == [f"{path}:5", f"{path}:6"]
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError):
        declared.load(path)


def test_the_example_has_every_type_and_every_key() -> None:
    """It loads as it is; keys that are commented out are there, too."""
    found = declared.load(EXAMPLE)
    assert {one.type for one in found.sources} == set(SOURCES)
    text = EXAMPLE.read_text(encoding="utf-8")
    for kind in SOURCES.values():
        for key in (entry.name for entry in fields(kind.options)):
            assert f"\n{key} = " in text or f"\n#{key} = " in text, key
    uncommented = text.replace("\n#[websub]", "\n[websub]").replace("\n#callback", "\ncallback")
    assert declared.read(uncommented)[0].hubs is not None
