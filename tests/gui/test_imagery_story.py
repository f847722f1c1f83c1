"""The Imagery tab's many roads in a real QGIS window: days, scripts, radar, elevation, requests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gui.real_window import ROOT, needed_programs, run_story

SCREENS = ROOT / "build" / "screens"
DATA = Path(os.environ.get("WORKBENCH_STORY_DATA", ROOT / "build" / "demo-data"))


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    missing = needed_programs()
    assert not missing, f"install {missing}: `make setup` does"
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "demo-scenes", "--data", str(DATA)]
    subprocess.run(command, check=True, timeout=300)
    work = tmp_path_factory.mktemp("imagery")
    out = work / "out"
    printed = run_story(Path(__file__).with_name("imagery_story.py"), out, work / "profile", DATA, 400)
    SCREENS.mkdir(parents=True, exist_ok=True)
    for made in out.glob("*.png"):
        shutil.copy2(made, SCREENS / made.name)
    told = out / "story.json"
    assert told.exists(), f"QGIS ended before the story did:\n{printed[-4000:]}"
    answer = json.loads(told.read_text(encoding="utf-8"))
    assert "failure" not in answer, answer["failure"] + printed[-4000:]
    return answer


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
