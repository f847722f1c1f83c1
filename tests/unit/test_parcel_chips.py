"""Chips of parcels from CbM servers, Sentinel Hub and STAC catalogs: one kind of result, the same pixels."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math

import numpy as np
import pytest
from cbm_hub import LAT, LON, UTM, cbm_hub, make_scenes, product
from osgeo import gdal
from parcel_cases import MAY, parcels, rectangle
from parcel_sources import cbm_source, hub_source, stac_source

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.errors import AuthenticationFailed, ConnectionFailed, InvalidInput
from sentinel_workbench.core.model.chips import CBM, SENTINEL_HUB, STAC, ChipOrder
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.services.chip_files import safe_stem
from sentinel_workbench.core.services.chip_stacks import stack_bands
from sentinel_workbench.core.services.chips_cbm import CbmChips, chip_places, numbers_of
from sentinel_workbench.core.services.chips_hub import HubChips
from sentinel_workbench.core.services.index_scripts import apply_index, read_index, run_script
from sentinel_workbench.core.services.parcel_chips import look_over
from sentinel_workbench.core.services.parcel_groups import group_parcels, zone_of_product
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.parcel_series import SeriesRun, write_series
from sentinel_workbench.core.services.parcel_views import view_box
from sentinel_workbench.core.services.scl_histogram import HistogramRun, Verdict, clear_dates
from sentinel_workbench.core.services.season_plan import plan_season

DAYS = 4
FIRST_WEEK = ChipOrder(parcels("a", "b", "c"), MAY)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chips")
    make_scenes(folder, DAYS)
    return folder


@pytest.fixture(scope="module")
def hub_chips(data, tmp_path_factory):
    with hub_source(data, tmp_path_factory.mktemp("cache")) as chips:
        yield chips


@pytest.fixture(scope="module")
def cbm_chips(data):
    with cbm_source(data) as chips:
        yield chips


@pytest.fixture(scope="module")
def stac_chips(data):
    with stac_source(data) as chips:
        yield chips


@pytest.fixture(params=["hub_chips", "cbm_chips", "stac_chips"])
def source(request):
    return request.getfixturevalue(request.param)


def test_every_source_brings_the_same_histograms(source, tmp_path):
    found = source.fetch(FIRST_WEEK, tmp_path)
    assert found.failures == () and {chip.source for chip in found.chips} <= {CBM, SENTINEL_HUB, STAC}
    assert [date.day for date in found.dates] == [1, 3, 5, 7]
    assert all(chip.path.is_file() and tmp_path in chip.path.parents for chip in found.chips)
    assert {chip.product for chip in found.chips} == {product(number) for number in range(DAYS)}
    rows = HistogramRun(FIRST_WEEK.parcels, found.chips).rows()
    told = {(row.pid, row.date.day): {n: c for n, c in enumerate(row.counts) if c} for row in rows}
    assert len(told) == 12 and told["a", 1] == {4: 100} and told["a", 3] == {4: 50, 9: 50}
    assert told["b", 3] == {4: 80} and told["c", 3] == {9: 100}


def test_bands_are_fetched_for_the_clear_dates_alone_and_measured(source, tmp_path):
    classes = source.fetch(FIRST_WEEK, tmp_path / "scl")
    clear = clear_dates(HistogramRun(FIRST_WEEK.parcels, classes.chips).rows())
    assert {FIRST_WEEK.parcels[n].pid: [one.date.day for one in dates] for n, dates in clear.items()} == {
        "a": [1, 5], "b": [1, 3, 5, 7], "c": [1, 5],
    }
    order = ChipOrder(FIRST_WEEK.parcels, MAY, ("B04", "B08"), clear)
    found = source.fetch(order, tmp_path / "bands")
    assert found.failures == ()
    chips = [*found.chips, *apply_index(found.chips, read_index("NDVI"))]
    points = SeriesRun(order.parcels, chips).points()
    by = {(point.pid, point.date.day, point.band): point for point in points}
    assert {(pid, day) for pid, day, _ in by} == {("a", 1), ("a", 5), ("b", 1), ("b", 3), ("b", 5), ("b", 7),
                                                  ("c", 1), ("c", 5)}
    rows = np.arange(44, 64)  # of the 10 m grid under parcel a
    red, infrared = (500 + rows) * 1e-4, (3000 + 20 + rows) * 1e-4
    point = by["a", 5, "B08"]
    assert (point.count, point.pixels) == (400, 400) and point.mean == pytest.approx(infrared.mean())
    assert by["a", 5, "B04"].maximum == pytest.approx(red.max())
    assert by["a", 5, "B04"].percentiles[50] == pytest.approx(np.median(red))
    ndvi = (infrared - red) / (infrared + red)
    assert by["a", 5, "NDVI"].mean == pytest.approx(ndvi.mean(), rel=1e-6)
    assert by["a", 5, "NDVI"].deviation == pytest.approx(ndvi.std(), rel=1e-4)


def test_a_second_run_asks_for_little(hub_chips, tmp_path):
    first = hub_chips.fetch(FIRST_WEEK, tmp_path / "one")
    again = hub_chips.fetch(FIRST_WEEK, tmp_path / "one")
    assert again.requests == 0 and [chip.path for chip in again.chips] == [chip.path for chip in first.chips]


def test_a_parcel_comes_with_its_surroundings_from_every_source(source, tmp_path):
    season = ParcelSeason(source, FIRST_WEEK.parcels, MAY, tmp_path)
    season.look()
    found = stack_bands(season.views(1, ("B08", "B04")), ("B08", "B04"))
    assert found.failures == () and [chip.date.day for chip in found.chips] == [1, 3, 5, 7]
    assert {chip.parcels for chip in found.chips} == {(1,)}
    asked = view_box(FIRST_WEEK.parcels[1])
    for chip in found.chips:
        dataset = gdal.Open(str(chip.path))
        left, step, _, top, _, down = dataset.GetGeoTransform()
        assert dataset.RasterCount == 2 and left <= asked.min_x and top >= min(asked.max_y, 5000640)
        assert left + step * dataset.RasterXSize >= min(asked.max_x, 500640)
        assert top + down * dataset.RasterYSize <= asked.min_y


def test_no_acquisition_is_no_failure(source, tmp_path):
    from sentinel_workbench.core.model.timerange import TimeRange

    found = source.fetch(ChipOrder(parcels("a"), TimeRange.of_days("2021-01-01", "2021-01-31")), tmp_path)
    assert found.chips == () and found.failures == () and found.dates == ()


def test_a_parcel_half_outside_the_images_is_not_covered(source, tmp_path):
    order = ChipOrder(parcels("o'e"), MAY)
    rows = HistogramRun(order.parcels, source.fetch(order, tmp_path).chips).rows()
    assert len(rows) == DAYS and {row.verdict for row in rows} == {Verdict.NOT_COVERED}
    assert {row.pixels for row in rows} == {130} and {row.counts[4] for row in rows[::2]} == {21}


def test_a_parcel_smaller_than_a_pixel_has_no_verdict(source, tmp_path):
    order = ChipOrder(parcels("d"), MAY)
    rows = HistogramRun(order.parcels, source.fetch(order, tmp_path).chips).rows()
    assert {row.verdict for row in rows} == {Verdict.NO_PIXEL}


def test_bands_that_do_not_exist_are_refused(hub_chips, cbm_chips, stac_chips, tmp_path):
    order = ChipOrder(parcels("a"), MAY, ("B99",))
    for chips in (hub_chips, cbm_chips, stac_chips):
        with pytest.raises(InvalidInput, match="B99"):
            chips.fetch(order, tmp_path)


def test_a_parcel_too_large_for_a_chip_fails_alone(cbm_chips, tmp_path):
    order = ChipOrder((rectangle(497000, 4997000, 503000, 5003000, "huge"), *parcels("a")), MAY)
    found = cbm_chips.fetch(order, tmp_path)
    assert [failure.parcels for failure in found.failures] == [(0,)]
    assert "needs a chip of" in found.failures[0].sentence and {chip.parcels for chip in found.chips} == {(1,)}


def test_many_parcels_share_the_chips_of_a_cbm_server():
    many = [rectangle(500000 + 300 * (n % 40), 4990000 + 300 * (n // 40), 500200 + 300 * (n % 40),
                      4990200 + 300 * (n // 40), str(n)) for n in range(1000)]
    places = chip_places(many)
    assert len(places) == 15 and sorted(n for one in places for n in one.numbers) == list(range(1000))
    assert len(chip_places(many[:30])) == 30 and plan_season(many).chips_a_date == 15
    wide = rectangle(500000, 4990000, 504000, 4994000, "wide")  # in a square that is too large for a chip with it
    apart = chip_places((*many[:100], wide))
    assert all(one.size_m <= 5120 for one in apart) and sorted(n for one in apart for n in one.numbers)[-1] == 100


def test_clear_dates_of_a_cbm_server_come_as_a_batch(data, tmp_path):
    with cbm_hub(data, quirks=True) as server:
        chips = CbmChips(server.client())
        classes = chips.fetch(FIRST_WEEK, tmp_path)
        clear = clear_dates(HistogramRun(FIRST_WEEK.parcels, classes.chips).rows())
        before = server.count("rawChipByLocation")
        chips.fetch(ChipOrder(FIRST_WEEK.parcels, MAY, ("B04", "B08"), clear), tmp_path)
        assert server.count("rawChipByLocation") == before and server.count("rawChipsBatch") == 3


def test_a_bad_login_and_a_server_that_is_gone_end_the_run(data, tmp_path):
    with cbm_hub(data) as server:
        with pytest.raises(AuthenticationFailed):
            CbmChips(server.client(password="wrong")).fetch(FIRST_WEEK, tmp_path)
        url = server.url
    gone = CbmChips(CbmClient(CbmConnection("gone", url), CbmLogin("u", "p")))
    with pytest.raises(ConnectionFailed):
        gone.fetch(ChipOrder(parcels(), MAY), tmp_path)


def test_a_server_that_fails_for_every_place_is_not_asked_a_thousand_times(tmp_path):
    from range_server import HTML, RangeServer

    class Failing(RangeServer):
        def answer(self, method, path, query, headers, body):
            return 500, {"Content-Type": "text/html"}, HTML

    own = tuple(rectangle(500000 + 900 * n, 5000000, 500100 + 900 * n, 5000100, str(n)) for n in range(40))
    with Failing(tmp_path / "served") as server:
        client = CbmClient(CbmConnection("x", server.base), CbmLogin("u", "p"))
        found = CbmChips(client, group_m=0).fetch(ChipOrder(own, MAY), tmp_path)
        assert len(server.log) == 10 * 3  # listed, made, made again
    assert found.chips == () and [failure.parcels for failure in found.failures] == [(n,) for n in range(40)]
    told = [failure.sentence for failure in found.failures]
    assert all("failed to make chips at" in one for one in told) and told[10] == told[39] == f"Not tried: {told[9]}"


def test_an_account_that_is_used_up_is_not_asked_a_thousand_times(tmp_path):
    from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
    from sentinel_workbench.core.model.scene import Scene

    class OneScene:
        def scenes(self, collection, bbox, period, max_cloud=None, progress=None):
            return (Scene(product(0), collection, dt.datetime(2019, 5, 1, tzinfo=dt.timezone.utc), None, None),)

    class Exhausted:
        asked = 0

        def fetch(self, order, progress):
            self.asked += 1
            failed = [ImageResult(one, None, State.FAILED, error="Nothing is left.") for one in order.orders()]
            return SeriesResult(order, tuple(failed))

    own = tuple(rectangle(500000 + 9000 * n, 5000000, 500100 + 9000 * n, 5000100, str(n)) for n in range(9))
    series = Exhausted()
    found = HubChips(series, OneScene()).fetch(ChipOrder(own, MAY), tmp_path)
    assert series.asked == 3 and len(found.failures) == 9 and found.chips == ()
    assert [failure.sentence for failure in found.failures] == ["Nothing is left."] * 3 + [
        "Not tried: Nothing is left."
    ] * 6


@pytest.mark.parametrize("tiles, crs", [(("31TDL",), UTM), (("32TKR",), "EPSG:32632"), (("32TKR", "31TDL"), UTM)])
def test_images_lie_on_the_grid_of_their_tile(tmp_path, tiles, crs):
    """A pass that only the neighbouring zone's tile has is asked for on that tile's own pixels."""
    from sentinel_workbench.core.model.results import SeriesResult
    from sentinel_workbench.core.model.scene import Scene

    class Passing:
        def scenes(self, collection, bbox, period, max_cloud=None, progress=None):
            date = dt.datetime(2019, 5, 1, 10, 50, tzinfo=dt.timezone.utc)
            return tuple(Scene(f"S2A_MSIL2A_20190501T105031_N0212_R051_T{tile}_20190501T1", collection,
                               date + dt.timedelta(seconds=14 * n), None, None) for n, tile in enumerate(tiles))

    class Listening:
        orders = []

        def fetch(self, order, progress):
            self.orders.append(order)
            return SeriesResult(order, ())

    series = Listening()
    HubChips(series, Passing()).fetch(ChipOrder(parcels("a"), MAY), tmp_path)
    grid, (slot,) = series.orders[-1].image.grid, series.orders[-1].slots
    assert grid.bbox.crs == crs and grid.resolution == (20.0, 20.0) and grid.bbox.min_x % 20 == 0
    assert slot.start.second == 0 and (slot.end - slot.start).seconds == 2 + 14 * (len(tiles) - 1)


def test_other_sizes_and_like_names_never_share_a_file(data, tmp_path):
    with cbm_hub(data, quirks=True) as server:
        small, large = (CbmChips(server.client(), size).fetch(ChipOrder(parcels("a"), MAY), tmp_path)
                        for size in (400, 800))
        assert [gdal.Open(str(chips.chips[0].path)).RasterXSize for chips in (small, large)] == [20, 40]
    names = {safe_stem(text) for text in ("a/1", "a_1", "a 1", "a?1", "", "chip", "x" * 200, "x" * 201)}
    assert len(names) == 8 and safe_stem("a-1.b") == "a-1.b" and all(len(name) < 140 for name in names)


def test_products_a_server_no_longer_has_are_told(data, tmp_path):
    from sentinel_workbench.core.model.chips import ClearDate

    gone = ClearDate(dt.datetime(2019, 5, 3, 10, 50, 31, tzinfo=dt.timezone.utc), product(1).replace("N0212", "N0500"))
    there = ClearDate(dt.datetime(2019, 5, 1, 10, 50, 31, tzinfo=dt.timezone.utc), product(0))
    with cbm_hub(data, quirks=True) as server:
        found = CbmChips(server.client()).fetch(ChipOrder(parcels("a"), MAY, ("B08",), {0: (there, gone)}), tmp_path)
    assert [chip.product for chip in found.chips] == [product(0)]
    assert found.notes == (f"The CbM server made no chip of {gone.product}.",)


def test_a_chip_that_is_no_tiff_fails_alone(data, tmp_path, monkeypatch):
    from sentinel_workbench.localhub import cbm_chips

    written = cbm_chips.write_tiff

    def spoiling(path, *rest):
        written(path, *rest)
        if product(1) in path.name:
            path.write_bytes(b"<html>sign in</html>")

    monkeypatch.setattr(cbm_chips, "write_tiff", spoiling)
    with cbm_hub(data, quirks=True) as server:
        found = CbmChips(server.client()).fetch(ChipOrder(parcels("a"), MAY), tmp_path)
    assert len(found.chips) == DAYS - 1 and "is no TIFF" in found.failures[0].sentence
    assert found.failures[0].date.day == 3


def test_neighbours_share_an_image_and_every_parcel_has_one():
    many = [rectangle(500000 + 300 * (n % 40), 4990000 + 300 * (n // 40), 500200 + 300 * (n % 40),
                      4990200 + 300 * (n // 40), str(n)) for n in range(1000)]
    groups = group_parcels(many)
    assert sorted(n for group in groups for n in group.numbers) == list(range(1000)) and len(groups) == 6
    assert all(group.size_m <= 5120 + 300 + 40 for group in groups)
    assert len(group_parcels(many[:7], 0)) == 7
    assert len(group_parcels([many[0], many[16 + 40 * 15]])) == 1  # wherever a few near each other lie
    triangle = {"type": "Polygon", "coordinates": [[[3, 45], [3.01, 45], [3, 45.01], [3, 45]]]}
    (one,) = group_parcels([Parcel("x", triangle)])
    assert one.bbox.crs == UTM and (one.lon, one.lat) == pytest.approx((3.005, 45.005), abs=1e-3)


@pytest.mark.parametrize("ring", [
    [[500000, 5000000], [500100, 5000000], [500100, 5000100], [500000, 5000000]],
    [[3, 45], [3, 45], [3, 45], [3, 45]],
])
def test_parcels_without_a_place_are_named(ring):
    parcel = Parcel("lost", {"type": "Polygon", "coordinates": [ring]})
    with pytest.raises(InvalidInput, match="Parcel lost has no place"):
        group_parcels([parcel])


def test_zones_of_products():
    assert zone_of_product("S2A_MSIL2A_20190601T105031_N0212_R051_T31UFU_20190615T121337") == "EPSG:32631"
    assert zone_of_product("S2B_38KLF_20190411_0_L2A") == "EPSG:32738"
    assert zone_of_product("20190411T105700") is None and zone_of_product("item-1") is None


def test_parcels_are_looked_over():
    bow = {"type": "Polygon", "coordinates": [[[3, 45], [3.1, 45.1], [3.1, 45], [3, 45.1], [3, 45]]]}
    empty = Parcel("empty", {"type": "Polygon", "coordinates": []})
    good, notes = look_over([Parcel("bow", bow), empty, *parcels("a")])
    assert [parcel.pid for parcel in good] == ["bow", "a"]
    assert len(notes) == 2 and "bow crosses" in notes[0] and "empty was left out" in notes[1]


def test_one_parcel_without_extent_or_place_stops_no_other():
    flat = rectangle(500000, 5000000, 500200, 5000000, "flat")
    lost = Parcel("lost", {"type": "Polygon", "coordinates": [[[500, 45], [501, 45], [501, 46], [500, 45]]]})
    good, notes = look_over([flat, lost, *parcels("a")])
    assert [parcel.pid for parcel in good] == ["a"] and [note.split(" was left out: ")[0] for note in notes] == [
        "Parcel flat", "Parcel lost"]


def test_numbers_of_products_since_baseline_four_are_shifted():
    assert numbers_of("B04", 212) == (0.0001, 0.0) and numbers_of("B04", 400) == (0.0001, -0.1)
    assert numbers_of("SCL", 500) == (1.0, 0.0) and numbers_of("VV", 0) == (1.0, 0.0)


def test_indices_by_name_formula_and_script():
    ndvi = read_index("ndvi")
    assert ndvi.name == "NDVI" and ndvi.bands == ("B04", "B08")
    own = read_index("ratio = B08 / B04")
    assert own.name == "ratio" and own.bands == ("B04", "B08")
    assert read_index("(B8A - B11) / (B8A + B11)").bands == ("B11", "B8A")
    script = """//VERSION=3
function setup() { return { input: [{bands: ["B04"], units: "DN"}], output: { bands: 2, sampleType: "FLOAT32" } }; }
function evaluatePixel(s) { return [s.B04, 1]; }"""
    sample = {"B04": np.array([[0.05, 0.1]]), "dataMask": np.ones((1, 2))}
    assert run_script(read_index(script).script, sample)[0].tolist() == [[pytest.approx(500), pytest.approx(1000)]]
    sample["B08"] = np.array([[0.15, 0.1]])
    sample["dataMask"] = np.array([[1.0, 0.0]])
    (values,) = run_script(ndvi.script, sample)
    assert values[0, 0] == pytest.approx(0.5) and math.isnan(values[0, 1])
    for text in ("", "XYZ", "B08; while(1);", "`B04`", "1 + 2"):
        with pytest.raises(InvalidInput):
            read_index(text)


def test_series_become_tables(hub_chips, tmp_path):
    order = ChipOrder(parcels("a", "o'e"), MAY, ("B08",))
    found = hub_chips.fetch(order, tmp_path)
    run = SeriesRun(order.parcels, found.chips, percents=(50,))
    assert write_series(run.dates(), order.parcels, tmp_path / "s.gpkg", tmp_path / "s.csv", (50,)) == 2 * DAYS
    with (tmp_path / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["pid", "date", "product", "band", "pixels", "count", "mean", "std", "min", "max", "p50"]
    assert rows[0]["count"] == "400" and rows[1]["pixels"] == "520" and int(rows[1]["count"]) == 14 * 14
    database = gdal.OpenEx(str(tmp_path / "s.gpkg"), gdal.OF_VECTOR)
    assert database.GetLayerByName("series").GetFeatureCount() == 2 * DAYS
    assert database.GetLayerByName("parcels").GetFeatureCount() == 2


def test_a_chip_that_is_damaged_is_told_and_the_rest_measured(stac_chips, tmp_path):
    found = stac_chips.fetch(ChipOrder(parcels("a"), MAY, ("B08",)), tmp_path)
    found.chips[0].path.write_bytes(b"II*\x00 broken")
    run = SeriesRun(parcels("a"), found.chips)
    assert len(run.points()) == DAYS - 1 and run.failures[0].date.day == 1


def test_the_place_of_a_single_parcel_is_its_middle():
    (group,) = group_parcels(parcels("a"), 0)
    assert (group.lon, group.lat) == pytest.approx((3.00127, 45.15356), abs=1e-3)
    assert abs(group.lon - LON) < 0.01 and abs(group.lat - LAT) < 0.01 and json.dumps(group.numbers) == "[0]"
