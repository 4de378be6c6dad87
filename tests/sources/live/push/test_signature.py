"""Signatures: good for five minutes, and once."""

import hashlib
import hmac

import pytest

from pipeline.sources.live.push.signature import Signatures, sign
from tests.sources.live.push.conftest import Begin

SECRET = "tts_secret"
START_MS = 1_718_524_800_000
START = START_MS // 1000
BODY = b'{"guid": "7", "text": "Talks."}'


def flaw(signatures: Signatures, timestamp: str, signature: str, body: bytes = BODY, after: int = 0) -> str | None:
    return signatures.flaw("acme", SECRET, (timestamp, signature), body, START_MS + after * 1000)


def test_a_signature_is_an_hmac_of_timestamp_and_body() -> None:
    """As the documentation says it to those who write a sender."""
    wanted = hmac.new(b"tts_secret", b"1718524800." + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, "1718524800", BODY) == "v1=" + wanted


@pytest.mark.parametrize(("signed_after", "now_after"), [(0, 0), (0, 300), (300, 0), (500, 400)])
def test_a_good_signature_holds(signed_after: int, now_after: int) -> None:
    timestamp = str(START + signed_after)
    assert flaw(Signatures(START_MS), timestamp, sign(SECRET, timestamp, BODY), after=now_after) is None


@pytest.mark.parametrize(
    ("timestamp", "signature", "body", "after", "why"),
    [
        ("", "", BODY, 0, "are needed"),
        (str(START), "", BODY, 0, "are needed"),
        ("now", sign(SECRET, "now", BODY), BODY, 0, "are needed"),
        (f" {START}", sign(SECRET, f" {START}", BODY), BODY, 0, "are needed"),
        ("\u0661", sign(SECRET, "\u0661", BODY), BODY, 0, "are needed"),
        (str(START), "v1=\u00e9", BODY, 0, "does not fit"),
        (str(START), sign("other", str(START), BODY), BODY, 0, "does not fit"),
        (str(START), sign(SECRET, str(START), BODY).upper(), BODY, 0, "does not fit"),
        (str(START), sign(SECRET, str(START), BODY), BODY + b" ", 0, "does not fit"),
        (str(START + 1), sign(SECRET, str(START), BODY), BODY, 0, "does not fit"),
        (str(START), sign(SECRET, str(START), BODY), BODY, 301, "300 seconds off"),
        (str(START + 301), sign(SECRET, str(START + 301), BODY), BODY, 0, "300 seconds off"),
        (str(START - 1), sign(SECRET, str(START - 1), BODY), BODY, 0, "before the server started"),
    ],
)
def test_any_other_does_not(timestamp: str, signature: str, body: bytes, after: int, why: str) -> None:
    assert why in (flaw(Signatures(START_MS), timestamp, signature, body, after) or "")


def test_a_signature_is_used_up() -> None:
    """By its key alone, and for as long as its timestamp holds."""
    signatures, timestamp = Signatures(START_MS), str(START + 300)
    signature = sign(SECRET, timestamp, BODY)
    first = flaw(signatures, timestamp, signature)
    second = flaw(signatures, timestamp, signature, after=600)
    other = signatures.flaw("other", SECRET, (timestamp, signature), BODY, START_MS)
    assert (first, second, other) == (None, "the signature was used before: sign again", None)


def test_a_wrong_signature_uses_nothing_up() -> None:
    signatures, timestamp = Signatures(START_MS), str(START)
    flaw(signatures, timestamp, sign(SECRET, timestamp, BODY), BODY + b" ")
    assert flaw(signatures, timestamp, sign(SECRET, timestamp, BODY)) is None


def test_what_is_remembered_is_bounded_and_forgets_only_what_is_too_old() -> None:
    signatures = Signatures(START_MS, most=2)

    def at(second: int) -> str | None:
        return flaw(signatures, str(START + second), sign(SECRET, str(START + second), BODY), after=second)

    assert [at(0), at(1)] == [None, None]
    assert "too many signatures" in (at(2) or "")
    assert at(602) is None


async def test_a_signing_key_sends_nothing_unsigned(world: Begin) -> None:
    """The right signature is taken, once; the body's content is not looked at before."""
    async with world(signed=True) as w:
        timestamp = str(w.clock.now_ms // 1000)
        headers = {"Tickertape-Timestamp": timestamp, "Tickertape-Signature": sign(w.secret, timestamp, BODY)}
        answers = [
            await w.post(b"{"),
            await w.post(b"{", headers),
            await w.post(BODY, headers),
            await w.post(BODY, headers),
        ]
    assert [one.status for one in answers] == [401, 401, 202, 401]
    assert [one.body.get("code") for one in answers] == ["unsigned", "unsigned", None, "unsigned"]
    assert len(w.kafka.records) == 1
