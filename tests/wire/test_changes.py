"""What a new version changes among an article's events."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Event, Model, StandingEvent
from pipeline.wire.changes import Change, changes, digest
from tests.builders import MODEL_VERSION, make_event, make_reference

ONE = make_event(event_id="1" * 26)
OTHER = make_event(event_id="2" * 26, kind="assault", family="conflict")
ONE_CORRECTED = replace(ONE, modality="denied")
ARTICLE, MODEL = make_reference(), Model(name="tickertape", version=MODEL_VERSION)


def standing(event: Event, revision: int = 1, *, retracted: bool = False) -> StandingEvent:
    return StandingEvent(
        revision=revision,
        digest=digest(event, ARTICLE, MODEL),
        kind=event.kind,
        family=event.family,
        retracted=retracted,
    )


def test_the_events_of_a_first_version_are_detected_in_text_order() -> None:
    assert list(changes({}, [OTHER, ONE], ARTICLE, MODEL)) == [
        Change("detected", OTHER.event_id, standing(OTHER), OTHER),
        Change("detected", ONE.event_id, standing(ONE), ONE),
    ]


def test_what_is_as_it_was_is_no_change() -> None:
    assert list(changes({ONE.event_id: standing(ONE, 4)}, [ONE], ARTICLE, MODEL)) == []


def test_what_says_something_else_is_updated() -> None:
    (change,) = changes({ONE.event_id: standing(ONE)}, [ONE_CORRECTED], ARTICLE, MODEL)
    assert change == Change("updated", ONE.event_id, standing(ONE_CORRECTED, 2), ONE_CORRECTED)


def test_what_is_gone_is_retracted_after_all_else() -> None:
    before = {ONE.event_id: standing(ONE, 2)}
    assert list(changes(before, [OTHER], ARTICLE, MODEL)) == [
        Change("detected", OTHER.event_id, standing(OTHER), OTHER),
        Change("retracted", ONE.event_id, standing(ONE, 3, retracted=True), None),
    ]


def test_what_is_retracted_is_not_retracted_again() -> None:
    assert list(changes({ONE.event_id: standing(ONE, 2, retracted=True)}, [], ARTICLE, MODEL)) == []


def test_what_comes_back_is_detected_and_goes_on_counting() -> None:
    """Also if it says what it said."""
    (change,) = changes({ONE.event_id: standing(ONE, 2, retracted=True)}, [ONE], ARTICLE, MODEL)
    assert change == Change("detected", ONE.event_id, standing(ONE, 3), ONE)


def test_any_change_of_its_record_changes_its_digest() -> None:
    """What it says, of its article, and by which model."""
    records = [
        (ONE, ARTICLE, MODEL), (ONE_CORRECTED, ARTICLE, MODEL), (replace(ONE, confidence=0.76), ARTICLE, MODEL),
        (OTHER, ARTICLE, MODEL), (ONE, ARTICLE, replace(MODEL, version="2")),
        *((ONE, make_reference(**{name: "other"}), MODEL) for name in ("version", "headline", "url", "published_at", "language")),
    ]  # fmt: skip
    assert len({digest(*record) for record in records}) == len(records)
    assert digest(*records[0]) == digest(replace(ONE), replace(ARTICLE), replace(MODEL))


def test_an_event_that_says_the_same_in_a_newer_version_is_updated() -> None:
    """So its record points at the newest version."""
    newer = make_reference(version="2")
    (change,) = changes({ONE.event_id: standing(ONE)}, [ONE], newer, MODEL)
    after = replace(standing(ONE, 2), digest=digest(ONE, newer, MODEL))
    assert change == Change("updated", ONE.event_id, after, ONE)


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
        found = list(changes(state, events, ARTICLE, MODEL))
        state |= {change.event_id: change.standing for change in found}
        published += [(change.event_id, change.standing.revision) for change in found]
        stands = {event_id: one.digest for event_id, one in state.items() if not one.retracted}
        assert stands == {event.event_id: digest(event, ARTICLE, MODEL) for event in events}
    assert len(set(published)) == len(published)
