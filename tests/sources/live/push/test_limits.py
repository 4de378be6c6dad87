"""Token buckets and the gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.live.push.limits import Bucket, Gate, Limits
from pipeline.sources.live.push.problems import Refused

NOW_MS = 1_718_524_800_000


def test_a_bucket_gives_twice_its_rate_at_once_and_then_its_rate() -> None:
    bucket = Bucket(2.0)
    assert [bucket.take(NOW_MS) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert [bucket.take(NOW_MS + 500), bucket.take(NOW_MS + 500)] == [0, 0.5]


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing() -> None:
    bucket = Bucket(1.0)
    taken = [bucket.take(NOW_MS), bucket.take(NOW_MS), bucket.take(NOW_MS - 3_600_000), bucket.take(NOW_MS - 3_599_000)]
    assert taken == [0, 0, 1, 0]


@given(st.lists(st.integers(0, 3_000), max_size=200), st.sampled_from([0.5, 1.0, 7.0]))
def test_no_more_goes_through_than_the_rate_and_the_burst(waits: list[int], rate: float) -> None:
    bucket, now, through = Bucket(rate), NOW_MS, 0
    for wait in waits:
        now += wait
        through += bucket.take(now) == 0
    assert through <= max(1, 2 * rate) + rate * (now - NOW_MS) / 1000 + 1e-6


def refused(gate: Gate, name: str) -> Refused:
    with pytest.raises(Refused) as caught, gate.admitted(name, NOW_MS):
        pass
    return caught.value


def test_a_key_that_is_full_keeps_no_other_out() -> None:
    gate = Gate(Limits(key_requests=1, all_requests=2))
    with gate.admitted("a", NOW_MS):
        assert refused(gate, "a").code == "too-many-requests"
        with gate.admitted("b", NOW_MS):
            assert refused(gate, "c").code == "busy"
        with gate.admitted("c", NOW_MS):
            pass


def test_a_request_that_fails_leaves_its_place() -> None:
    gate = Gate(Limits(key_requests=1))
    with pytest.raises(ValueError, match="x"), gate.admitted("a", NOW_MS):
        raise ValueError("x")
    with gate.admitted("a", NOW_MS):
        pass


def test_the_rate_of_all_is_the_server_s_affair_and_costs_the_key_nothing() -> None:
    """503 and not 429; the key's own bucket is as it was."""
    gate = Gate(Limits(all_requests_per_second=0.5, key_requests_per_second=1.0))
    with gate.admitted("a", NOW_MS):
        pass
    found = refused(gate, "b")
    assert (found.code, found.retry_after_seconds) == ("busy", 2.0)
    with gate.admitted("b", NOW_MS + 2000), pytest.raises(Refused), gate.admitted("b", NOW_MS + 2000):
        pass
