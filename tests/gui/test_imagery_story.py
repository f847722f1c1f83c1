"""The Imagery tab's many roads in a real QGIS window: days, scripts, radar, elevation, requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.real_window import collect, demo_data, need_programs, run_story


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    data = demo_data()
    work = tmp_path_factory.mktemp("imagery")
    out = work / "out"
    printed = run_story(Path(__file__).with_name("imagery_story.py"), out, work / "profile", data)
    return collect(out, printed)


def test_days_are_found_measured_and_picked(facts):
    assert facts["days"] == "36 days with scenes."
    assert facts["measured"] == "Cloud over the area is known for 36 days."
    assert facts["picked"].startswith("Slots: ") and facts["picked"].endswith("picked days")


def test_a_changed_script_is_previewed(facts):
    assert facts["preview_px"] > 50


def test_radar_has_no_exact_tiles(facts):
    assert facts["radar_metadata"] == "candidates"


def test_elevation_comes_with_its_legend(facts):
    assert facts["layer"] == "Digital elevation model"
    assert "400 hills" in facts["legend"]


def test_the_layers_order_is_copied_and_edited(facts):
    assert "631 × 1047 px" in facts["request_verdict"]
    assert "DataCollection.DEM.define_from" in facts["copied"]
    assert facts["collection_again"] == "dem"
