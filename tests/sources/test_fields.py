"""Other people's names become ours, the user's mapping goes first, and nothing is dropped."""

from typing import Any

import pytest

from pipeline.records import Article, Problem
from pipeline.sources.fields import mapping
from pipeline.sources.items import Place, Rejected, article_of_values


def taken(value: dict[str, Any], names: dict[str, str] | None = None, *, ours: bool = True) -> Article | Rejected:
    place = Place(path="in", provider="folder", guid="in", article_bytes=1_000, names=names or {})
    return article_of_values(value, place, 7, b"raw", ours=ours)


@pytest.mark.parametrize(
    ("value", "article"),
    [
        pytest.param(
            {
                "maintext": "The ferry stopped.",
                "title": "Ferry",
                "date_publish": "2026-02-24 18:05:00",
                "date_modify": "None",
                "date_download": "2026-02-24 20:00:00",
                "language": "en",
                "source_domain": "harbour.example",
                "url": "https://harbour.example/ferry",
                "authors": [],
            },
            Article(
                provider="harbour.example",
                guid="https://harbour.example/ferry",
                text="The ferry stopped.",
                headline="Ferry",
                published_at="2026-02-24T18:05:00.000Z",
                version_created_at="2026-02-24T20:00:00.000Z",
                language="en",
                url="https://harbour.example/ferry",
                origin={"date_modify": "None", "authors": []},
            ),
            id="news-please",
        ),
        pytest.param(
            {"maintext": "x", "url": "https://a.example/1", "date_publish": "None"},
            Article(
                provider="folder",
                guid="https://a.example/1",
                text="x",
                url="https://a.example/1",
                origin={"date_publish": "None"},
            ),
            id="news-please without a date",
        ),
        pytest.param(
            {"id": "17001", "title": "T", "body": "x\n\x03", "date": "21-APR-1987 11:35:01.50", "topics": ["coffee"]},
            Article(
                provider="folder",
                guid="17001",
                text="x\n\x03",
                headline="T",
                published_at="1987-04-21T11:35:01.500Z",
                origin={"topics": ["coffee"]},
            ),
            id="the shape of Reuters-21578",
        ),
        pytest.param(
            {"uri": 12, "content": "x", "date": "soon", "lang": " de "},
            Article(provider="folder", guid="12", text="x", language="de", origin={"date": "soon"}),
            id="an unreadable date stays where it was, a number is a name",
        ),
        pytest.param(
            {"id": "1", "text": "x", "body": "y", "content": ["z"]},
            Article(provider="folder", guid="1", text="x", origin={"body": "y", "content": ["z"]}),
            id="our name goes first, the others are kept",
        ),
        pytest.param(
            {"id": "1", "body": "", "content": "x"},
            Article(provider="folder", guid="1", text="x", origin={"body": ""}),
            id="an empty body is none while there is another",
        ),
        pytest.param(
            {"text": "x", "title": "T"},
            Article(provider="folder", guid="content:4gf7s12ecjwbwzphrvrvn9v9sb", text="x", headline="T"),
            id="without id and address the content is the name",
        ),
        pytest.param(
            {"text": "x", "url": "https://a.example/" + "p" * 600},
            Article(
                provider="folder",
                guid="digest:6ky65dhy7ndywsbtwqga3v2pg2",
                text="x",
                url="https://a.example/" + "p" * 600,
            ),
            id="an address too long for a guid",
        ),
    ],
)
def test_what_archives_call_it(value: dict[str, Any], article: Article) -> None:
    assert taken(value) == article


def test_the_name_of_an_item_does_not_depend_on_its_place() -> None:
    """Read again from another file, in another order, it is the same item; another text is another one."""
    found = [taken({"text": text, "title": "T", "rank": rank}) for text, rank in (("x", 1), ("x", 2), ("y", 1))]
    first, again, other = [item.guid for item in found if isinstance(item, Article)]
    assert first == again != other


def test_the_user_names_what_nobody_could_guess() -> None:
    value = {"story": "x", "text": "a caption", "nr": 7, "status": "active"}
    names = {"text": "story", "guid": "nr", "status": ""}
    assert taken(value, names) == Article(
        provider="folder", guid="7", text="x", origin={"text": "a caption", "status": "active"}
    )


def test_a_name_given_to_one_field_is_not_used_for_another() -> None:
    assert taken({"id": "1", "text": "x", "title": "T"}, {"credit": "title"}) == Article(
        provider="folder", guid="1", text="x", credit="T"
    )


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ({"id": "1", "title": "T", "date": "2020-01-01"}, "no-text", "no body among: id, title, date"),
        ({"id": "1", "content": ["x"]}, "no-text", "no body among: id, content"),
        ({"id": "1", "maintext": None}, "no-text", "no body among: id, maintext"),
        ({"id": "1"}, "invalid-record", 'the record: "text" is a required property'),
        ({"id": "1", "body": "x", "status": "spiked"}, "invalid-record", "status: "),
        ({"id": "1", "body": "x", "source_domain": "a|b"}, "invalid-record", "provider: "),
    ],
)
def test_what_is_no_article(value: dict[str, Any], code: str, message: str) -> None:
    """A status that we do not know could mean a kill, so it is never passed over."""
    found = taken(value)
    assert isinstance(found, Rejected)
    assert (found.where, found.problem.code, found.raw) == ("in:7", code, b"raw")
    assert found.problem.message.startswith(message)


def test_tables_have_only_text() -> None:
    """There even our own names are read leniently."""
    value = {"id": "1", "text": "x", "published_at": "2020-02-03", "urgency": "3", "version_created_at": "?"}
    assert taken(value, ours=False) == Article(
        provider="folder",
        guid="1",
        text="x",
        urgency=3,
        published_at="2020-02-03T00:00:00.000Z",
        origin={"version_created_at": "?"},
    )
    assert taken(value) == Rejected(
        path="in",
        line=7,
        problem=Problem(code="invalid-record", message=getattr(taken(value), "problem").message),  # noqa: B009
        raw=b"raw",
    )


def test_mappings() -> None:
    assert mapping("text=body, guid = id,status=") == {"text": "body", "guid": "id", "status": ""}


@pytest.mark.parametrize("words", ["", "text", "body=text", "origin=x", "text=a,text=b", "=x"])
def test_what_is_no_mapping(words: str) -> None:
    with pytest.raises(ValueError, match=r"is not FIELD=NAME|mapped twice"):
        mapping(words)
