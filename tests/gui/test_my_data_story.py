"""Own imagery in a real QGIS window: from an empty account over ingestion and footprints to images."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from gui.real_window import MOST_GAP_MS, collect, demo_data, need_programs, run_story
from made_cogs import write_cog
from s3_server import S3Server

from sentinel_workbench.core.hub.local import LocalHubProcess, find_python


def fill_bucket(bucket: Path) -> None:
    """Six months side by side, and one whose files are none."""
    for month in range(1, 8):
        folder = bucket / "2021" / f"{month:02d}"
        folder.mkdir(parents=True)
        for band in ("B03", "B04", "B08"):
            place = (300000.0 + 4000 * (month - 1), 10.0, 0.0, 5000000.0, 0.0, -10.0)
            if month == 7:
                (folder / f"{band}.tif").write_bytes(b"no picture")
            else:
                write_cog(folder / f"{band}.tif", dtype="uint16", geotransform=place)


def demo_data_apart(folder: Path) -> Path:
    """The demo scenes with a database of their own, so that what a story adds is in nobody else's."""

    def copy(source: str, target: str) -> None:
        (shutil.copy2 if ".sqlite" in source else os.link)(source, target)

    shutil.copytree(demo_data(), folder, copy_function=copy, ignore=shutil.ignore_patterns("buckets"))
    return folder


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    need_programs()
    work = tmp_path_factory.mktemp("mydata")
    fill_bucket(work / "data" / "buckets" / "my-bucket")
    fill_bucket(work / "rasters")
    out = work / "out"
    with S3Server() as s3, LocalHubProcess(find_python(), work / "data") as process:
        s3.make_bucket("my-bucket")
        s3.demand_keys()
        address = process.start()
        told = json.dumps({
            "url": address.url, "token_url": address.token_url, "client_id": address.client_id,
            "client_secret": address.client_secret, "folder": str(work / "rasters"), "s3": s3.url,
            "access_key": s3.access_key, "secret_key": s3.secret_key,
        })
        story = Path(__file__).with_name("my_data_story.py")
        demo = demo_data_apart(work / "demo")
        printed = run_story(story, out, work / "profile", demo, more={"WORKBENCH_STORY_HUB": told})
    return collect(out, printed)


def test_the_first_collection_needs_no_account(facts):
    assert "makes the collection 'rasters', copies the files of 6 tiles to the bucket my-data" in facts["local_next"]
    assert "18 files: 18 sent." in facts["local_sent"] and "6 of 6 tiles ingested" in facts["local_sent"]
    assert facts["local_states"] and all(state.startswith("done") for state in facts["local_states"])


def test_six_tiles_are_ingested_and_the_seventh_says_why_not(facts):
    assert facts["statuses"] == {"INGESTED": 6, "FAILED": 1}
    assert facts["failure_text"].startswith("2021/07/(BAND).tif: ") and len(facts["failure_text"]) > 40
    assert facts["footprints"] == 7
    assert facts["gap_ms"] < MOST_GAP_MS


def test_the_form_shows_bands_and_traps(facts):
    assert facts["bands"] == ["B03", "B04", "B08"]
    assert "Scripts have to read RED instead of B03" in facts["traps"]


def test_controls_are_reached_by_tab(facts):
    order = facts["tab_order"]
    wanted = ["collection_search", "refresh_collections_button", "collections_list", "new_collection_button",
              "tile_status_combo", "tiles_view", "tiles_footprints_button", "use_tile_button"]  # fmt: skip
    places = [order.index(name) for name in wanted]
    assert places == sorted(places)


def test_the_collection_is_used_for_images(facts):
    assert facts["collection"] == "Our valley"
    assert facts["days"] == ["2021-01-15", "2021-06-15"]
    assert len(facts["bounds"].split(",")) == 4
    assert len(facts["states"]) == 6 and all(state.startswith("done") for state in facts["states"]), facts["states"]
    assert facts["rasters"] == 6


def test_a_window_tells_which_files_are_refused(facts):
    assert facts["check_said"] == "Refused: 3; good: 18."
    name, verdict, rule, why, remedy = facts["check_row"]
    assert (name, verdict, rule) == ("2021/07/B03.tif", "refused", "format") and why and remedy
    assert "COGs made of 0 of 1 files" in facts["made_said"]


def test_files_are_checked_in_a_dialog(facts):
    assert facts["verdicts"] == [[False, "format"], [True, ""]]


def test_a_folder_becomes_a_collection_in_use(facts):
    assert "18 files: 18 sent. 6 tiles: 6 done." in facts["sent"] and "6 of 6 tiles ingested" in facts["sent"]
    assert "2021/07/(BAND).tif: B03.tif: The file is not a TIFF" in facts["sent"]
    assert facts["sent_days"] == ["2021-01-01", "2021-06-01"]
