"""Time expressions: a table of what they mean, as seen from one day, and of what nobody can say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.times import UNRESOLVED, resolve

WEDNESDAY = date(2020, 6, 10)

DAYS = {
    "today": "2020-06-10", "Today": "2020-06-10", "tonight": "2020-06-10", "this morning": "2020-06-10",
    "earlier today": "2020-06-10", "later today": "2020-06-10", "4pm today": "2020-06-10", "yesterday": "2020-06-09",
    "yesterday evening": "2020-06-09", "last night": "2020-06-09", "tomorrow": "2020-06-11",
    "the day before yesterday": "2020-06-08",
    "the day after tomorrow": "2020-06-12", "Wednesday": "2020-06-10", "Tuesday": "2020-06-09", "Thursday": "2020-06-04",
    "on Sunday": "2020-06-07", "Tues.": "2020-06-09", "Monday's": "2020-06-08", "Tuesday’s": "2020-06-09",
    "last Tuesday": "2020-06-09",
    "last Wednesday": "2020-06-03", "last Thursday's": "2020-06-04", "this past Friday": "2020-06-05",
    "this Friday": "2020-06-12",
    "this Monday": "2020-06-08", "next Friday": "2020-06-19", "next Monday": "2020-06-15", "this coming Friday": "2020-06-12",
    "the coming Wednesday": "2020-06-17", "early Tuesday": "2020-06-09", "late on Monday": "2020-06-08",
    "Sunday night": "2020-06-07",
    "Saturday morning": "2020-06-06", "the early hours of Sunday morning": "2020-06-07", "before dawn on Tuesday": "2020-06-09",
    "midnight Friday": "2020-06-05", "noon on Tuesday": "2020-06-09", "at 0900 GMT on Tuesday": "2020-06-09",
    "9:30 a.m. local time on Monday": "2020-06-08", "Monday at about 3 p.m. (1300 GMT)": "2020-06-08",
    "10 p.m. Wednesday": "2020-06-10",
    "shortly after 5 p.m. on March 3": "2020-03-03", "Monday last week": "2020-06-01", "Friday of last week": "2020-06-05",
    "Thursday this week": "2020-06-11", "Tuesday next week": "2020-06-16", "last week on Friday": "2020-06-05",
    "a week ago Tuesday": "2020-06-02", "Monday, two weeks ago": "2020-05-25", "a sixth straight day Friday": "2020-06-05",
    "three days ago": "2020-06-07", "a day ago": "2020-06-09", "48 hours ago": "2020-06-08", "two hours ago": "2020-06-10",
    "twenty-one days ago": "2020-05-20", "in three days": "2020-06-13", "June 14": "2020-06-14", "June 1": "2020-06-01",
    "14 June": "2020-06-14", "the 14th of June": "2020-06-14", "June the 3rd": "2020-06-03", "the first of June": "2020-06-01",
    "the Fourth of July": "2020-07-04", "Dec. 24": "2019-12-24", "Jan. 5": "2020-01-05", "1 January": "2020-01-01",
    "Monday, June 1": "2020-06-01", "Sunday 31 May": "2020-05-31", "June 3 last year": "2019-06-03",
    "last Oct. 23": "2019-10-23",
    "Feb. 29": "2020-02-29", "the 13th": "2020-05-13", "the 10th": "2020-06-10", "yesterday, June 9": "2020-06-09",
    "New Year's Eve": "2019-12-31", "New Year’s Day": "2020-01-01", "the first Monday of March": "2020-03-02",
    "the last Friday in May": "2020-05-29",
}  # fmt: skip

# With the year said, the day of publication is not needed.
ALONE = {
    "2020-06-14": ("2020-06-14", "2020-06-14", "day"), "2020-06-14T09:30:00Z": ("2020-06-14", "2020-06-14", "day"),
    "June 14, 2018": ("2018-06-14", "2018-06-14", "day"), "14 June 2018": ("2018-06-14", "2018-06-14", "day"),
    "Sept. 3, 2001": ("2001-09-03", "2001-09-03", "day"), "Monday, June 1, 2020": ("2020-06-01", "2020-06-01", "day"),
    "Sunday August 12th, 2018": ("2018-08-12", "2018-08-12", "day"), "15/09/2013": ("2013-09-15", "2013-09-15", "day"),
    "7/28/2004": ("2004-07-28", "2004-07-28", "day"), "3.4.2019": ("2019-04-03", "2019-04-03", "day"),
    "5/5/2005": ("2005-05-05", "2005-05-05", "day"), "Feb. 29, 2016": ("2016-02-29", "2016-02-29", "day"),
    "March 2019": ("2019-03-01", "2019-03-31", "month"), "April of 2006": ("2006-04-01", "2006-04-30", "month"),
    "February 2016": ("2016-02-01", "2016-02-29", "month"), "2020-02": ("2020-02-01", "2020-02-29", "month"),
    "2015": ("2015-01-01", "2015-12-31", "year"), "in 2015": ("2015-01-01", "2015-12-31", "year"),
    "the 1990s": ("1990-01-01", "1999-12-31", "range"), "the '80s": ("1980-01-01", "1989-12-31", "range"),
    "the early 1990s": ("1990-01-01", "1993-12-31", "range"), "the mid-1990s": ("1993-01-01", "1996-12-31", "range"),
    "the 20th century": ("1901-01-01", "2000-12-31", "range"), "Q2 2019": ("2019-04-01", "2019-06-30", "range"),
    "the first quarter of 2015": ("2015-01-01", "2015-03-31", "range"), "the 1988 second quarter": ("1988-04-01",
    "1988-06-30", "range"),
    "the summer of 2008": ("2008-06-01", "2008-08-31", "range"), "winter 2019": ("2019-12-01", "2020-02-29", "range"),
    "the winter of 2019-20": ("2019-12-01", "2020-02-29", "range"), "late 2019": ("2019-09-01", "2019-12-31", "range"),
    "early 2019": ("2019-01-01", "2019-04-30", "range"), "mid-2019": ("2019-05-01", "2019-08-31", "range"),
    "the end of 1990": ("1990-09-01", "1990-12-31", "range"), "mid-March 2019": ("2019-03-11", "2019-03-21", "range"),
    "the first half of 2019": ("2019-01-01", "2019-06-30", "range"), "the second half of 2019": ("2019-07-01",
    "2019-12-31", "range"),
    "the first nine months of 2019": ("2019-01-01", "2019-09-30", "range"),
    "the last two weeks of May 2019": ("2019-05-18", "2019-05-31", "range"),
    "between 2011 and 2014": ("2011-01-01", "2014-12-31", "range"), "from 2011 to 2014": ("2011-01-01", "2014-12-31", "range"),
    "2011-14": ("2011-01-01", "2014-12-31", "range"), "2015/16": ("2015-01-01", "2016-12-31", "range"),
    "September 2010 to January 2011": ("2010-09-01", "2011-01-31", "range"),
    "March 3-5, 2019": ("2019-03-03", "2019-03-05", "range"), "6-10 February 2018": ("2018-02-06", "2018-02-10", "range"),
    "13 May to May 15 2016": ("2016-05-13", "2016-05-15", "range"), "Dec. 30 to Jan. 2, 2019": ("2018-12-30",
    "2019-01-02", "range"),
    "June to August 2019": ("2019-06-01", "2019-08-31", "range"), "the 1980s and 1990s": ("1980-01-01", "1999-12-31", "range"),
}  # fmt: skip

PERIODS = {
    "last week": ("2020-06-01", "2020-06-07", "week"), "this week": ("2020-06-08", "2020-06-14", "week"),
    "next week": ("2020-06-15", "2020-06-21", "week"), "two weeks ago": ("2020-05-25", "2020-05-31", "week"),
    "a fortnight ago": ("2020-05-25", "2020-05-31", "week"), "in two weeks": ("2020-06-22", "2020-06-28", "week"),
    "last month": ("2020-05-01", "2020-05-31", "month"), "next month": ("2020-07-01", "2020-07-31", "month"),
    "three months ago": ("2020-03-01", "2020-03-31", "month"), "six months ago": ("2019-12-01", "2019-12-31", "month"),
    "last year": ("2019-01-01", "2019-12-31", "year"), "this year": ("2020-01-01", "2020-12-31", "year"),
    "two years ago": ("2018-01-01", "2018-12-31", "year"), "a decade ago": ("2010-01-01", "2010-12-31", "year"),
    "about 20 years ago": ("2000-01-01", "2000-12-31", "year"), "last decade": ("2010-01-01", "2019-12-31", "range"),
    "a few days ago": ("2020-06-05", "2020-06-08", "range"), "several years ago": ("2012-01-01", "2017-12-31", "range"),
    "a couple of weeks ago": ("2020-05-25", "2020-05-31", "week"), "days ago": ("2020-06-02", "2020-06-08", "range"),
    "this weekend": ("2020-06-13", "2020-06-14", "range"), "last weekend": ("2020-06-06", "2020-06-07", "range"),
    "over the weekend": ("2020-06-06", "2020-06-07", "range"), "the weekend of June 6": ("2020-06-06", "2020-06-07", "range"),
    "the week of June 1": ("2020-06-01", "2020-06-07", "week"), "overnight": ("2020-06-09", "2020-06-10", "range"),
    "the past two weeks": ("2020-05-27", "2020-06-10", "range"), "the last three days": ("2020-06-07", "2020-06-10", "range"),
    "the past month": ("2020-05-10", "2020-06-10", "range"), "the last week": ("2020-06-03", "2020-06-10", "range"),
    "in recent weeks": ("2020-05-13", "2020-06-10", "range"), "recent decades": ("1980-06-10", "2020-06-10", "range"),
    "the last 24 hours": ("2020-06-09", "2020-06-10", "range"), "the next two weeks": ("2020-06-10", "2020-06-24", "range"),
    "the coming days": ("2020-06-10", "2020-06-14", "range"), "within two weeks": ("2020-06-10", "2020-06-24", "range"),
    "since 2015": ("2015-01-01", "2020-06-10", "range"), "since Monday": ("2020-06-08", "2020-06-10", "range"),
    "since last month": ("2020-05-01", "2020-06-10", "range"), "since the 1990s": ("1990-01-01", "2020-06-10", "range"),
    "from March onwards": ("2020-03-01", "2020-06-10", "range"), "by Friday": ("2020-06-10", "2020-06-12", "range"),
    "until June 30": ("2020-06-10", "2020-06-30", "range"), "by the end of the year": ("2020-06-10", "2020-12-31", "range"),
    "by 2030": ("2020-06-10", "2030-12-31", "range"), "earlier this month": ("2020-06-01", "2020-06-10", "range"),
    "earlier in the week": ("2020-06-08", "2020-06-10", "range"), "later this year": ("2020-06-10", "2020-12-31", "range"),
    "late last week": ("2020-06-05", "2020-06-07", "range"), "early next year": ("2021-01-01", "2021-04-30", "range"),
    "March": ("2020-03-01", "2020-03-31", "month"), "June": ("2020-06-01", "2020-06-30", "month"),
    "August": ("2019-08-01", "2019-08-31", "month"), "in December": ("2019-12-01", "2019-12-31", "month"),
    "last June": ("2019-06-01", "2019-06-30", "month"), "next March": ("2021-03-01", "2021-03-31", "month"),
    "this September": ("2020-09-01", "2020-09-30", "month"), "March of last year": ("2019-03-01", "2019-03-31", "month"),
    "mid-March": ("2020-03-11", "2020-03-21", "range"), "early June": ("2020-06-01", "2020-06-10", "range"),
    "the end of August": ("2019-08-21", "2019-08-31", "range"), "the first week of June": ("2020-06-01", "2020-06-07", "range"),
    "this summer": ("2020-06-01", "2020-08-31", "range"), "last summer": ("2019-06-01", "2019-08-31", "range"),
    "last spring": ("2020-03-01", "2020-05-31", "range"), "next winter": ("2020-12-01", "2021-02-28", "range"),
    "the third quarter": ("2019-07-01", "2019-09-30", "range"), "the first quarter": ("2020-01-01", "2020-03-31", "range"),
    "the fourth quarter of last year": ("2019-10-01", "2019-12-31", "range"), "last quarter": ("2020-01-01", "2020-03-31",
    "range"),
    "March 3-5": ("2020-03-03", "2020-03-05", "range"), "3–5 March": ("2020-03-03", "2020-03-05", "range"),
    "from Monday to Wednesday": ("2020-06-08", "2020-06-10", "range"), "Monday-Friday": ("2020-06-01", "2020-06-05", "range"),
    "June to August": ("2019-06-01", "2019-08-31", "range"), "between December and February": ("2019-12-01", "2020-02-29",
    "range"),
    "Saturday and Sunday": ("2020-06-06", "2020-06-07", "range"), "April 24 and 25": ("2020-04-24", "2020-04-25", "range"),
    "late October/early November": ("2019-10-21", "2019-11-10", "range"), "Dec. 28 to Jan. 3": ("2019-12-28",
    "2020-01-03", "range"),
}  # fmt: skip

NOBODY_CAN_SAY = (
    "", " ", ".", "the same day", "that day", "that year", "the next day", "the following week", "the previous month",
    "a year earlier", "three days later", "two days before", "a week later", "later", "a later date", "earlier", "now",
    "midnight", "noon", "at 5 p.m.", "0900 GMT", "9:30", "four o'clock in the morning", "the morning", "evening",
    "three days", "two weeks", "a nine-month campaign", "nine months", "36-year-old", "48-hour", "a day", "several years",
    "months",
    "every Friday", "each year", "Fridays", "daily", "annual", "the second Tuesday of every month", "summer", "in winter",
    "Christmas", "Ramadan", "Easter Sunday", "Diwali", "Election Day", "7/8/2004", "13/13/2013", "31/31/2013",
    "Feb. 30", "June 31, 2019", "Feb. 29, 2019", "2019-02-29", "April 31", "32 May", "2020-13-01", "1700", "1300", "58",
    "the 1900s",
    "Monday, June 2", "before Friday", "after Monday", "before 2015", "since then", "since next week", "until last week",
    "by 1999",
    "in months", "year-ago", "fiscal 2015", "the second quarter ended Oct. 31", "the fifth quarter", "the first half",
    "this season", "the last minute", "last minute",
    "between 2014 and 2011", "Monday and Wednesday", "1994 and 1999", "the 32nd", "the 40th", "9000 years ago",
    "9999 decades ago", "in 9999 years", "Thursday or so Monday", "the fifth week of February",
    "the fifth Monday of February", "may day call",
)  # fmt: skip


@pytest.mark.parametrize(("expression", "day"), DAYS.items())
def test_days(expression: str, day: str) -> None:
    assert resolve(expression, anchor=WEDNESDAY) == (day, day, "day")


@pytest.mark.parametrize(("expression", "resolved"), ALONE.items())
@pytest.mark.parametrize("anchor", [WEDNESDAY, None], ids=["anchored", "alone"])
def test_with_a_year(expression: str, resolved: tuple[str, str, str], anchor: date | None) -> None:
    assert resolve(expression, anchor=anchor) == resolved


@pytest.mark.parametrize(("expression", "resolved"), PERIODS.items())
def test_periods(expression: str, resolved: tuple[str, str, str]) -> None:
    assert resolve(expression, anchor=WEDNESDAY) == resolved


@pytest.mark.parametrize("expression", NOBODY_CAN_SAY)
def test_nobody_can_say(expression: str) -> None:
    assert resolve(expression, anchor=WEDNESDAY) == UNRESOLVED


@pytest.mark.parametrize("expression", [*DAYS, *PERIODS])
def test_without_an_anchor_nothing_is_relative(expression: str) -> None:
    assert resolve(expression, anchor=None) == UNRESOLVED


@pytest.mark.parametrize(
    ("expression", "start", "end"),
    [
        ("Wednesday", "2020-06-10", "2020-06-10"),
        ("Friday", "2020-06-12", "2020-06-12"),
        ("Tuesday", "2020-06-16", "2020-06-16"),
        ("last Tuesday", "2020-06-09", "2020-06-09"),
        ("August", "2020-08-01", "2020-08-31"),
        ("March", "2021-03-01", "2021-03-31"),
        ("June", "2020-06-01", "2020-06-30"),
        ("Jan. 5", "2021-01-05", "2021-01-05"),
        ("the weekend", "2020-06-13", "2020-06-14"),
        ("the 13th", "2020-06-13", "2020-06-13"),
        ("the third quarter", "2020-07-01", "2020-09-30"),
        ("Monday to Wednesday", "2020-06-15", "2020-06-17"),
        ("since Tuesday", "2020-06-09", "2020-06-10"),
        ("2015", "2015-01-01", "2015-12-31"),
    ],
)
def test_looking_ahead(expression: str, start: str, end: str) -> None:
    """ "They will meet on Friday": the next one; what is said to be past stays so."""
    assert resolve(expression, anchor=WEDNESDAY, ahead=True)[:2] == (start, end)


@pytest.mark.parametrize(
    ("expression", "anchor", "start", "end"),
    [
        ("yesterday", date(2020, 1, 1), "2019-12-31", "2019-12-31"),
        ("last month", date(2020, 1, 31), "2019-12-01", "2019-12-31"),
        ("last week", date(2020, 1, 1), "2019-12-23", "2019-12-29"),
        ("three months ago", date(2020, 2, 29), "2019-11-01", "2019-11-30"),
        ("a year ago", date(2020, 2, 29), "2019-01-01", "2019-12-31"),
        ("the past year", date(2020, 2, 29), "2019-02-28", "2020-02-29"),
        ("the past month", date(2020, 3, 31), "2020-02-29", "2020-03-31"),
        ("Feb. 29", date(2019, 6, 1), "2020-02-29", "2020-02-29"),
        ("Dec. 31", date(2020, 1, 2), "2019-12-31", "2019-12-31"),
        ("Jan. 2", date(2019, 12, 30), "2020-01-02", "2020-01-02"),
        ("Monday", date(2020, 6, 8), "2020-06-08", "2020-06-08"),
        ("last Monday", date(2020, 6, 8), "2020-06-01", "2020-06-01"),
        ("Sunday", date(2020, 6, 14), "2020-06-14", "2020-06-14"),
        ("this weekend", date(2020, 6, 14), "2020-06-13", "2020-06-14"),
        ("the weekend", date(2020, 6, 13), "2020-06-13", "2020-06-14"),
        ("last weekend", date(2020, 6, 14), "2020-06-06", "2020-06-07"),
        ("this winter", date(2020, 1, 15), "2019-12-01", "2020-02-29"),
        ("last winter", date(2020, 1, 15), "2018-12-01", "2019-02-28"),
        ("December", date(2020, 12, 1), "2020-12-01", "2020-12-31"),
        ("the 31st", date(2020, 3, 1), "2020-01-31", "2020-01-31"),
        ("this century", date(2000, 6, 1), "1901-01-01", "2000-12-31"),
    ],
)
def test_edges_of_the_calendar(expression: str, anchor: date, start: str, end: str) -> None:
    """Leap days, turns of the year, and anchors on the very day."""
    assert resolve(expression, anchor=anchor)[:2] == (start, end)


@given(
    st.lists(
        st.sampled_from(
            "early late the of since until by last next week Monday June 5 2019 31 to - and between first half ago three "
            "years in a few quarter , night 9:30 weekend".split()
        ),
        max_size=14,
    ),
    st.dates(),
    st.booleans(),
)
def test_any_words_have_a_meaning_or_none(words: list[str], anchor: date, ahead: bool) -> None:
    """Never an exception, at no end of the calendar; the first day is not after the last."""
    start, end, precision = resolve(" ".join(words), anchor=anchor, ahead=ahead)
    assert (start is None) == (end is None) == (precision == "unresolved")
    assert start is None or end is None or start <= end
