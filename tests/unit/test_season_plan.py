"""What a look at parcels will take, told beforehand."""

from __future__ import annotations

import pytest
from cbm_hub import UTM
from parcel_cases import rectangle

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.season_plan import likely_dates, plan_season


def test_neighbours_share_an_image_and_far_parcels_do_not():
    near = [rectangle(500000 + 300 * n, 5000000, 500200 + 300 * n, 5000200, f"near {n}") for n in range(8)]
    far = rectangle(600000, 5000000, 600200, 5000200, "far")
    assert (plan_season(near).images_a_date, plan_season([*near, far]).images_a_date) == (1, 2)


def test_units_grow_with_the_ground_and_have_a_least():
    small, large = (plan_season([rectangle(500000, 5000000, 500000 + side, 5000000 + side, "a", UTM)]).units_a_date
                    for side in (100, 20_000))
    assert small == pytest.approx(0.005)
    assert large == pytest.approx((1002 * 1002) / (512 * 512) / 3, rel=0.01)


def test_a_parcel_without_a_place_is_refused():
    with pytest.raises(InvalidInput, match="no place on Earth"):
        plan_season([rectangle(10, 95, 11, 96, "lost", "EPSG:4326")])


@pytest.mark.parametrize("last, dates", [("2019-01-01", 1), ("2019-01-05", 1), ("2019-01-06", 2), ("2019-12-31", 73)])
def test_a_date_every_five_days_is_assumed(last, dates):
    assert likely_dates(TimeRange.of_days("2019-01-01", last)) == dates
