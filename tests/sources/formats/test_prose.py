"""Bodies to paragraphs."""

import pytest

from pipeline.sources.formats import prose


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain & simple", "plain & simple"),
        ("a &amp; b", "a & b"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a<p>b", "a\n\nb"),
        ("<p>a <b>b</b>c\n\n d</p>", "a bc d"),
        ("<div>a<p>b</p>c</div>d", "a\n\nb\n\nc\n\nd"),
        ("<div>one\n\ntwo\nthree</div>", "one\n\ntwo three"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<p>a</p><table><tr><td>1</td></tr></table>tail<p>b</p>", "a\n\ntail\n\nb"),
        ("<figure><img><figcaption>caption</figcaption></figure><p>a</p>", "a"),
        ("<script>x()</script><style>p{}</style><p>a</p>", "a"),
        ("<p>a<!-- <p>no</p> -->b</p>", "ab"),
        ("<p>&lt;p&gt; &eacute; &#8364; &nbsp;x</p>", "<p> é € x"),
        ("<p>x\x00\x0by</p>", "xy"),
        ("<!DOCTYPE html [<!ENTITY a 'b'>]><p>&a;</p>", ""),
        ("<><<<", "<><<<"),
    ],
)
def test_html(html: str, text: str) -> None:
    assert prose.of_html(html) == text


def test_plain_text_keeps_its_lines() -> None:
    assert prose.of_plain("\r\n  a\r\n    b  \r\n\r\n  c\r") == "a\n  b\n\nc"


def test_wrapped_lines_are_joined() -> None:
    assert prose.of_wrapped("  One\r\nline.\r\n\tTwo\nlines.\n\nThree\n") == "One line.\n\nTwo lines.\n\nThree"
