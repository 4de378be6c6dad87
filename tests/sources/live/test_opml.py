"""Feed readers' lists, in and out."""

from pipeline.records import Problem
from pipeline.sources.live import declared, opml
from pipeline.sources.live.opml import Listed

LIST = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="World"><outline type="rss" text="Harbour &amp; Hill" xmlUrl="https://hh.example/rss?a=1&amp;b=2"/>
<outline type="rss" text="Harbour and Hill!" title="Harbour &amp; Hill" XMLURL="feed://https://hh.example/atom"/></outline>
<outline type="rss" text="Again" xmlUrl="https://hh.example/rss?a=1&amp;b=2"/>
<outline type="rss" text="\xd0\x9c\xd0\xb8\xd1\x80" xmlUrl="https://mir.example/"/>
<outline type="link" text="A page" url="https://hh.example/"/>
<outline type="rss" text="Old" xmlUrl="ftp://old.example/rss"/></body></opml>"""


def test_in_and_out_again() -> None:
    """Each URL once, names that are unique; what is written is sources.toml, and OPML again."""
    found = opml.read(LIST)
    assert not isinstance(found, Problem)
    feeds, wrong = found
    assert feeds == [
        Listed("harbour-hill", "https://hh.example/rss?a=1&b=2"),
        Listed("harbour-hill-2", "https://hh.example/atom"),
        Listed("feed", "https://mir.example/"),
    ]
    assert [problem.code for problem in wrong] == ["refused-url"]
    declarations, flaws = declared.read(opml.toml(feeds))
    assert flaws == []
    assert [(one.name, one.type, one.options.url) for one in declarations.sources] == [
        (one.name, "feed", one.url) for one in feeds
    ]
    assert opml.read("".join(opml.write(feeds)).encode()) == (feeds, [])


def test_no_name_breaks_out() -> None:
    """Neither of TOML nor of XML."""
    hostile = Listed('x"\n[[source]]', 'https://h.example/"\n[[source]]\n\x7f<>&')
    declarations, flaws = declared.read(opml.toml([Listed("x", hostile.url)]))
    assert (len(declarations.sources), [flaw.message.split(":")[0] for flaw in flaws]) == (0, ["refused-url"])
    assert "".join(opml.write([hostile])).count("<outline") == 1


def test_no_opml() -> None:
    for data, code in [(b"<rss/>", "not-opml"), (b"text", "invalid-xml"), (b"", "invalid-xml")]:
        found = opml.read(data)
        assert isinstance(found, Problem)
        assert found.code == code


def test_entities_are_refused() -> None:
    found = opml.read(b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>')
    assert isinstance(found, Problem)
    assert found.code == "refused-xml"
