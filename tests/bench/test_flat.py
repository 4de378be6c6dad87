"""What is made of the marks of an endless run."""

import pytest

from tests.bench.flat import Mark, kept


def marks(count: int, *, slower: float = 1.0, mb_per_mark: float = 0.0) -> list[Mark]:
    """A mark every 1,000 articles of 800 characters, 100 a CPU second; in the last 5,000 the seconds are longer."""
    made, cpu_seconds = [], 0.0
    for number in range(count // 1_000 + 1):
        made.append(Mark(number * 1_000, number * 800_000, cpu_seconds, 300 + number * mb_per_mark, 84_000))
        cpu_seconds += 10 * (slower if number * 1_000 >= count - 5_000 else 1.0)
    return made


def test_an_even_run_is_flat() -> None:
    speed, growth, memory, first, most = kept(marks(20_000), warm=5_000)
    assert (speed.value, memory.value, first.value, most.value) == (1.0, 300.0, 84_000.0, 84_000.0)
    assert growth.value == pytest.approx(0.0)


def test_a_run_that_gets_slower_and_larger_shows_it() -> None:
    """A quarter more seconds in the last block; half a megabyte more with every thousand articles."""
    speed, growth, *_ = kept(marks(20_000, slower=1.25, mb_per_mark=0.5), warm=5_000)
    assert speed.value == pytest.approx(0.8)
    assert growth.value == pytest.approx(5.0)


def test_what_the_warm_up_took_counts_nowhere() -> None:
    given = marks(20_000)
    given[:3] = [Mark(one.articles, one.chars, one.cpu_seconds, 30.0, 84_000) for one in given[:3]]
    assert kept(given, warm=5_000)[1].value == pytest.approx(0.0)


def test_too_few_articles_are_no_measurement() -> None:
    with pytest.raises(ValueError, match="give more"):
        kept(marks(10_000), warm=5_000)
