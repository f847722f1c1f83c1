"""Slots cover the period without a hole or an overlap, whatever the rule."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import (
    TimeRange,
    calendar_months,
    equal_slots,
    every_n_days,
    format_instant,
    parse_instant,
)

YEAR = TimeRange.of_days("2019-01-01", "2019-12-31")
days = st.dates(dt.date(1985, 1, 1), dt.date(2035, 12, 31))
periods = st.tuples(days, st.integers(0, 800)).map(
    lambda pair: TimeRange.of_days(pair[0], pair[0] + dt.timedelta(days=pair[1]))
)


def assert_covers(slots, period):
    assert slots[0].start == period.start
    assert slots[-1].end == period.end
    for before, after in zip(slots, slots[1:]):
        assert before.end == after.start


@given(periods, st.integers(1, 40))
def test_equal_parts_cover(period, count):
    slots = equal_slots(period, count)
    assert len(slots) == count
    assert_covers(slots, period)
    lengths = [(slot.end - slot.start).total_seconds() for slot in slots]
    assert max(lengths) - min(lengths) <= 2


@given(periods, st.integers(1, 400))
def test_every_n_days_covers(period, step):
    slots = every_n_days(period, step)
    assert_covers(slots, period)
    assert all(slot.end - slot.start == dt.timedelta(days=step) for slot in slots[:-1])
    assert slots[-1].end - slots[-1].start <= dt.timedelta(days=step)


@given(periods)
def test_calendar_months_cover(period):
    slots = calendar_months(period)
    assert_covers(slots, period)
    assert all(slot.start.day == 1 for slot in slots[1:])
    assert len({(slot.start.year, slot.start.month) for slot in slots}) == len(slots)


def test_a_year_has_twelve_months_and_december_is_whole():
    slots = calendar_months(YEAR)
    assert len(slots) == 12
    assert slots[-1].wire_bounds() == ("2019-12-01T00:00:00Z", "2019-12-31T23:59:59Z")
    assert slots[0].wire_bounds()[1] == "2019-01-31T23:59:59Z"


@pytest.mark.parametrize("text, expected", [
    ("2019-02-03", "2019-02-03T00:00:00Z"),
    ("2019-02-03T10:11:12Z", "2019-02-03T10:11:12Z"),
    ("2019-02-03T10:11:12+02:00", "2019-02-03T08:11:12Z"),
    (dt.date(2020, 2, 29), "2020-02-29T00:00:00Z"),
])
def test_instants(text, expected):
    assert format_instant(parse_instant(text)) == expected


@pytest.mark.parametrize("make", [
    lambda: parse_instant("yesterday"),
    lambda: TimeRange.of_days("2019-02-01", "2019-01-01"),
    lambda: TimeRange(YEAR.start, YEAR.start),
    lambda: equal_slots(YEAR, 0),
    lambda: every_n_days(YEAR, 0),
    lambda: equal_slots(YEAR, 10_000),
])
def test_bad_times_are_refused_with_the_field(make):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.field in ("time", "slots")
    assert caught.value.message.endswith(".")
