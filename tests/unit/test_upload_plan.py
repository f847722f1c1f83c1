"""From folders to what is uploaded and registered; batches of checks and conversions."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from made_cogs import TILED, memory_raster, pixels_of, write_cog, write_raster

from sentinel_workbench.core.errors import Cancelled, InvalidInput
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services.cog_batch import (
    CogOptions,
    check_files,
    gather_files,
    make_files,
    write_documents,
)
from sentinel_workbench.core.services.upload import SentFile, UploadOutcome, UploadReport
from sentinel_workbench.core.services.upload_plan import list_folder, plan_upload


@pytest.fixture()
def folder(tmp_path):
    """Two good tiles, one of another bit depth, one in strips."""
    root = tmp_path / "rasters"
    for day, dtype in (("20190401", "uint16"), ("20190402", "uint16"), ("20190403", "uint8"), ("20190404", "uint16")):
        (root / day).mkdir(parents=True)
        for band in ("B02", "B03"):
            write_cog(root / day / f"{band}.tif", rows=20, cols=30, dtype=dtype)
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "20190404" / "B03.tif", strips, "GTiff", ())
    (root / "notes.txt").write_text("not a raster")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "B02.tif").touch()
    return root


def test_only_tiles_without_a_problem_are_planned(folder):
    plan = plan_upload(folder, prefix="/mosaic/")
    assert plan.template == "**/(BAND).tif" and plan.time_pattern == "{YYYY}{MM}{DD}"
    assert [tile.path for tile in plan.tiles] == ["mosaic/20190401/(BAND).tif", "mosaic/20190402/(BAND).tif"]
    assert plan.tiles[0].sensing_time == dt.datetime(2019, 4, 1, tzinfo=dt.timezone.utc)
    assert sorted(file.key for file in plan.files) == [
        f"mosaic/2019040{day}/{band}.tif" for day in (1, 2) for band in ("B02", "B03")
    ]
    reasons = {one.name: one.reason for one in plan.refused}
    assert set(reasons) == {"notes.txt", "20190403/(BAND).tif", "20190404/(BAND).tif"}
    assert "UINT of 8 bits" in reasons["20190403/(BAND).tif"]
    assert "20190404/B03.tif: The image is stored in strips" in reasons["20190404/(BAND).tif"]


def test_files_that_break_a_rule_are_converted_when_wished(folder, tmp_path):
    plan = plan_upload(folder, work_folder=tmp_path / "work")
    assert [tile.path[:8] for tile in plan.tiles] == ["20190401", "20190402", "20190404"]
    converted = {file.key: file.source for file in plan.files}["20190404/B03.tif"]
    assert converted == tmp_path / "work" / "20190404" / "B03.tif"
    assert check_files([converted])[0].is_good


def test_a_first_tile_that_is_odd_does_not_refuse_the_others(folder):
    write_cog(folder / "20190401" / "B02.tif", rows=20, cols=30, dtype="float64")
    assert [tile.path[:8] for tile in plan_upload(folder).tiles] == ["20190402"]


def test_a_tile_is_registered_only_when_all_its_files_are_there(folder):
    plan = plan_upload(folder)
    outcomes = [UploadOutcome.SENT, UploadOutcome.THERE, UploadOutcome.SENT, UploadOutcome.FAILED]
    report = UploadReport(tuple(SentFile(file, outcome) for file, outcome in zip(plan.files, outcomes)))
    assert [tile.path[:8] for tile in plan.arrived(report)] == ["20190401"]


@pytest.mark.parametrize("template, sentence", [
    ("x/(BAND).tif", "No file in .* fits"), ("(BAND)/x.tif", "once"), ("*/(BAND)_x.tif", "It does not fit"),
])
def test_templates_that_find_nothing(folder, template, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        plan_upload(folder, template)


def test_names_that_tell_nothing(tmp_path):
    (tmp_path / "1 2.tif").touch()
    with pytest.raises(InvalidInput, match="do not tell"):
        plan_upload(tmp_path)
    with pytest.raises(InvalidInput, match="not a folder"):
        plan_upload(tmp_path / "nowhere")


def test_a_wished_time_that_is_missing_leaves_the_tile_out(folder):
    with pytest.raises(InvalidInput, match="No sensing time"):
        plan_upload(folder, "20190401/(BAND).tif", "{YYYY}-{MM}-{DD}")
    untimed = plan_upload(folder, "20190401/(BAND).tif", "")
    assert [tile.sensing_time for tile in untimed.tiles] == [None]


def test_listing_leaves_hidden_files_out(folder):
    names = list_folder(folder)
    assert "20190401/B02.tif" in names and not [name for name in names if "hidden" in name]


def test_gathering(folder, tmp_path):
    found = gather_files([str(folder / "20190401" / "B02.tif")], str(folder), (".tif",))
    assert len(found) == 8 and found[0].name == "B02.tif"
    with pytest.raises(InvalidInput, match="no raster"):
        gather_files([], "", (".tif",))
    with pytest.raises(InvalidInput, match="not a folder"):
        gather_files([], str(tmp_path / "none"), (".tif",))


def test_making_many(folder, tmp_path):
    (folder / "broken.tif").write_text("no raster")
    sources = gather_files([], str(folder), (".tif",))
    told = []
    made = make_files(sources, tmp_path / "out", CogOptions(), root=folder, on_made=told.append)
    assert made == told and [one.source.name for one in made if one.sentence] == ["broken.tif"]
    assert sum(len(one.targets) for one in made) == 8
    assert (tmp_path / "out" / "20190404" / "B03.tif").exists()


def test_what_would_be_overwritten_is_refused_before_anything_is_made(folder, tmp_path):
    sources = gather_files([], str(folder), (".tif",))
    with pytest.raises(InvalidInput, match="same file"):
        make_files(sources, tmp_path / "out", CogOptions())
    with pytest.raises(InvalidInput, match="replace its source"):
        make_files(sources[:1], sources[0].parent, CogOptions())
    assert not (tmp_path / "out").exists()


def test_splitting_many(tmp_path):
    source = write_raster(tmp_path / "rgb.tif", memory_raster(pixels_of(3)), "GTiff", TILED)
    (made,) = make_files([tmp_path / "rgb.tif"], tmp_path / "out", CogOptions(), split=True)
    assert [str(path.relative_to(tmp_path / "out")) for path in made.targets] == [f"rgb/B{i}.tif" for i in (1, 2, 3)]
    assert source == str(made.source)


def test_cancel_between_files(folder, tmp_path):
    sources = gather_files([], str(folder), (".tif",))
    watched, told = Watched(), []

    def stop(one):
        told.append(one)
        watched.cancel()

    with pytest.raises(Cancelled):
        make_files(sources, tmp_path / "out", CogOptions(), root=folder, progress=watched, on_made=stop)
    assert len(told) == 1 and told[0].targets[0].exists()
    with pytest.raises(Cancelled):
        check_files(sources, progress=watched)


def test_reports_as_json(folder, tmp_path):
    target = tmp_path / "report.json"
    write_documents(check_files([folder / "20190401" / "B02.tif", folder / "20190404" / "B03.tif"]), target)
    good, bad = json.loads(target.read_text())
    assert good["good"] and good["facts"]["epsg"] == 32633 and good["problems"] == []
    assert not bad["good"] and bad["problems"][0]["rule"] == "tile size"
