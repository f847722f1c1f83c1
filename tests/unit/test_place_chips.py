"""Chips of a CbM server around a place: bands, pictures, radar."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from cbm_hub import LAT, LON, cbm_hub, make_scenes, product
from hub_fakes import ACCOUNT
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import AuthenticationFailed, InvalidInput
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.services.chips_place import PlaceChips, fetch_place_chips
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

MAY, JUNE = dt.date(2019, 5, 1), dt.date(2019, 6, 30)
DAYS = 30


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    make_scenes(folder, DAYS)
    return folder


def wanted(**changes):
    usual = {"lon": LON, "lat": LAT, "first": MAY, "last": JUNE, "bands": ("SCL",), "size_m": 400}
    return PlaceChips(**{**usual, **changes})


@pytest.mark.parametrize("quirks, generation", [(True, 4), (False, 3)])
def test_more_bands_than_one_come_by_a_batch_and_none_is_lost(data, tmp_path, quirks, generation):
    with cbm_hub(data, quirks=quirks, generation=generation) as server:
        series = fetch_place_chips(server.client(), wanted(bands=("SCL", "B04", "B08")), tmp_path)
        assert server.count("rawChipsBatch") == 2  # 30 products of two bands, at most 36 chips at once
    assert series.failures == () and len(series.dates) == DAYS
    assert {(chip.product, chip.bands) for chip in series.chips} == {
        (product(number), (band,)) for number in range(DAYS) for band in ("SCL", "B04", "B08")}
    assert {chip.scale for chip in series.chips if chip.bands == ("B08",)} == {0.0001}
    assert all(gdal.Open(str(chip.path)).RasterXSize == (20 if chip.bands == ("SCL",) else 40) for chip in series.chips)


def test_a_server_without_batches_is_asked_band_by_band(data, tmp_path, monkeypatch):
    from sentinel_workbench.localhub.cbm import Cbm
    from sentinel_workbench.localhub.cbm_answers import no_such_route

    def refuse(self, request, route):
        raise no_such_route()

    monkeypatch.setattr(Cbm, "post", refuse)
    with cbm_hub(data, quirks=True) as server:
        series = fetch_place_chips(server.client(), wanted(bands=("B04", "B08"), last=dt.date(2019, 5, 8)), tmp_path)
    assert sorted(chip.bands for chip in series.chips) == [("B04",)] * 4 + [("B08",)] * 4


def test_three_bands_become_one_picture_a_date(data, tmp_path):
    with cbm_hub(data, quirks=True) as server:
        order = wanted(bands=("B08", "B04", "SCL"), last=dt.date(2019, 5, 3))
        single = fetch_place_chips(server.client(), order, tmp_path)
        pictures = fetch_place_chips(server.client(), order, tmp_path, as_pictures=True)
    assert len(single.chips) == 6 and [chip.bands for chip in pictures.chips] == [("B08", "B04", "SCL")] * 2
    picture = gdal.Open(str(pictures.chips[1].path))
    of_day = [chip for chip in single.chips if chip.product == product(1)]
    raw = {chip.bands[0]: gdal.Open(str(chip.path)).ReadAsArray() for chip in of_day}
    assert np.allclose(picture.GetRasterBand(1).ReadAsArray(), raw["B08"] * 0.0001)
    assert np.allclose(picture.GetRasterBand(2).ReadAsArray(), raw["B04"] * 0.0001)


def test_radar_comes_in_both_polarisations(data, tmp_path):
    folder = tmp_path / "hub"
    make_scenes(folder, 1)
    store = SceneStore(folder)
    store.add_collection(find_collection("sentinel-1-grd"))
    place = {"west": 499360.0, "north": 5000640.0, "crs": "EPSG:32631"}
    bands = {}
    for band, value in (("VV", 0.25), ("VH", 0.05)):
        write_raster(folder / "scenes" / f"{band}.tif", np.full((128, 128), value, np.float32), **place)
        bands[band] = BandFile(str(folder / "scenes" / f"{band}.tif"), nodata=0.0)
    ring = [[2.99, 45.14], [3.01, 45.14], [3.01, 45.16], [2.99, 45.16], [2.99, 45.14]]
    date = dt.datetime(2019, 5, 4, 5, 40, 12, tzinfo=dt.timezone.utc)
    store.add_scenes([StoredScene("S1A_IW_GRDH_1SDV_20190504T054012", "sentinel-1-grd", date, None,
                                  {"type": "Polygon", "coordinates": [ring]}, bands)])
    with cbm_hub(folder, quirks=True) as server:
        series = fetch_place_chips(server.client(), wanted(level="CARD-BS"), tmp_path / "chips", as_pictures=True)
        assert fetch_place_chips(server.client(), wanted(level="CARD-COH6"), tmp_path / "chips").chips == ()
    assert sorted(chip.bands for chip in series.chips) == [("VH",), ("VV",)]
    values = {chip.bands[0]: gdal.Open(str(chip.path)).ReadAsArray() for chip in series.chips}
    assert values["VV"].dtype == np.float32 and values["VV"].mean() == pytest.approx(0.25)


@pytest.mark.parametrize("sent, words", [(b"<html>Bad gateway</html>", "no TIFF"), (b"II*\x00" + b"x" * 40, "SCL.tif")])
def test_a_chip_that_is_no_tiff_or_damaged_stops_no_other(data, tmp_path, monkeypatch, sent, words):
    from sentinel_workbench.localhub.answers import Answer
    from sentinel_workbench.localhub.cbm_chip_requests import ChipRequests

    real = ChipRequests.file

    def sometimes(self, request, uid, name):
        bad = product(1) in name
        return Answer(200, "image/tiff", sent) if bad else real(self, request, uid, name)

    monkeypatch.setattr(ChipRequests, "file", sometimes)
    with cbm_hub(data, quirks=True) as server:
        series = fetch_place_chips(server.client(), wanted(last=dt.date(2019, 5, 6)), tmp_path)
    assert [chip.product for chip in series.chips] == [product(0), product(2)]
    assert [failure.date.day for failure in series.failures] == [3] and words in series.failures[0].sentence
    assert sorted(path.name for path in tmp_path.rglob("*.tif*")) == [f"{product(n)}.SCL.tif" for n in (0, 2)]


def test_of_two_products_of_one_acquisition_the_larger_then_the_newer_is_kept(tmp_path):
    from sentinel_workbench.core.model.chips import CBM, Chip
    from sentinel_workbench.core.services.chips_place import _one_product_a_date

    date = dt.datetime(2019, 6, 1, 10, 50, 31, tzinfo=dt.timezone.utc)

    def chip(name, side, baseline, product, band="SCL"):
        path = tmp_path / f"{name}.tif"
        write_raster(path, np.ones((side, side), np.uint8), west=500000.0, north=5000000.0, crs="EPSG:32631")
        return Chip(path, (band,), date, product, (0,), CBM, baseline)

    old, new = chip("old", 20, 212, "P_N0212"), chip("new", 20, 500, "P_N0500")
    edge, other = chip("edge", 12, 510, "P_N0510"), chip("other", 20, 500, "P_N0500", "B04")
    assert _one_product_a_date([old, edge, new, other]) == ([new, other], 2)
    unnamed = [chip("vv", 20, 0, "", "VV"), chip("vh", 12, 0, "", "VH")]
    assert _one_product_a_date(unnamed) == (unnamed, 0)


def test_a_place_without_scenes_is_empty_and_a_bad_login_an_error(data, tmp_path):
    with cbm_hub(data, quirks=True) as server:
        series = fetch_place_chips(server.client(), wanted(lon=20.0, bands=("B04", "B08")), tmp_path)
        assert series.chips == () and series.failures == () and series.dates == ()
        with pytest.raises(AuthenticationFailed):
            fetch_place_chips(server.client(ACCOUNT.client_id, "wrong"), wanted(), tmp_path)


@pytest.mark.parametrize("changes, words", [
    ({"size_m": 5121}, "5121 m is not possible"), ({"bands": ()}, "every band once"),
    ({"lat": 91.0}, "not a longitude"),
    ({"bands": ("B08", "B08")}, "every band once"), ({"bands": ("B99",)}, "no Sentinel-2 band"),
    ({"level": "GRD"}, "no product of CbM servers"), ({"first": JUNE, "last": MAY}, "before the first"),
    ({"level": "LEVEL1C"}, "no scene classification"),
])
def test_what_no_server_would_take_is_refused_before_it_is_asked(changes, words):
    with pytest.raises(InvalidInput, match=words):
        wanted(**changes)
