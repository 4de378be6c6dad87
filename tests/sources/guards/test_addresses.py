"""Only what is public is asked, and what a URL says is unmistakable."""

import ipaddress
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.records import Problem
from pipeline.sources.guards.addresses import Allowed, Target, follow, public, refusal, target
from tests.corpora import lines_of, unpacked

NONE = Allowed()

PUBLIC = """
    8.8.8.8  1.1.1.1  93.184.216.34  192.31.196.1  2606:4700:4700::1111  2a00:1450:4001::1  ::ffff:8.8.8.8  64:ff9b::808:808
""".split()
NOT_PUBLIC = """
    0.0.0.0  0.1.2.3  10.0.0.1  100.64.0.1  100.100.100.200  127.0.0.1  127.1.2.3  168.63.129.16  169.254.169.254  169.254.170.2
    172.16.0.1  192.0.0.1  192.0.0.192  192.0.2.1  192.88.99.1  192.168.1.1  198.18.0.1  198.51.100.1  203.0.113.1
    224.0.1.1  239.1.2.3  240.0.0.1  255.255.255.255
    ::  ::1  ::7f00:1  ::ffff:127.0.0.1  ::ffff:169.254.169.254  ::ffff:0:7f00:1  64:ff9b::7f00:1  64:ff9b::a9fe:a9fe
    64:ff9b:1::808:808  100::1  2001::1  2001:db8::1  2002:7f00:1::  2002:808:808::  3fff::1  5f00::1  fc00::1  fd00:ec2::254
    fe80::1  fec0::1  ff02::1  ff0e::1  4000::1  64:ff9b::808:808%1  2606:4700:4700::1111%eth0
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_asked(address: str) -> None:
    """An IPv4 address inside an IPv6 one counts as itself."""
    assert public(ipaddress.ip_address(address))
    assert refusal(address, "news.example", 443, NONE) is None


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_other_addresses_are_refused(address: str) -> None:
    """Loopback, private, link-local, metadata, shared, multicast, reserved, documentation, transition."""
    assert not public(ipaddress.ip_address(address))
    problem = refusal(address, "news.example", 80, NONE)
    assert problem is not None
    assert problem.code == "refused-address"
    assert "add news.example:80 to allow_private" in problem.message


def test_what_is_no_address_is_refused() -> None:
    """A resolver's answer is not trusted to be an address."""
    assert refusal("", "news.example", 80, NONE) == Problem(
        code="refused-address", message="'news.example': '' is no IP address"
    )


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("http://news.example", Target("http://news.example", "http", "news.example", 80)),
        (" HTTPS://News.Example:443/a?b=c#d\n", Target("https://news.example/a?b=c", "https", "news.example", 443)),
        ("http://news.example./x", Target("http://news.example/x", "http", "news.example", 80)),
        ("http://news.example:443/", Target("http://news.example:443/", "http", "news.example", 443)),
        ("http://zeitung-münchen.example/ä ö", Target(
            "http://xn--zeitung-mnchen-osb.example/%C3%A4%20%C3%B6", "http", "xn--zeitung-mnchen-osb.example", 80)),
        ("http://8.8.8.8/x", Target("http://8.8.8.8/x", "http", "8.8.8.8", 80)),
        ("http://[2606:4700:4700:0:0:0:0:1111]/", Target(
            "http://[2606:4700:4700::1111]/", "http", "2606:4700:4700::1111", 80)),
        ("http://a_b.example/%2e%2e/x", Target("http://a_b.example/x", "http", "a_b.example", 80)),
    ],
)  # fmt: skip
def test_a_url_is_read_in_one_way(url: str, read: Target) -> None:
    """Lower-case ASCII host, no fragment, its port written out."""
    assert target(url, NONE) == read


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://news.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("//news.example/", "only http and https"),
        ("news.example/feed", "only http and https"),
        ("", "only http and https"),
        ("http://", "no valid host"),
        ("http:///news.example/", "no valid host"),
        ("http:news.example", "no valid host"),
        ("http://user:password@news.example/", "no user name"),
        ("http://news.example@127.0.0.1/", "no user name"),
        ("http://news.example\\@127.0.0.1/", "backslash"),
        ("http:\\\\127.0.0.1\\", "backslash"),
        ("http://news.exa\tmple/", "control character"),
        ("http://news.example/\r\nHost: x", "control character"),
        ("http://news.example\0.other.example/", "control character"),
        ("http://news example/", "no valid host"),
        ("http://news%2eexample/", "no valid host"),
        ("http://127%2e0%2e0%2e1/", "no valid host"),
        ("http://-news.example/", "no valid host"),
        ("http://news..example/", "no valid host"),
        ("http://news.example../", "no valid host"),
        ("http://" + "a" * 64 + ".example/", "no valid host"),
        ("http://" + "a." * 130 + "example/", "no valid host"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://[fe80::1%25eth0]/", "zone"),
        ("http://[v1.x]/", ""),
        ("http://127.1/", "4 octets"),
        ("http://2130706433/", "4 octets"),
        ("http://0x7f000001/", "4 octets"),
        ("http://0x7f.0.0.1/", "Only decimal digits"),
        ("http://0177.0.0.1/", "At most 3"),
        ("http://010.0.0.1/", "Leading zeros"),
        ("http://0/", "4 octets"),
        ("http://127.0.0.1.0x/", "4 octets"),
        ("http://１２７.0.0.1/", "not allowed"),
        ("http://①②⑦.0.0.1/", "not allowed"),
        ("http://127。0。0。1/", "refused-address"),
        ("http://news\u200b.example/", "not allowed"),
        ("http://news.example:0/", "port 0"),
        ("http://news.example:22/", "port 22 is not asked; if it is meant, add news.example:22"),
        ("http://news.example:9092/", "port 9092"),
        ("http://news.example:99999/", "ort out of range"),
        ("http://news.example:x/", ""),
        ("http://news.example/" + "a" * 4_096, "longer than 4,096"),
        ("http://news.example/\ud800", ""),
    ],
)
def test_a_url_that_could_mislead_is_refused(url: str, why: str) -> None:
    """Everything that one parser takes for this host, and another for that."""
    problem = target(url, NONE)
    assert isinstance(problem, Problem)
    assert problem.code == "refused-url" or why == "refused-address" == problem.code
    assert why in problem.message + problem.code
    assert problem.message.isprintable()
    assert len(problem.message) < 1_500


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://127.0.0.1./",
    ],
)
def test_an_address_in_a_url_is_checked_like_any(url: str) -> None:
    """No resolver is asked for it, so it must be here."""
    problem = target(url, NONE)
    assert isinstance(problem, Problem)
    assert problem.code == "refused-address"


ALLOWED = Allowed.of(["127.0.0.1:8080", "[::1]:8080", "wire.intranet.example:8443", "10.1.0.0/16"])


@pytest.mark.parametrize(
    ("url", "address", "allowed"),
    [
        ("http://127.0.0.1:8080/", "127.0.0.1", True),
        ("http://127.0.0.1:8081/", "127.0.0.1", False),
        ("http://127.0.0.1/", "127.0.0.1", False),
        ("http://127.0.0.2:8080/", "127.0.0.2", False),
        ("http://[::1]:8080/", "::1", True),
        ("https://wire.intranet.example:8443/", "10.9.9.9", True),
        ("https://wire.intranet.example/", "10.9.9.9", False),
        ("https://other.example:8443/", "10.9.9.9", False),
        ("http://10.1.2.3:9999/", "10.1.2.3", True),
        ("http://10.2.2.3:9999/", "10.2.2.3", False),
        ("http://inside.example:9999/", "10.1.2.3", True),
        ("http://outside.example:9999/", "8.8.8.8", False),
        ("http://outside.example/", "8.8.8.8", True),
    ],
)
def test_what_sources_toml_allows_is_asked(url: str, address: str, allowed: bool) -> None:
    """host:port, or a network at any port; and nothing else."""
    found = target(url, ALLOWED)
    refused = found if isinstance(found, Problem) else refusal(address, found.host, found.port, ALLOWED)
    assert (refused is None) == allowed


@pytest.mark.parametrize(
    "word", ["", "127.0.0.1", "news.example", ":80", "news.example:x", "10.0.0.1/8", "10/x", "a b:80"]
)
def test_a_wrong_word_in_allow_private_is_named(word: str) -> None:
    """The reader of sources.toml puts the line number before it."""
    with pytest.raises(ValueError, match="is neither host:port nor a network") as raised:
        Allowed.of(["127.0.0.1:8080", word])
    assert repr(word) in str(raised.value)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b", "https://news.example/b"),
        ("b?c=d", "https://news.example/a/b?c=d"),
        ("//other.example/b", "https://other.example/b"),
        ("http://other.example", "http://other.example"),
        ("http://169.254.169.254/", "refused-address"),
        ("//127.0.0.1/", "refused-address"),
        ("file:///etc/passwd", "refused-url"),
        ("gopher://127.0.0.1:6379/_x", "refused-url"),
        ("javascript:alert(1)", "refused-url"),
        ("/\\127.0.0.1/", "refused-url"),
        ("http://other.example:6379/", "refused-url"),
        ("//[", "refused-url"),
        ("/a\tb", "refused-url"),
        ("\udce9", "refused-url"),
    ],
)
def test_a_redirect_is_checked_like_a_first_url(location: str, leads_to: str) -> None:
    """Relative to where it came from."""
    base = target("https://news.example/a/x", NONE)
    assert isinstance(base, Target)
    found = follow(base, location, NONE)
    assert (found.url if isinstance(found, Target) else found.code) == leads_to


def hostile_urls(folder: Path) -> Iterator[str]:
    """Every URL of the URL tests and of the lists of SSRF and open-redirect payloads."""
    urls = json.loads((unpacked("urltests", folder) / "url/tests/urltestdata.json").read_bytes())
    yield from (case["input"] for case in urls if isinstance(case, dict))
    payloads = unpacked("payloads-all-the-things", folder)
    for name in ("ssrf_urls.txt", "open_redirect.txt"):
        yield from lines_of(payloads / name)


def test_hostile_urls_have_one_clear_result(corpus_folder: Path) -> None:
    """A Target that names a public host in plain ASCII, or a Problem; nothing else, and nothing raised."""
    base = target("http://news.example/a/b", NONE)
    assert isinstance(base, Target)
    urls = list(hostile_urls(corpus_folder))
    assert len(urls) > 1_100
    for url in urls:
        for found in (target(url, NONE), follow(base, url, NONE)):
            if isinstance(found, Problem):
                assert found.code in ("refused-url", "refused-address")
                continue
            assert found.host.isascii()
            assert found.port in (80, 443)
            assert target(found.url, NONE) == found
            with_address = [part for part in (found.host,) if part.replace(".", "").isdigit() or ":" in part]
            assert all(public(ipaddress.ip_address(part)) for part in with_address)
