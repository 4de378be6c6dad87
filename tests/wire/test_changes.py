"""What a new version changes among an article's events."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Event, StandingEvent
from pipeline.wire.changes import Change, changes, digest
from tests.builders import make_event

ONE = make_event(event_id="1" * 26)
OTHER = make_event(event_id="2" * 26, kind="assault", family="conflict")
ONE_CORRECTED = replace(ONE, modality="denied")


def standing(event: Event, revision: int = 1, *, retracted: bool = False) -> StandingEvent:
    return StandingEvent(
        revision=revision, digest=digest(event), kind=event.kind, family=event.family, retracted=retracted
    )


def test_the_events_of_a_first_version_are_detected_in_text_order() -> None:
    assert list(changes({}, [OTHER, ONE])) == [
        Change("detected", OTHER.event_id, standing(OTHER), OTHER),
        Change("detected", ONE.event_id, standing(ONE), ONE),
    ]


def test_what_is_as_it_was_is_no_change() -> None:
    assert list(changes({ONE.event_id: standing(ONE, 4)}, [ONE])) == []


def test_what_says_something_else_is_updated() -> None:
    (change,) = changes({ONE.event_id: standing(ONE)}, [ONE_CORRECTED])
    assert change == Change("updated", ONE.event_id, standing(ONE_CORRECTED, 2), ONE_CORRECTED)


def test_what_is_gone_is_retracted_after_all_else() -> None:
    before = {ONE.event_id: standing(ONE, 2)}
    assert list(changes(before, [OTHER])) == [
        Change("detected", OTHER.event_id, standing(OTHER), OTHER),
        Change("retracted", ONE.event_id, standing(ONE, 3, retracted=True), None),
    ]


def test_what_is_retracted_is_not_retracted_again() -> None:
    assert list(changes({ONE.event_id: standing(ONE, 2, retracted=True)}, [])) == []


def test_what_comes_back_is_detected_and_goes_on_counting() -> None:
    """Also if it says what it said."""
    (change,) = changes({ONE.event_id: standing(ONE, 2, retracted=True)}, [ONE])
    assert change == Change("detected", ONE.event_id, standing(ONE, 3), ONE)


def test_any_change_of_what_an_event_says_changes_its_digest() -> None:
    assert digest(ONE) == digest(replace(ONE))
    assert len({digest(ONE), digest(ONE_CORRECTED), digest(replace(ONE, confidence=0.76)), digest(OTHER)}) == 4


VERSIONS = st.lists(
    st.lists(st.sampled_from([ONE, ONE_CORRECTED, OTHER]), unique_by=lambda event: event.event_id), max_size=8
)


@given(VERSIONS)
def test_whatever_the_versions_what_stands_is_the_last_one_and_no_revision_means_two_things(
    versions: list[list[Event]],
) -> None:
    state: dict[str, StandingEvent] = {}
    published: list[tuple[str, int]] = []
    for events in versions:
        found = list(changes(state, events))
        state |= {change.event_id: change.standing for change in found}
        published += [(change.event_id, change.standing.revision) for change in found]
        stands = {event_id: one.digest for event_id, one in state.items() if not one.retracted}
        assert stands == {event.event_id: digest(event) for event in events}
    assert len(set(published)) == len(published)
