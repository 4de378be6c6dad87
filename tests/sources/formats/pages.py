"""Pages and web archives for tests: of an invented harbour's invented newspaper."""

import gzip

FIRST = (
    "The ferry between Norhamn and the mainland stopped on Tuesday after its crew walked out, the harbour office said."
)
SECOND = "Talks between the union and the company are to begin on Wednesday, a spokeswoman told reporters in Norhamn."

LINKED_DATA = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
  {"@type": "WebSite", "name": "The Norhamn Post", "datePublished": "1999-01-01"},
  {"@type": ["NewsArticle"], "headline": "Ferry stops", "datePublished": "2026-02-24T18:06:00+01:00",
   "dateModified": "2026-02-24T19:05:00+01:00", "author": [{"name": "A. Aho"}, {"name": "B. Bø"}], "inLanguage": "en-GB",
   "correction": "An earlier version named the wrong harbour."}]}</script>"""


def page(head: str = "", *, first: str = FIRST, lang: str = "") -> str:
    """A page with a menu, two paragraphs and a footer."""
    return (
        f"<!DOCTYPE html><html{lang}><head><title>Ferry stops | The Norhamn Post</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>Ferry stops</h1><p>{first}</p>"
        f"<p>{SECOND}</p></article><footer>© 2019 The Norhamn Post</footer></body></html>"
    )


def record(
    url: str, body: bytes, *, kind: str = "response", head: str = "HTTP/1.1 200 OK", size: int | None = None
) -> bytes:
    """A WARC record; `head`: status line and headers of the HTTP answer; `size` may lie."""
    if "Content-Type" not in head:
        head += "\r\nContent-Type: text/html; charset=utf-8"
    answer = head.encode() + b"\r\n\r\n" + body if kind == "response" else body
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{len(url):08d}-0000-0000-0000-{len(body):012d}>",
        "WARC-Date": "2026-02-25T06:00:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/plain",
        "Content-Length": str(len(answer) if size is None else size),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + answer + b"\r\n\r\n"


def packed(records: list[bytes]) -> bytes:
    """A member of gzip for each, as crawlers write them."""
    return b"".join(map(gzip.compress, records))
