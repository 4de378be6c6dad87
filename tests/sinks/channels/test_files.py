"""Channels that need no server: Atom, lines; and what an e-mail looks like."""

import os
from pathlib import Path

import feedparser
import pytest

from pipeline import codec
from pipeline.records import Problem
from pipeline.sinks.channels.atom import Atom, feed
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.local import Lines
from pipeline.sinks.channels.mail import message
from tests.builders import make_reference
from tests.sinks.channels.alerts import make_alert, make_correction

AT = 1_718_524_800_000
PARCEL = Parcel(id="0a6qm94cmdqcb1pcyr9v2zw9es", rule="one", alerts=(make_alert(),))
OPTIONS = {"from": "a@news.example", "to": ("b@news.example", "c@news.example")}


def test_an_independent_reader_reads_the_feed() -> None:
    alert = make_alert(title="<b>&", text="“a” < b", article=make_reference(url="javascript:alert(1)"))
    found = feedparser.parse(feed("My <alerts>", [make_alert(2), alert], AT))
    assert not found.bozo
    assert [(one.title, one.link.split(":")[0]) for one in found.entries] == [
        ("<b>&", "urn"),  # the reader takes an id for the link where there is none
        ("talks-postponed 2", "https"),
    ]


def test_a_retraction_takes_its_alert_and_its_updates_out() -> None:
    document = feed("x", [make_alert(1), make_alert(2), make_correction(1, "updated"), make_correction(1)], AT)
    assert [one.title for one in feedparser.parse(document).entries] == ["talks-postponed 2"]
    assert f'<at:deleted-entry ref="urn:tickertape:alert:{make_alert(1).alert_id}"' in document


async def test_the_file_has_what_was_sent_before_and_no_more_than_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.atom"
    channel = Atom(path, "x", 2, lambda: [make_alert(3), make_alert(2)])
    assert await channel.send(PARCEL, AT) is None
    assert [one.title for one in feedparser.parse(path.read_text()).entries] == [
        "talks-postponed 1",
        "talks-postponed 2",
    ]
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208 - in an event loop


async def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    found = await Atom(tmp_path / "no" / "a.atom", "x", 2, list).send(PARCEL, AT)
    assert found == Problem(code="unwritable", message=f"{tmp_path / 'no' / 'a.atom'}: No such file or directory")


@pytest.mark.parametrize(
    ("as_json", "wanted"),
    [
        (False, "talks-postponed 1\n    “Turkey postponed talks.”\n"),
        (True, codec.encode(make_alert()).decode() + "\n"),
    ],
)
async def test_lines(as_json: bool, wanted: str) -> None:
    said: list[str] = []
    assert await Lines(said.append, as_json=as_json).send(PARCEL, AT) is None
    assert "".join(said) == wanted


def test_several_alerts_are_one_text() -> None:
    parcel = Parcel(id="x", rule="one", alerts=(make_alert(1), make_alert(2)), suppressed=3)
    assert parcel.title == "one: 2 alerts"
    assert parcel.text == (
        "talks-postponed 1\n“Turkey postponed talks.”\n\ntalks-postponed 2\n“Turkey postponed talks.”\n\n3 more suppressed"
    )


def test_an_e_mail_threads_its_correction_and_takes_no_header_from_a_title() -> None:
    alert = make_correction()
    mail = message(Parcel(id="p", rule="one", alerts=(alert,)), OPTIONS, AT)
    assert (mail["To"], mail["Subject"]) == ("b@news.example, c@news.example", "RETRACTED 1")
    assert mail["References"] == f"<{make_alert().alert_id}@alerts.tickertape.invalid>"
    assert mail["Date"] == "Sun, 16 Jun 2024 08:00:00 +0000"
    hostile = make_alert(title="a\r\nBcc: x@evil.example")
    mail = message(Parcel(id="p", rule="one", alerts=(hostile,)), OPTIONS, AT)
    assert (mail["Subject"], mail["Bcc"]) == ("a Bcc: x@evil.example", None)
