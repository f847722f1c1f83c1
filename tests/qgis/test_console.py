"""The console door on a running local hub: what README shows, fusion, several outputs, and refusals."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench import api
from sentinel_workbench.core.errors import Cancelled, InvalidInput
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.orders import JPEG, TileMetadata
from sentinel_workbench.core.services.fusion import begin_script

README = Path(__file__).resolve().parents[2] / "README.md"
AREA = api.BBox(46.2, -16.1, 46.4, -15.8)
QUARTER = api.TimeRange.of_days("2019-01-01", "2019-03-31")
INDEX = api.library_script("vegetation_index")


@pytest.fixture()
def wb(small_hub, tmp_path):
    with api.Workbench(small_hub.connection, small_hub.credentials, tmp_path / "cache") as workbench:
        yield workbench


def test_the_example_of_the_readme(wb, monkeypatch, capsys):
    text = README.read_text(encoding="utf-8")
    block = re.search(r"( {4}from sentinel_workbench import api\n.*?)( {4}with api\.connect\(\"My)", text, re.DOTALL)
    code = re.sub(r"^ {4}", "", block.group(1), flags=re.MULTILINE)
    code = code.replace(', 20, "', ', 600, "').replace(', 60, "', ', 600, "').replace("2019-05-31", "2019-03-31")
    monkeypatch.setattr(api, "connect_local", lambda: wb)
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "default.tif" in said and "datetime.date(2019" in said and "AreaStatistics(" in said


def test_settings_without_use_are_left_out():
    order = api.image_order(AREA, 600, "dem", api.library_script("elevation"), QUARTER)
    (source,) = order.sources
    assert (source.time_range, source.mosaicking_order, source.max_cloud_percent) == (None, None, None)
    assert order.tile_metadata is TileMetadata.NONE
    radar = api.image_order(AREA, 600, "sentinel-1-grd", api.library_script("radar_bands"), QUARTER).sources[0]
    assert (radar.mosaicking_order, radar.max_cloud_percent) == ("mostRecent", None)
    own = api.image_order(AREA, 600, "byoc-1", INDEX, QUARTER).sources[0]
    assert (own.mosaicking_order, own.max_cloud_percent) == ("mostRecent", None)


def test_every_output_in_one_format():
    script = api.library_script("vegetation_outputs")
    order = api.image_order(AREA, None, "sentinel-2-l2a", script, QUARTER, mime=JPEG, quality=40, width_px=50)
    assert [(one.identifier, one.mime, one.quality) for one in order.responses] == [
        ("index", JPEG, 40), ("picture", JPEG, 40), ("dataMask", JPEG, 40)
    ]
    assert order.grid.width == 50


@pytest.mark.parametrize("more, sentence", [
    ({"options": {"orbit": 1}}, "no option"),
    ({"further": "{"}, "not valid JSON"),
    ({"snap": True}, "UTM"),
    ({"projection": "EPSG:999999"}, "not a known coordinate"),
    ({"quality": 400, "mime": JPEG}, "within 0..100"),
])
def test_what_cannot_be_used_is_named(more, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        api.image_order(AREA, 600, "sentinel-2-l2a", INDEX, QUARTER, **more)


def test_an_order_is_copied_for_elsewhere_and_read_back(wb):
    order = api.image_order(AREA, 600, "sentinel-2-l2a", INDEX, QUARTER, tile_metadata=TileMetadata.NONE)
    place = f"curl -X POST {wb.connection.base_url}"
    for form, sign in (("json", "{"), ("curl", place), ("python", "from sentinelhub")):
        text = wb.copy(order, form)
        assert text.startswith(sign) and build_payload(api.read_order(text)) == build_payload(order)
    with pytest.raises(InvalidInput, match="json, curl, python"):
        wb.copy(order, "perl")


def test_what_costs_more_than_allowed_is_not_sent(wb):
    order = api.series_order(AREA, 600, "sentinel-2-l2a", INDEX, api.equal_slots(QUARTER, 3))
    wb.most_units = wb.plan(order).processing_units * 0.5
    with pytest.raises(InvalidInput, match="allowed"):
        wb.series(order)
    assert not wb.image(order.orders()[0]).error


def test_a_failing_area_stops_no_other(wb):
    broken = INDEX.replace("return", "if (sample.B04 >= 0) null.x; return", 2)
    good, bad = (wb.statistics([AREA], 600, "sentinel-2-l2a", script, QUARTER, "P1M") for script in (INDEX, broken))
    assert good[0].error is None and len(good[0].result.intervals) == 3
    assert bad[0].error or bad[0].result.failed
    two = wb.statistics([AREA, api.BBox(10, 50, 10.2, 50.2)], 600, "sentinel-2-l2a", INDEX, QUARTER, "P1M")
    assert [len(one.result.intervals) for one in two] == [3, 0]


def test_cancelled_statistics_end_at_once(wb):
    progress = api.Watched()
    progress.cancel()
    with pytest.raises(Cancelled):
        wb.statistics([AREA] * 20, 600, "sentinel-2-l2a", INDEX, QUARTER, progress=progress)


def test_a_begun_fusion_script_runs(wb):
    names = ("sentinel-2-l2a", "sentinel-1-grd", "dem")
    sources = [api.data_source(name, "mostRecent") for name in names]
    order = api.image_order(AREA, 600, "sentinel-2-l2a", begin_script(sources), QUARTER, further=sources[1:])
    result = wb.image(order)
    dataset = gdal.Open(str(result.rasters["default"]))
    means = [np.nanmean(dataset.GetRasterBand(band).ReadAsArray()) for band in (1, 2, 3, 4)]
    assert 0 < means[0] < 1 and 0 < means[1] < 1 and 0 < means[2] < 1 and means[3] > 1
