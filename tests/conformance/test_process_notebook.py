"""The pictures of the Process API notebook, by the public library from the local hub, against the scenes' own pixels.

What is expected is made here from the demo's files with PROJ and numpy alone.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr

NOTEBOOK = Path(__file__).with_name("notebook.py")
OPTICAL = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
SIZE = (631, 1047)
CORNERS = (46.16, -16.15, 46.51, -15.58)
UTC = dt.timezone.utc
gdal.UseExceptions()
EDGE_PIXELS = 5
"""Cells whose centre lies on a pixel's edge to a millionth may fall to either side."""


@pytest.fixture(scope="module")
def scenes(demo_data):
    """Every demo scene as its lists have it, with absolute paths."""
    found = []
    for part in sorted(demo_data.glob("demo-*-*/scenes.json")):
        for scene in json.loads(part.read_text())["scenes"]:
            for band in scene["bands"].values():
                band["path"] = str(part.parent / band["path"])
            scene["date"] = dt.datetime.fromisoformat(scene["date"])
            found.append(scene)
    return found


@pytest.fixture(scope="module")
def show(ask):
    """Run a job of the notebook: its facts, its arrays by name, its folder."""

    def run(job):
        facts, folder = ask(job, script=NOTEBOOK)
        with np.load(folder / "images.npz") as arrays:
            return facts, {name: arrays[name] for name in arrays.files}, folder

    return run


@lru_cache(maxsize=1)
def centres():
    """Easting and northing of the notebook's cell centres, one by one through PROJ."""
    lon = CORNERS[0] + (np.arange(SIZE[0]) + 0.5) * (CORNERS[2] - CORNERS[0]) / SIZE[0]
    lat = CORNERS[3] - (np.arange(SIZE[1]) + 0.5) * (CORNERS[3] - CORNERS[1]) / SIZE[1]
    references = [osr.SpatialReference(), osr.SpatialReference()]
    for reference, code in zip(references, (4326, 32738)):
        reference.ImportFromEPSG(code)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    points = np.stack([*np.meshgrid(lon, lat)], axis=-1).reshape(-1, 2)
    moved = np.array(osr.CoordinateTransformation(*references).TransformPoints(points))
    return moved[:, 0].reshape(SIZE[::-1]), moved[:, 1].reshape(SIZE[::-1])


def warped(scene, name):
    """A band on the notebook's grid, the stored number under each cell's centre; 0 without data."""
    file = scene["bands"][name]
    dataset = gdal.Open(file["path"])
    stored = dataset.GetRasterBand(file["band_index"]).ReadAsArray()
    west, width, _, north, _, height = dataset.GetGeoTransform()
    east, northing = centres()
    cols, rows = np.floor((east - west) / width).astype(int), np.floor((northing - north) / height).astype(int)
    inside = (cols >= 0) & (cols < stored.shape[1]) & (rows >= 0) & (rows < stored.shape[0])
    numbers = stored[np.clip(rows, 0, stored.shape[0] - 1), np.clip(cols, 0, stored.shape[1] - 1)]
    return np.where(inside & (numbers != file["nodata"]), numbers, np.zeros((), stored.dtype))


def between(scenes, first, last, collection="sentinel-2-l1c"):
    start = dt.datetime.fromisoformat(first).replace(tzinfo=UTC)
    end = dt.datetime.fromisoformat(last).replace(tzinfo=UTC) + dt.timedelta(days=1)
    return [scene for scene in scenes if scene["collection"] == collection and start <= scene["date"] < end]


def mosaic(chosen, names, classes=()):
    """The first scene with data wins; (rows, cols, bands), ``classes`` last, whose 0 counts as data."""
    names = [*names, *classes]
    result = np.zeros((SIZE[1], SIZE[0], len(names)), np.int32)
    empty = np.ones((SIZE[1], SIZE[0]), bool)
    for scene in chosen:
        layers = np.stack([warped(scene, name) for name in names], axis=-1).astype(np.int32)
        take = empty & (layers[..., : len(names) - len(classes)] > 0).all(axis=-1)
        result[take] = layers[take]
        empty &= ~take
    return result


def least_cloudy(scenes, first, last):
    newest_first = sorted(between(scenes, first, last), key=lambda scene: scene["date"], reverse=True)
    return sorted(newest_first, key=lambda scene: scene["cloud_percent"])


def eight_bits(reflectance):
    return np.floor(np.clip(reflectance, 0, 1) * 255 + 0.5).astype(np.uint8)


def true_color(numbers):
    return eight_bits(numbers * 0.0001)


def differing(image, expected):
    assert image.shape == expected.shape
    return int((image != expected).reshape(*image.shape[:2], -1).any(axis=-1).sum())


RED_GREEN_BLUE = ["B04", "B03", "B02"]


@pytest.fixture(scope="module")
def june(scenes):
    """Digital numbers of the least cloudy June of 2020, all bands."""
    return mosaic(least_cloudy(scenes, "2020-06-01", "2020-06-30"), OPTICAL)


def test_example_1_true_color_and_cloud_mask(show, scenes):
    facts, images, _ = show("example_1")
    assert facts["count"] == 1 and images["image"].dtype == np.uint8
    day = sorted(between(scenes, "2020-06-12", "2020-06-13"), key=lambda scene: scene["date"], reverse=True)
    numbers = mosaic(day, RED_GREEN_BLUE, ["CLM"])
    assert (numbers[..., :3] > 0).all()
    assert differing(images["image"], true_color(numbers[..., :3])) <= EDGE_PIXELS
    reflectance, cloudy = numbers[..., :3] * 0.0001, numbers[..., 3:] == 1
    assert 0.001 < cloudy.mean() < 0.1
    expected = eight_bits(np.where(cloudy, reflectance + [0.75, 0, 0], 3.5 * reflectance))
    assert differing(images["clouds"], expected) <= EDGE_PIXELS


def test_example_2_least_cloudy_mosaic(show, june):
    _, images, _ = show("example_2")
    expected = true_color(june[..., [OPTICAL.index(name) for name in RED_GREEN_BLUE]])
    assert differing(images["image"], expected) <= EDGE_PIXELS
    assert 10 < images["image"].mean() < 80


def test_example_3_all_raw_bands(show, june):
    _, images, _ = show("example_3")
    assert images["image"].dtype == np.int16 and images["image"].shape == (1047, 631, 13)
    assert differing(images["image"], june.astype(np.int16)) <= EDGE_PIXELS
    assert len({round(float(band.mean()), 2) for band in np.moveaxis(images["image"], -1, 0)}) == 13


def test_example_4_saved_and_read_again(show, june):
    facts, images, _ = show("example_4")
    assert facts["files"] == ["request.json", "response.tiff"]
    assert facts["unread"] and facts["rewritten"] and facts["same"] and facts["saved"]
    assert differing(images["image"], june.astype(np.int16)) <= EDGE_PIXELS


def test_example_5_elevation(show, scenes):
    _, images, _ = show("example_5")
    assert images["image"].dtype == np.float32
    (model,) = [s for s in scenes if s["collection"] == "dem" and s["properties"].get("demInstance") == "MAPZEN"]
    assert differing(images["image"], warped(model, "DEM").astype(np.float32)) <= EDGE_PIXELS
    assert images["image"].min() < -5 and images["image"].max() > 60


def test_example_6_several_responses(show, june):
    facts, images, _ = show("example_6")
    assert facts["names"] == ["default.tif", "userdata.json"]
    assert facts["user_data"] == {"norm_factor": 1}
    assert images["image"].dtype == np.int16
    expected = june[..., [OPTICAL.index(name) for name in RED_GREEN_BLUE]].astype(np.int16)
    assert differing(images["image"], expected) <= EDGE_PIXELS


def test_example_7_raw_dictionary(show, june):
    _, images, _ = show("example_7")
    assert images["image"].dtype == np.uint8
    expected = true_color(june[..., [OPTICAL.index(name) for name in RED_GREEN_BLUE]])
    assert differing(images["image"], expected) <= EDGE_PIXELS


def test_example_8_twelve_slots(show, scenes):
    facts, images, _ = show("example_8")
    assert facts["slots"][0] == ["2019-01-01", "2019-01-29"] and facts["slots"][-1] == ["2019-11-05", "2019-12-03"]
    assert sorted(images) == [f"slot{number:02d}" for number in range(12)]
    for number in (0, 5, 9):  # without passes that saw the area with the edge of the swath
        expected = true_color(mosaic(least_cloudy(scenes, *facts["slots"][number]), RED_GREEN_BLUE))
        assert differing(images[f"slot{number:02d}"], expected) <= EDGE_PIXELS
    assert len({round(float(image.mean()), 3) for image in images.values()}) == 12


def test_radar(show, scenes):
    _, images, _ = show("radar")
    passes = between(scenes, "2020-06-01", "2020-06-30", "sentinel-1-grd")
    down, up = (
        max((s for s in passes if s["properties"]["orbitDirection"] == way), key=lambda scene: scene["date"])
        for way in ("DESCENDING", "ASCENDING")
    )
    sigma = images["sigma"]
    theta = np.radians(warped(down, "incidenceAngle") * 0.1)
    for channel, (name, scale) in enumerate((("VV", 0.01), ("VH", 0.005))):
        expected = (warped(down, name) * scale) ** 2 * np.sin(theta)
        assert (np.abs(sigma[..., channel] - expected) > 1e-5 * expected).sum() <= EDGE_PIXELS
    assert (sigma[..., 2] == 1).all()
    terrain, seen = images["terrain"], images["terrain"][..., 2] == 1
    assert 0.6 < seen.mean() < 0.9 and (terrain[~seen] == 0).all() and seen[:600].all()
    flat = (warped(up, "elevation") == 0) & seen
    raw = np.where(seen, (warped(up, "VV") * 0.01) ** 2 * np.tan(np.radians(warped(up, "incidenceAngle") * 0.1)), 0)
    assert terrain[..., 0][flat].mean() == pytest.approx(raw[flat].mean(), rel=0.06)
    assert np.log(terrain[..., 0][flat]).std() < 0.9 * np.log(raw[flat]).std()
    assert not images["none"].any()
