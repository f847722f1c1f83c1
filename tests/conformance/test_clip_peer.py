"""Our windows and cut-outs against ``rioxarray.clip_box``, in its own process: random boxes, several CRSs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from stac_items import make_item
from synthetic_scenes import write_raster

from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.clip_windows import bounds_in, clip_window
from sentinel_workbench.core.services.clip_order import ClipOrder
from sentinel_workbench.core.services.stac_clip import clip_scenes
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacConnection

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "venv-stac" / "bin" / "python"
SCRIPT = ROOT / "tests" / "clip_peer.py"
SIDE = 300
BOXES, DEGREES = 60, "EPSG:4326"
RASTERS = {
    "utm north": ("EPSG:32631", 600000.0, 5900040.0, 10.0), "utm south": ("EPSG:32738", 399960.0, 8200000.0, 20.0),
    "degrees": ("EPSG:4326", 4.3217, 52.7654, 0.000277777777778), "web": ("EPSG:3857", 545000.3, 6867000.7, 9.554628),
    "europe": ("EPSG:3035", 3960000.0, 3260000.0, 60.0), "polar": ("EPSG:3413", -812345.5, -1234567.25, 30.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def rasters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rasters")
    values = np.random.default_rng(3).integers(1, 9000, (SIDE, SIDE)).astype(np.uint16)
    return {name: write_raster(folder / f"{name}.tif", values, west, north, pixel, crs)
            for name, (crs, west, north, pixel) in RASTERS.items()}


def boxes_of(name):
    """Boxes in, around and beside a raster; a third with edges on those of pixels."""
    _, west, north, pixel = RASTERS[name]
    rng = np.random.default_rng(len(name))
    found = []
    for number in range(BOXES):
        cols, rows = (np.sort(rng.uniform(-30, SIDE + 30, 2)) for _ in range(2))
        if number % 3 == 0:
            cols, rows = np.round(cols), np.round(rows)
        if number % 10 == 9:
            cols, rows = cols + SIDE + 60, rows
        cols[1], rows[1] = max(cols[1], cols[0] + 0.4), max(rows[1], rows[0] + 0.4)
        found.append((west + cols[0] * pixel, north - rows[1] * pixel, west + cols[1] * pixel, north - rows[0] * pixel))
    return found


def boxes_in_degrees(name):
    """A few of them as the rectangles around them in lon/lat."""
    crs = RASTERS[name][0]
    return [bounds_in(BBox(*box, crs), spatial_reference(DEGREES)) for box in boxes_of(name)[:20]]


@pytest.fixture(scope="module")
def theirs(rasters):
    """The peer's answers by raster: to boxes in its own CRS, and to the same in degrees."""
    if not PYTHON.exists():
        pytest.skip("the environment of rioxarray is missing; `make bench` makes it")
    tasks = [{"path": str(rasters[name]), "box": box, "crs": crs, "name": name}
             for name in RASTERS for crs, boxes in ((None, boxes_of(name)), (DEGREES, boxes_in_degrees(name)))
             for box in boxes]
    done = subprocess.run([str(PYTHON), "-W", "ignore", str(SCRIPT)], input=json.dumps(tasks), capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = {}
    for task, answer in zip(tasks, json.loads(done.stdout)):
        found.setdefault((task["name"], task["crs"]), []).append(answer)
    return found


def our_window(path, box, crs):
    """As the peer tells it."""
    dataset = gdal.Open(str(path))
    transform, size = dataset.GetGeoTransform(), (dataset.RasterXSize, dataset.RasterYSize)
    window = clip_window(transform, size, bounds_in(BBox(*box, crs), spatial_reference(dataset_crs(dataset))))
    if window is None:
        return None
    left, top, width, height = window
    values = dataset.ReadAsArray(left, top, width, height)
    return {"shape": [height, width], "sum": int(values.sum(dtype="int64")), "first": int(values[0, 0])}


def dataset_crs(dataset):
    return f"EPSG:{dataset.GetSpatialRef().GetAuthorityCode(None)}"


@pytest.mark.parametrize("name", list(RASTERS))
def test_windows_in_the_crs_of_the_raster(rasters, theirs, name):
    answers = theirs[name, None]
    compared(rasters[name], boxes_of(name), RASTERS[name][0], answers)
    assert 5 < answers.count(None) < BOXES / 2


@pytest.mark.parametrize("name", [name for name in RASTERS if name != "degrees"])
def test_windows_of_boxes_in_degrees(rasters, theirs, name):
    compared(rasters[name], boxes_in_degrees(name), DEGREES, theirs[name, DEGREES])


def compared(path, boxes, crs, answers):
    different = []
    for box, peer in zip(boxes, answers):
        ours = our_window(path, box, crs)
        if ours != (peer and {key: peer[key] for key in ("shape", "sum", "first")}):
            different.append((box, ours, peer))
    assert not different, different[:3]


@pytest.mark.parametrize("name", list(RASTERS))
def test_written_files_have_the_place_and_pixels_of_the_peer_s(rasters, theirs, name, tmp_path):
    item = read_item(make_item("scene", collection="any", assets={"B04": {"href": str(rasters[name])}}))
    transport = RequestsTransport()
    for number, (box, peer) in enumerate(zip(boxes_of(name)[:11], theirs[name, None])):
        order = ClipOrder((item,), ("B04",), Area(BBox(*box, RASTERS[name][0])))
        (scene,) = clip_scenes(order, StacConnection("x"), HttpRanges(transport), tmp_path / str(number)).scenes
        if peer is None:
            assert "no pixel in the area" in scene.error
            continue
        dataset = gdal.Open(str(scene.files[0].path))
        assert dataset.GetGeoTransform() == pytest.approx(peer["transform"], rel=1e-9)
        values = dataset.ReadAsArray()
        assert list(values.shape) == peer["shape"] and int(values.sum(dtype="int64")) == peer["sum"]
    transport.close()
