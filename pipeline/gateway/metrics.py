"""What the gateway counts, as Prometheus reads it: seconds, few labels, never an address or an identifier."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline import __version__

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds of the histogram of answers, seconds.
BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5)

Sample = tuple[str, dict[str, str], float]


@dataclass(slots=True)
class Metrics:
    """Counters since the start. `requests` by (route, status)."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    slower: Counter[tuple[str, float]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    dropped: int = 0

    def answered(self, route: str, status: int, seconds: float) -> None:
        """A request is done; `route` is the pattern, not the path."""
        self.requests[route, status] += 1
        self.seconds[route] += seconds  # type: ignore[assignment]  # a Counter may count seconds
        for bound in BOUNDS:
            self.slower[route, bound] += seconds <= bound


def text(metrics: Metrics, gauges: Iterable[tuple[str, str, float]]) -> str:
    """The exposition; `gauges` are (name, help, value)."""
    lines = _block("tickertape_build_info", "gauge", "What runs.", [("", {"version": __version__}, 1)])
    requests: list[Sample] = [("", {"route": r, "status": str(s)}, n) for (r, s), n in sorted(metrics.requests.items())]
    lines += _block("tickertape_gateway_requests_total", "counter", "Requests answered.", requests)
    help_text = "Time to answer; of streams, the time that they were open."
    lines += _block("tickertape_gateway_request_duration_seconds", "histogram", help_text, _histogram(metrics))
    dropped: list[Sample] = [("", {}, metrics.dropped)]
    lines += _block("tickertape_sse_dropped_total", "counter", "Streams cut off because nobody read them.", dropped)
    for name, said, value in gauges:
        lines += _block(name, "gauge", said, [("", {}, value)])
    return "\n".join(lines) + "\n"


def _histogram(metrics: Metrics) -> list[Sample]:
    samples: list[Sample] = []
    for route in sorted({route for route, _ in metrics.requests}):
        total = sum(n for (r, _), n in metrics.requests.items() if r == route)
        samples += [("_bucket", {"route": route, "le": f"{bound:g}"}, metrics.slower[route, bound]) for bound in BOUNDS]
        samples += [("_bucket", {"route": route, "le": "+Inf"}, total)]
        samples += [("_sum", {"route": route}, metrics.seconds[route]), ("_count", {"route": route}, total)]
    return samples


def _block(name: str, kind: str, said: str, samples: list[Sample]) -> list[str]:
    lines = [f"# HELP {name} {said}", f"# TYPE {name} {kind}"]
    for suffix, labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{suffix}{{{shown}}} {value:.17g}" if shown else f"{name}{suffix} {value:.17g}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
