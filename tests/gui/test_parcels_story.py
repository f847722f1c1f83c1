"""Parcels in a real QGIS window: fields of the demo and a drawn one, looked at for clear dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.real_window import MOST_GAP_MS, collect, demo_data, need_programs, run_story


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    data = demo_data()
    work = tmp_path_factory.mktemp("parcels")
    out = work / "out"
    story = Path(__file__).with_name("parcels_story.py")
    return collect(out, run_story(story, out, work / "profile", data))


def test_the_tab_says_what_to_do_next(facts):
    assert facts["first_words"] == "No connection yet: start the local hub or connect above."
    assert facts["second_words"] == "The project has no polygon layer. Add one, or draw a parcel on the map."
    assert facts["dock_width"] <= 420


def test_the_demo_has_fields_and_a_year(facts):
    assert facts["fields"] == "12 parcels, 118 ha."
    assert facts["days"] == ["2019-01-01", "2019-12-31"]
    assert facts["estimate"].endswith("small images, for about 73 dates.")


def test_a_look_judges_every_field_at_every_date(facts):
    assert facts["summary"].startswith("12 parcels, 11 dates: ") and " of 132 clear" in facts["summary"]


def test_the_window_stays_alive_meanwhile(facts):
    assert facts["gap_ms"] < MOST_GAP_MS


def test_the_chips_of_a_field_are_seen_and_put_on_the_map(facts):
    assert facts["chips"] == facts["clear_dates"] > 3
    assert facts["chip_layers"] == [facts["chips"]]


def test_bands_of_the_clear_dates_become_series_and_the_window_opens_again(facts):
    assert facts["points"] >= facts["clear_dates"] and facts["reopened"]


def test_cancel_leaves_the_form_as_it_was(facts):
    assert facts["cancelled"].startswith("Stopped.") and facts["look_possible"]


def test_a_drawn_parcel_is_looked_at_like_any_other(facts):
    assert facts["drawn"] == [1]
    assert facts["drawn_words"].startswith("1 parcel, ")
    assert facts["drawn_summary"].startswith("1 parcel, 11 dates: ")
    assert facts["seasons"] == 2


def test_the_local_hub_is_a_cbm_server_too(facts):
    least, width = facts["finder_width"]
    assert least <= width
    assert facts["server_summary"].startswith("1 parcel, 11 dates: ")
