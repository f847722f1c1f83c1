"""Landsat products ingested and served in physical units, against the formulas of their handbook."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pytest
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.landsat import brightness_temperature
from sentinel_workbench.localhub.records import InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.store import SceneStore

GRID = PixelGrid(BBox(500000, 4999880, 500120, 5000000, "EPSG:32631"), 4, 4)
NAME = "LC08_L1TP_158071_20190605_20200828_02_T1"
MTL = {
    "LANDSAT_METADATA_FILE": {
        "IMAGE_ATTRIBUTES": {
            "DATE_ACQUIRED": "2019-06-05", "SCENE_CENTER_TIME": "07:09:31.1234560Z", "CLOUD_COVER": "12.34",
            "SUN_ELEVATION": "42.5",
        },
        "LEVEL1_RADIOMETRIC_RESCALING": {
            "RADIANCE_MULT_BAND_10": "3.3420E-04", "RADIANCE_ADD_BAND_10": "0.10000",
            "REFLECTANCE_MULT_BAND_4": "2.0000E-05", "REFLECTANCE_ADD_BAND_4": "-0.100000",
        },
        "LEVEL1_THERMAL_CONSTANTS": {"K1_CONSTANT_BAND_10": "774.8853", "K2_CONSTANT_BAND_10": "1321.0789"},
    }
}
MTL_TEXT = "GROUP = LANDSAT_METADATA_FILE\n" + "\n".join(
    f'    {key} = {value if value[0].isdigit() or value[0] == "-" else chr(34) + value + chr(34)}'
    for group in MTL["LANDSAT_METADATA_FILE"].values() for key, value in group.items()
)


def numbers(low, high):
    values = np.linspace(low, high, 16).reshape(4, 4).round().astype(np.uint16)
    values[0, 0] = 0
    return values


@pytest.fixture()
def product(tmp_path):
    folder = tmp_path / "in" / NAME
    bands = {"B4": numbers(6000, 20000), "B10": numbers(20000, 32000), "QA_PIXEL": numbers(21824, 55052)}
    for name, values in bands.items():
        write_raster(folder / f"{NAME}_{name}.TIF", values, pixel=30.0)
    return folder, bands


def image(data, tmp_path, collection, bands, **filters):
    values = ", ".join("s." + band for band in bands)
    script = (
        f"//VERSION=3\nfunction setup() {{ return {{input: {json.dumps(bands)}, output: {{bands: {len(bands)}, "
        f"sampleType: 'FLOAT32'}}}} }}\nfunction evaluatePixel(s) {{ return [{values}] }}"
    )
    request = RenderRequest(GRID, (InputData(collection, filters=filters),), script,
                            (ResponseFormat("default", "image/tiff"),))
    dataset = gdal.Open(str(render(request, data, tmp_path).body))
    return dataset.ReadAsArray()


@pytest.mark.parametrize("suffix, text", [("json", json.dumps(MTL)), ("txt", MTL_TEXT)])
def test_level_1_in_reflectance_and_kelvin(product, tmp_path, suffix, text):
    folder, stored = product
    (folder / f"{NAME}_MTL.{suffix}").write_text(text, encoding="utf-8")
    ingest_folder(tmp_path / "in", tmp_path / "data", "landsat-ot-l1")
    got = image(tmp_path / "data", tmp_path, "landsat-ot-l1", ["B04", "B10", "BQA", "dataMask"])
    assert np.isnan(got[:3, 0, 0]).all() and got[3, 0, 0] == 0 and got[3].sum() == 15
    seen = got[3] == 1
    reflectance = (stored["B4"] * 2e-5 - 0.1) / math.sin(math.radians(42.5))
    np.testing.assert_allclose(got[0][seen], reflectance[seen], rtol=1e-5)
    kelvin = 1321.0789 / np.log(774.8853 / (stored["B10"] * 3.342e-4 + 0.1) + 1)
    np.testing.assert_allclose(got[1][seen], kelvin[seen], rtol=1e-6)
    assert 280 < kelvin[seen].min() < kelvin[seen].max() < 320
    assert np.array_equal(got[2][seen], stored["QA_PIXEL"][seen])
    (scene,) = SceneStore(tmp_path / "data").search("landsat-ot-l1")
    assert scene.date == dt.datetime(2019, 6, 5, 7, 9, 31, 123456, dt.timezone.utc)
    assert scene.cloud_percent == 12.34 and scene.properties["tier"] == "TIER_1"


def test_tiers_choose_the_scenes(product, tmp_path):
    folder, _ = product
    (folder / f"{NAME}_MTL.json").write_text(json.dumps(MTL), encoding="utf-8")
    folder.rename(folder.with_name(NAME.replace("T1", "RT")))
    for path in folder.with_name(NAME.replace("T1", "RT")).iterdir():
        path.rename(path.with_name(path.name.replace("_T1_", "_RT_")))
    ingest_folder(tmp_path / "in", tmp_path / "data", "landsat-ot-l1")
    for tiers, seen in (("TIER_1", 0), ("TIER_1_AND_RT", 15), ("ALL_TIERS", 15)):
        got = image(tmp_path / "data", tmp_path, "landsat-ot-l1", ["dataMask"], tiers=tiers)
        assert got.sum() == seen


def test_level_2_has_the_same_factors_everywhere(tmp_path):
    name = "LC09_L2SP_158071_20220605_20220607_02_T1"
    red, heat = numbers(8000, 30000), numbers(40000, 50000)
    write_raster(tmp_path / "in" / name / f"{name}_SR_B4.TIF", red, pixel=30.0)
    write_raster(tmp_path / "in" / name / f"{name}_ST_B10.TIF", heat, pixel=30.0)
    ingest_folder(tmp_path / "in", tmp_path / "data", "landsat-ot-l2")
    got = image(tmp_path / "data", tmp_path, "landsat-ot-l2", ["B04", "B10"])
    seen = red > 0
    np.testing.assert_allclose(got[0][seen], (red * 2.75e-5 - 0.2)[seen], rtol=1e-5)
    np.testing.assert_allclose(got[1][seen], (heat * 0.00341802 + 149)[seen], rtol=1e-6)
    assert np.isnan(got[:, 0, 0]).all()


def test_level_1_numbers_without_metadata_are_left_out(product, tmp_path):
    report = ingest_folder(tmp_path / "in", tmp_path / "data", "landsat-ot-l1")
    assert len(report.skipped) == 2 and all("MTL" in entry.reason for entry in report.skipped)
    assert set(SceneStore(tmp_path / "data").search("landsat-ot-l1")[0].bands) == {"BQA"}
    (tmp_path / "in" / NAME / f"{NAME}_QA_PIXEL.TIF").unlink()
    with pytest.raises(InvalidInput, match="MTL"):
        ingest_folder(tmp_path / "in", tmp_path / "other", "landsat-ot-l1")


def test_floating_point_files_hold_physical_values(tmp_path):
    values = np.linspace(0.01, 0.6, 16, dtype=np.float32).reshape(4, 4)
    kelvin = values * 100 + 250
    folder = tmp_path / "in" / "20190605"
    write_raster(folder / "B04.tif", values, pixel=30.0, nodata=None)
    write_raster(folder / "B10.tif", kelvin, pixel=30.0, nodata=None)
    (folder / "X_MTL.json").write_text(json.dumps(MTL), encoding="utf-8")
    ingest_folder(tmp_path / "in", tmp_path / "data", "landsat-ot-l1")
    got = image(tmp_path / "data", tmp_path, "landsat-ot-l1", ["B04", "B10"])
    np.testing.assert_array_equal(got, np.stack([values, kelvin]))


def test_planck():
    assert brightness_temperature(np.array([10.0]), (774.8853, 1321.0789))[0] == pytest.approx(
        1321.0789 / math.log(78.48853)
    )
