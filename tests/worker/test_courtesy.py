"""How a backfill gives way to live articles."""

from pipeline.worker.courtesy import RECENT_SECONDS, SHORT_BATCH, Courtesy


class Clock:
    at = 1_000.0

    def __call__(self) -> float:
        return self.at


def test_alone_a_backfill_has_everything() -> None:
    courtesy = Courtesy(4, Clock())
    for _ in range(4):
        assert courtesy.lets_start
        courtesy.start()
    assert (courtesy.lets_start, courtesy.share(16)) == (True, 16)


def test_while_live_articles_come_its_batches_are_short_and_as_many_as_processes() -> None:
    courtesy = Courtesy(4, Clock())
    courtesy.urgent()
    started = 0
    while courtesy.lets_start:
        courtesy.start()
        started += 1
    assert (started, courtesy.share(16), courtesy.share(1)) == (2, SHORT_BATCH, 1)
    courtesy.end()
    assert courtesy.lets_start


def test_one_may_always_go() -> None:
    """A backfill is slow beside a busy wire, and never stands still for it."""
    courtesy = Courtesy(1, Clock())
    courtesy.urgent()
    assert courtesy.lets_start


def test_when_the_wire_fell_silent_it_has_everything_again() -> None:
    clock = Clock()
    courtesy = Courtesy(2, clock)
    courtesy.urgent()
    courtesy.start()
    assert not courtesy.lets_start
    clock.at += RECENT_SECONDS - 0.001
    assert (courtesy.lets_start, courtesy.share(16)) == (False, SHORT_BATCH)
    clock.at += 0.001
    assert (courtesy.lets_start, courtesy.share(16)) == (True, 16)
