"""Statistics of areas: orders made of images, rows in order, what fails alone and what ends all."""

from __future__ import annotations

import json
import math

import pytest

from sentinel_workbench.core.errors import InvalidInput, QuotaExhausted, RequestRejected
from sentinel_workbench.core.evalscript.script_library import library_script
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.statistics import EVERY_OTHER, Histogram
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.area_statistics import (
    histogram_text,
    likely_intervals,
    make_statistical_order,
    measure_areas,
    most_intervals,
    statistics_rows,
)
from sentinel_workbench.core.services.orders import image_order

YEAR = TimeRange.of_days("2019-01-01", "2019-12-31")
AREAS = [Area(BBox(46 + i, -16, 46.1 + i, -15.9), name=f"field {i}") for i in range(3)]
STATS = {"min": 0.0, "max": 1.0, "mean": 0.5, "stDev": "NaN", "sampleCount": 4, "noDataCount": 1}
BINS = {"bins": [{"lowEdge": 0, "highEdge": 0.5, "count": 1}, {"lowEdge": 0.5, "highEdge": 1, "count": 2}],
        "overflowCount": 3}


def order_of(area, **more):
    image = image_order(area, 100, "sentinel-2-l2a", library_script("vegetation_index"))
    return make_statistical_order(image, YEAR, **more)


class Answers:
    """A client that answers by area."""

    connection = Connection("x", base_url="https://x", token_url="https://x")

    def __init__(self, failing):
        self.failing = failing

    def ask_json(self, method, url, body, progress, policy=None, units=0.0):
        west = body["input"]["bounds"]["bbox"][0]
        if west in self.failing:
            raise self.failing[west]
        interval = {"from": "2019-01-01T00:00:00Z", "to": "2019-02-01T00:00:00Z"}
        good = {"interval": interval, "outputs": {"i": {"bands": {"B0": {"stats": STATS, "histogram": BINS}}}}}
        return {"data": [good, {"interval": interval, "error": {"type": "TIMEOUT", "message": "too slow"}}]}


def test_an_order_of_an_image():
    order = order_of(AREAS[0], interval="P1M", percentiles=(5, 95), histogram=Histogram(4))
    assert order.size == (108, 110) and order.sources[0].time_range is None
    assert order.calculations[EVERY_OTHER].percentiles == {EVERY_OTHER: (5, 95)}
    assert order_of(AREAS[0]).calculations == {}


@pytest.mark.parametrize("interval, most", [("P1D", 365), ("P10D", 37), ("P1M", 13), ("P1Y", 1), ("P2W", 27)])
def test_how_many_intervals_there_may_be(interval, most):
    order = order_of(AREAS[0], interval=interval)
    assert (most_intervals(order), likely_intervals(order)) == (most, min(most, 73))


def test_what_the_service_would_refuse():
    with pytest.raises(InvalidInput, match="at most 2500"):
        make_statistical_order(image_order(AREAS[0], 1, "sentinel-2-l2a", library_script("water_index")), YEAR)
    with pytest.raises(InvalidInput, match="coarser"):
        make_statistical_order(image_order(AREAS[0], 5000, "sentinel-2-l2a", library_script("water_index")), YEAR)
    radar = image_order(AREAS[0], 100, "sentinel-1-grd", library_script("vegetation_index"))
    with pytest.raises(InvalidInput, match="no band"):
        make_statistical_order(radar, YEAR)


def test_one_that_fails_stops_no_other():
    failing = {47.0: RequestRejected("The service refused.")}
    measured = measure_areas(Answers(failing), AREAS, [order_of(area) for area in AREAS])
    assert [one.error for one in measured] == [None, "The service refused.", None]
    rows = list(statistics_rows(measured))
    assert [(row.number, row.area.name, row.error) for row in rows] == [
        (1, "field 0", None), (1, "field 0", "TIMEOUT: too slow"), (2, "field 1", "The service refused."),
        (3, "field 2", None), (3, "field 2", "TIMEOUT: too slow"),
    ]
    assert (rows[0].output, rows[0].band, rows[0].statistics.mean) == ("i", "B0", 0.5)
    assert math.isnan(rows[0].statistics.deviation)
    assert json.loads(histogram_text(rows[0].statistics)) == {
        "edges": [0, 0.5, 1], "counts": [1, 2], "below": 0, "above": 3
    }


def test_an_exhausted_quota_ends_all():
    failing = {46.0: QuotaExhausted("No units left.")}
    with pytest.raises(QuotaExhausted):
        measure_areas(Answers(failing), AREAS, [order_of(area) for area in AREAS])
