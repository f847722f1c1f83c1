"""Sentinel-5P: one product at a time, and single images of at most a day."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from osgeo import gdal
from synthetic_scenes import write_scene

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render

UTC = dt.timezone.utc
GRID = PixelGrid(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), 8, 8)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Carbon monoxide of two days; the newer covers the west only."""
    folder = tmp_path_factory.mktemp("s5p")
    west = np.full((8, 8), 7, np.uint16)
    west[:, 4:] = 0
    write_scene(folder / "in" / "20200101T110000", {"CO": 3, "O3": 4, "CLOUD_FRACTION": 1})
    write_scene(folder / "in" / "20200102T120000", {"CO": west, "O3": 9})
    ingest_folder(folder / "in", folder / "data", "sentinel-5p-l2")
    return folder / "data"


def asked(data, tmp_path, bands, mosaicking="SIMPLE", **period):
    """The first band by the script, or the number of samples."""
    value = f"s.{bands[0]}" if mosaicking == "SIMPLE" else "s.length"
    script = (
        f"//VERSION=3\nfunction setup() {{ return {{input: {json.dumps(bands)}, mosaicking: '{mosaicking}',"
        f" output: {{bands: 1, sampleType: 'UINT8'}}}}; }}\nfunction evaluatePixel(s) {{ return [{value}]; }}"
    )
    entry = InputData("sentinel-5p-l2", **period)
    request = RenderRequest(GRID, (entry,), script, (ResponseFormat("default", "image/tiff"),))
    return gdal.Open(str(render(request, data, tmp_path).body)).ReadAsArray()


def at(day, hour):
    return dt.datetime(2020, 1, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "period, east",
    [
        ({"time_from": at(1, 0), "time_to": at(2, 13)}, 0),
        ({"time_to": at(2, 13)}, 0),
        ({"time_from": at(1, 0), "time_to": at(2, 11)}, 3),
        ({}, 3),
    ],
)
def test_a_single_image_is_made_of_the_last_24_hours(data, tmp_path, period, east):
    got = asked(data, tmp_path, ["CO"], **period)
    assert (got[:, 4:] == east).all()
    assert (got[:, :4] == (3 if period.get("time_to") == at(2, 11) else 7)).all()


def test_other_mosaics_get_the_whole_period(data, tmp_path):
    assert (asked(data, tmp_path, ["CO"], "ORBIT", time_from=at(1, 0), time_to=at(2, 13)) == 2).all()


@pytest.mark.parametrize(
    "bands, words",
    [
        (["O3", "CO"], "[O3, CO]"),
        (["CO", "CLOUD_FRACTION", "dataMask"], "[CO, CLOUD]"),
    ],
)
def test_several_products_in_one_script_are_refused(data, tmp_path, bands, words):
    with pytest.raises(HubError) as caught:
        asked(data, tmp_path, bands)
    assert (caught.value.status, caught.value.code) == (400, "RENDERER_EXCEPTION")
    assert caught.value.message == f"The script can only use one product type at once! Instead it uses: {words}."


def test_several_bands_of_one_product_are_not(data, tmp_path):
    assert (asked(data, tmp_path, ["CO", "dataMask"]) > 0).all()
