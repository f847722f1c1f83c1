"""The preview, the Downloads tab and the contact sheet in a real QGIS window."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.real_window import MOST_GAP_MS, collect, demo_data, need_programs, run_story


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    data = demo_data()
    work = tmp_path_factory.mktemp("downloads")
    out = work / "out"
    printed = run_story(Path(__file__).with_name("downloads_story.py"), out, work / "profile", data)
    answer = collect(out, printed)
    answer["history"] = list((work / "profile").rglob("sentinel_workbench/history/*.json"))
    return answer


def test_a_click_previews_the_map_and_the_preview_follows_it(facts):
    layers, told, width = facts["first_preview"]
    assert layers == ["Preview"] and told == "Preview of 2019-01-01 to 2019-12-31: free"
    assert width == 0.35, "a blank map shows the chosen area"
    assert facts["preview_fits"]
    assert facts["preview_longest_gap_ms"] < MOST_GAP_MS


def test_the_order_is_counted_and_kept(facts):
    assert facts["order"].startswith("6 of 6 done")
    assert "units today" in facts["spent"]
    assert len(facts["history"]) == 1


def test_the_contact_sheet_shows_every_slot_and_is_saved(facts):
    assert [caption.split("\n")[0] for caption in facts["captions"]] == [f"2019-0{month}" for month in range(1, 7)]
    assert all("% cloud" in caption for caption in facts["captions"])
    assert facts["sheet_px"] > 256
    assert facts["sheet_longest_gap_ms"] < MOST_GAP_MS
