"""What figures are made of: rounds in which all contenders do the same work, their ratios, percentiles. Pure.

Machines drift, so only figures of one round are divided by each other, and the median of the rounds' ratios counts.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# `make bench JSON=path` writes exactly these, flat.
KEYS = (
    "annotate_vs_stock", "worker_vs_naive_faust", "worker_vs_quixstreams", "worker_vs_bare", "outside_cpu_share",
    "identity_per_s", "p50_s", "p95_s", "p99_s", "rss_parent_mb", "rss_child_mb",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table: the median of the rounds, its spread beside it; `key`: its name in the JSON, if it has one."""

    label: str
    rounds: tuple[float, ...]
    unit: str
    key: str | None = None
    note: str = ""

    @property
    def value(self) -> float:
        """What counts."""
        return statistics.median(self.rounds)


def paired(above: Sequence[float], below: Sequence[float]) -> tuple[float, ...]:
    """The ratio of each round. Raises ValueError if one of the two was not measured in every round."""
    return tuple(one / other for one, other in zip(above, below, strict=True))


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` % of all do not exceed (nearest rank). Raises ValueError without values."""
    if not values:
        raise ValueError("no values, no percentile")
    ranked = sorted(values)
    return ranked[max(0, -(-percent * len(ranked) // 100) - 1)]


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """How much y grows with x: least squares. Raises statistics.StatisticsError for fewer than two different x."""
    return statistics.linear_regression(xs, ys).slope


def table(figures: Sequence[Figure]) -> Iterator[str]:
    """A line a figure."""
    width = max(len(figure.label) for figure in figures)
    for figure in figures:
        spread = f"({_shown(min(figure.rounds))} to {_shown(max(figure.rounds))})" if len(figure.rounds) > 1 else ""
        yield f"{figure.label:<{width}}  {_shown(figure.value):>8} {figure.unit:<10} {spread}  {figure.note}".rstrip()


def flat(figures: Sequence[Figure]) -> dict[str, float]:
    """The figures that have a key, in the order of KEYS. Raises ValueError unless it is all of them, each once."""
    found = {figure.key: round(figure.value, 4) for figure in figures if figure.key is not None}
    if set(found) != set(KEYS) or len(found) != sum(figure.key is not None for figure in figures):
        raise ValueError(f"measured {sorted(found)}, wanted {sorted(KEYS)}: run `make bench` without PART")
    return {key: found[key] for key in KEYS}


def _shown(value: float) -> str:
    """Three significant digits; whole numbers from a hundred on."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
