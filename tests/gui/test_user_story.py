"""The main job in a real QGIS window: from the first click to twelve layers that step through time."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.real_window import MOST_GAP_MS, collect, demo_data, need_programs, run_story


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    data = demo_data()
    work = tmp_path_factory.mktemp("story")
    out = work / "out"
    printed = run_story(Path(__file__).with_name("story.py"), out, work / "profile", data)
    return collect(out, printed)


def test_the_dock_is_as_wide_as_drawn(facts):
    assert 360 <= facts["dock_width"] <= 420


def test_the_connection_test_tells_three_troubles_apart(facts):
    assert facts["verdict_no_network"].startswith("No connection.")
    assert facts["verdict_wrong_secret"].startswith("Wrong client id or secret.")
    assert facts["verdict_wrong_url"].startswith("Wrong URL.")


def test_the_demo_area_is_proposed(facts):
    assert facts["size"].replace(",", "").startswith("631 × 1047 px")
    assert facts["slots"].startswith("Slots: 12")


def test_twelve_slots_are_done(facts):
    assert facts["slot_rows"] == 12
    assert all(state.startswith("done") for state in facts["states"]), facts["states"]


def test_layers_and_tables_arrive_as_one_group(facts):
    assert facts["groups"] == ["True colour, Sentinel-2 L2A, 2019"]
    assert (facts["rasters"], facts["rasters_valid"], facts["rasters_temporal"]) == (12, 12, 12)
    assert facts["tables"]["images"] == 12
    assert facts["tables"]["tiles"] >= 12
    assert facts["relations"] == 1


def test_one_layer_shows_at_a_time(facts):
    assert facts["project_range"][0].startswith("2019-01-01T00:00:00")
    assert facts["frames"] == 12
    assert facts["visible_per_frame"] == [1] * 12


def test_cancel_is_quick_and_keeps_what_is_done(facts):
    before, after = facts["kept_after_cancel"]
    assert facts["cancel_s"] < 10, "an image that is under way is not waited for"
    assert after >= before >= 1 and facts["cancelled"] == 12 - after > 0


def test_what_was_cancelled_can_be_fetched_alone(facts):
    assert all(state.startswith("done") for state in facts["states_after_retry"]), facts["states_after_retry"]


def test_nothing_slow_runs_on_the_main_thread(facts):
    assert max(facts["main_thread_gap_ms"], facts["hub_start_gap_ms"]) < MOST_GAP_MS


def test_unloading_leaves_nothing_behind(facts):
    assert (facts["docks_after_unload"], facts["actions_after_unload"]) == (0, 0)
