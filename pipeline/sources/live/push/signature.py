"""Signed requests: HMAC-SHA256 with the key's secret over `timestamp.raw_body`, good for five minutes, and once.

    Tickertape-Timestamp: 1591352700
    Tickertape-Signature: v1=<hex of HMAC-SHA256(secret, b"1591352700." + body as sent)>

Verified before the body is unpacked or parsed.
"""

import hashlib
import hmac
import re
from collections import OrderedDict

TIMESTAMP_HEADER = "Tickertape-Timestamp"
SIGNATURE_HEADER = "Tickertape-Signature"
SKEW_SECONDS = 300
# As many as the rate limit lets one server take in while a signature is good, and some.
REPLAYS = 100_000
TIMESTAMP = re.compile(r"[0-9]{1,12}")


def sign(secret: str, timestamp: str, raw: bytes) -> str:
    """The value of the signature header."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()


class Signatures:
    """Checks signatures, and remembers those it took until they are too old to be taken again.

    A signature made before `started_ms` is refused: what was taken before a restart is not remembered, and must not be
    taken twice. So a sender signs again when it sends again.
    """

    def __init__(self, started_ms: int, most: int = REPLAYS) -> None:
        self._started_seconds = started_ms // 1000
        self._most = most
        self._taken: OrderedDict[tuple[str, str], int] = OrderedDict()

    def flaw(self, name: str, secret: str, headers: tuple[str, str], raw: bytes, now_ms: int) -> str | None:
        """Why the (timestamp, signature) `headers` of key `name` do not hold; None: they hold, and are used up."""
        timestamp, signature = headers
        now = now_ms // 1000
        if not TIMESTAMP.fullmatch(timestamp) or not signature:
            return f"{TIMESTAMP_HEADER} (Unix seconds) and {SIGNATURE_HEADER} (v1=…) are needed"
        good = hmac.compare_digest(sign(secret, timestamp, raw).encode(), signature.encode("utf-8", "replace"))
        if not good:
            return "the signature does not fit the timestamp and the body"
        if abs(now - int(timestamp)) > SKEW_SECONDS:
            return f"the timestamp is more than {SKEW_SECONDS} seconds off"
        if int(timestamp) < self._started_seconds:
            return "signed before the server started: sign again"
        return self._use_up((name, signature), now)

    def _use_up(self, used: tuple[str, str], now: int) -> str | None:
        while self._taken and next(iter(self._taken.values())) < now - 2 * SKEW_SECONDS:
            self._taken.popitem(last=False)
        if used in self._taken:
            return "the signature was used before: sign again"
        if len(self._taken) >= self._most:
            return "too many signatures at a time: sign again in some minutes"
        self._taken[used] = now
        return None
