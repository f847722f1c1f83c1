"""Open data in a real QGIS window: a catalog added, searched, looked at, cut, and on to images by script."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui.real_window import MOST_GAP_MS, collect, need_programs, run_story
from stac_catalog_files import scene_items, write_scene_files
from stac_server import StacServer

BOX = "12.47, 45.105, 12.49, 45.12"


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    work = tmp_path_factory.mktemp("search")
    write_scene_files(work)
    out = work / "out"
    with StacServer(work, scene_items(6)) as server:
        story = Path(__file__).with_name("search_story.py")
        more = {"WORKBENCH_STORY_CATALOG": server.root, "WORKBENCH_STORY_BOX": BOX,
                "WORKBENCH_STORY_CLIPS": str(work / "clips")}
        printed = run_story(story, out, work / "profile", work / "data", more=more)
    return collect(out, printed)


def test_a_catalog_is_added_tested_and_searched(facts):
    assert facts["verdict"] == "Test catalog answers and can filter by properties. Collections: 1."
    assert facts["catalog"] == "Our catalog"
    assert facts["scenes"] == 6


def test_the_dock_stays_as_narrow_as_it_is_drawn(facts):
    assert facts["dock_width"] <= 420


def test_scenes_are_on_the_map_and_the_window_stays_alive(facts):
    assert facts["footprints"] == [6]
    assert facts["streamed"] == [3]
    assert facts["gap_ms"] < MOST_GAP_MS


def test_all_scenes_are_cut_as_one_series(facts):
    assert len(facts["clips"]) == 6
    assert len(facts["clip_groups"]) == 1


def test_the_search_goes_on_as_images_by_script(facts):
    assert facts["connection"].startswith("Open data: sentinel-2-l2a, Our catalog")
    assert facts["bounds"] == BOX
    assert facts["can_order"]
