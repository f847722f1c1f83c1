"""Chips of a CbM server: counted, cut into windows, fetched; with every silence of the real one."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from cbm_hub import DAYS, FIRST, LAT, LON, TABLE, cbm_hub, classes, make_scenes, product
from osgeo import gdal

from sentinel_workbench.core.cbm.asking import CbmAsker
from sentinel_workbench.core.cbm.batches import BatchClient
from sentinel_workbench.core.cbm.chip_names import absolute_url, chip_address
from sentinel_workbench.core.cbm.chip_windows import cut_days, windows_of
from sentinel_workbench.core.cbm.chips import ChipClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.records import ChipQuery
from sentinel_workbench.core.cbm.turns import turn
from sentinel_workbench.core.errors import Cancelled, InvalidInput, NotThere, RequestRejected, UnexpectedAnswer
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.localhub import cbm_chip_requests

MAY, JUNE_END = dt.date(2019, 5, 1), dt.date(2019, 6, 30)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder)
    return folder


def chips_of(server, **more):
    return ChipClient(server.client(**more).asker)


def query(**changes):
    return ChipQuery(**{"lon": LON, "lat": LAT, "first": MAY, "last": JUNE_END, **changes})


@pytest.mark.parametrize("quirks", [False, True])
@pytest.mark.parametrize("generation", [3, 4])
@pytest.mark.parametrize("told", [None, 3, 4])
def test_more_than_24_chips_come_in_windows(data, quirks, generation, told):
    """Whatever the server is and whatever generation it is said to be."""
    with cbm_hub(data, quirks=quirks, generation=generation) as server:
        found = chips_of(server, generation=told).chips(query())
        assert [chip.product for chip in found.chips] == [product(n) for n in range(DAYS)]
        assert found.notes == () and len({chip.url for chip in found.chips}) == DAYS
        assert {chip.band for chip in found.chips} == {"SCL"} and {chip.baseline for chip in found.chips} == {212}
        assert found.requests == server.count("rawChipByLocation")
        windows = [q for _, path, q in server.requests if "onlylist" not in q and path.endswith("ByLocation")]
        assert len(windows) >= (2 if quirks else 0)


def test_counting_makes_no_chip(data):
    with cbm_hub(data, quirks=True) as server:
        client = chips_of(server)
        assert client.count(query()) == DAYS
        assert [q.get("onlylist") for _, _, q in server.requests] == ["True"]
        assert chips_of(server, generation=3).count(query()) is None
        assert client.count(query(first=dt.date(2020, 1, 1), last=dt.date(2020, 2, 1))) == 0


def test_places_are_written_with_a_fixed_number_of_decimals(data):
    with cbm_hub(data, quirks=True) as server:
        chips_of(server).chips(query(lon=3.0, lat=45.15))
        assert {(q["lon"], q["lat"]) for _, _, q in server.requests} == {("3.00000", "45.15000")}


def test_a_place_without_scenes_is_empty_though_its_first_answer_is_a_failure(data):
    with cbm_hub(data, quirks=True, generation=3) as server:
        empty = query(first=dt.date(2020, 1, 1), last=dt.date(2020, 1, 10))
        assert chips_of(server).chips(empty).chips == ()
        assert server.count("rawChipByLocation") == 2  # the listing failed, the window did not
    with cbm_hub(data, quirks=True) as server:
        assert chips_of(server).chips(empty).chips == () and server.count("rawChipByLocation") == 1


def test_a_chip_is_fetched_once_and_holds_the_pixels_of_its_scene(data, tmp_path):
    with cbm_hub(data, quirks=True) as server:
        client = chips_of(server)
        found = client.chips(query(last=MAY + dt.timedelta(days=3), size_m=400))
        paths = [client.fetch(chip, tmp_path / "chips") for chip in found.chips]
        assert [path.name for path in paths] == [f"{product(n)}.SCL.tif" for n in (0, 1)]
        dataset = gdal.Open(str(paths[1]))
        assert (dataset.RasterXSize, dataset.RasterYSize) == (20, 20)
        left, _, _, top, _, _ = dataset.GetGeoTransform()
        column, row = round((left - 499360) / 20), round((5000640 - top) / 20)
        assert (dataset.ReadAsArray() == classes(1)[row : row + 20, column : column + 20]).all()
        assert dataset.GetRasterBand(1).GetNoDataValue() is None
        before = len(server.requests)
        assert client.fetch(found.chips[0], tmp_path / "chips") == paths[0] and len(server.requests) == before


def test_chips_by_parcel_go_through_its_place(data):
    """Servers fail for every chip question by parcel id, so nothing asks one."""
    with cbm_hub(data, quirks=True) as server:
        client = server.client()
        parcel = client.parcel_by_id(TABLE, "a", geometry=False)
        found = ChipClient(client.asker).chips(query(lon=parcel.lon, lat=parcel.lat, band="B08", last=MAY))
        assert [chip.band for chip in found.chips] == ["B08"]


@pytest.mark.parametrize("quirks", [False, True])
def test_a_batch_is_sent_in_parts_of_36_and_its_addresses_work(data, tmp_path, quirks):
    with cbm_hub(data, quirks=quirks) as server:
        asker = server.client().asker
        names = [product(n) for n in range(20)]
        found = BatchClient(asker).batch(LON, LAT, names, ["B04", "B08"], 400)
        assert found.requests == 2 and len(found.chips) == 40
        assert {chip.band for chip in found.chips} == {"B04", "B08"}
        assert ChipClient(asker).fetch(found.chips[-1], tmp_path).stat().st_size > 100
        again = BatchClient(asker).batch(LON, LAT, [names[0] + ".SAFE"], ["B04"], 400)
        assert [chip.name for chip in again.chips] == [f"{names[0]}.B04.tif"]
        with pytest.raises(InvalidInput, match="Not a Sentinel-2 band: B99"):
            BatchClient(asker).batch(LON, LAT, names, ["B99"])


def test_radar_chips_are_there_for_both_polarisations_or_not_at_all(data):
    with cbm_hub(data, quirks=True) as server:
        client = BatchClient(server.client().asker)
        assert client.radar_chips(LON, LAT, (MAY, JUNE_END)).chips == ()
        with pytest.raises(InvalidInput, match="no Sentinel-1 product"):
            client.radar_chips(LON, LAT, (MAY, JUNE_END), "GRD")


def test_radar_chips_of_the_service_are_read():
    body = {"dates": ["20190601T054012_VV", "20190601T054012_VH"],
            "chips": ["static//tmp/x/a_VV.tif", "static//tmp/x/a_VH.tif"]}
    asker = CbmAsker(RequestsTransport(), CbmConnection("x", "https://cbm.example"), None)
    answers = [{}, body, {**body, "dates": ["20190615T054012_VV", "20190615T054012_VH"]}]
    asker.post = lambda route, sent, progress: answers.pop(0)
    found = BatchClient(asker).radar_chips(LON, LAT, (MAY, JUNE_END))
    assert found.requests == 3 and [chip.band for chip in found.chips] == ["VH", "VV"] * 2
    assert found.chips[0].url == "https://cbm.example/static/tmp/x/a_VH.tif"


def test_a_refused_batch_says_what_the_server_says(data):
    with cbm_hub(data, quirks=True) as server, pytest.raises(RequestRejected, match="4 parameters supplied, 5"):
        server.client().asker.post("rawChipsBatch", {"lon": 1, "lat": 2, "tiles": [], "bands": []}, Silent())


@pytest.mark.parametrize("generation", [3, 4])
def test_a_background_is_there_the_second_time_too(data, tmp_path, generation, monkeypatch):
    monkeypatch.setattr(cbm_chip_requests, "_VISIBLE", ("B08", "B04", "B04"))  # what these scenes have
    with cbm_hub(data, quirks=True, generation=generation) as server:
        client = chips_of(server)
        urls = [client.background(LON, LAT, 400.0) for _ in range(2)]
        assert all("/tmp/" in url or "/dump/" in url for url in urls) and urls[0] != urls[1]
        paths = [client.fetch_url(url, tmp_path / f"{number}.tif") for number, url in enumerate(urls)]
        assert [gdal.Open(str(path)).RasterCount for path in paths] == [3, 3]
        with pytest.raises(InvalidInput, match="'mars'"):
            client.background(LON, LAT, tms="mars")


def test_the_second_identical_question_for_a_background_is_varied(tmp_path):
    asker = CbmAsker(RequestsTransport(), CbmConnection("x", "https://cbm.example"), None)
    asked = []

    def ask_text(route, wanted, progress):
        asked.append(wanted["extend"])
        return "{}" if len(asked) == 1 else "static/tmp/E3N45/google.tif"

    asker.ask_text = ask_text
    assert ChipClient(asker).background(LON, LAT) == "https://cbm.example/static/tmp/E3N45/google.tif"
    assert asked == ["256", "256.5"]


def test_what_a_chip_cannot_be_is_refused_before_it_is_asked_for():
    for changes, words in (({"size_m": 5121}, "5121 m is not possible"), ({"size_m": 0}, "0 m"),
                           ({"band": "B8"}, "'B8' is no Sentinel-2 band"), ({"level": "L2A"}, "no processing level"),
                           ({"level": "LEVEL1C"}, "no scene classification"), ({"lat": 95}, "not a longitude"),
                           ({"first": JUNE_END, "last": MAY}, "before the first")):
        with pytest.raises(InvalidInput, match=words):
            query(**changes)


def test_a_wrong_place_or_date_names_what_to_check(data):
    class Strange(ChipQuery):
        """Values no check of ours lets through."""

        def __post_init__(self):
            pass

    with cbm_hub(data, quirks=True) as server, pytest.raises(RequestRejected, match="failed to make chips at 300.0"):
        chips_of(server).chips(Strange(300.0, 45.0, MAY, MAY))


def test_a_day_the_server_makes_no_chips_for_ends_the_splitting():
    asker = CbmAsker(RequestsTransport(), CbmConnection("x", "https://cbm.example"), None)
    asked = []
    asker.ask = lambda route, wanted, progress: asked.append(wanted) or {}
    with pytest.raises(UnexpectedAnswer, match="no chips for the single day 2019-05-01"):
        ChipClient(asker).chips(query(last=dt.date(2019, 5, 8)))
    assert len(asked) == 5  # listed, 8 days, 4, 2, 1


def test_a_chip_that_is_no_tiff_or_gone_leaves_nothing_behind(data, tmp_path):
    from range_server import HTML, RangeServer

    class Pages(RangeServer):
        def answer(self, method, path, query, headers, body):
            return (404 if "gone" in path else 200), {"Content-Type": "image/tiff"}, HTML

    with Pages(tmp_path / "served") as server:
        client = ChipClient(CbmAsker(RequestsTransport(), CbmConnection("x", server.base), CbmLogin("u", "p")))
        with pytest.raises(UnexpectedAnswer, match="a.tif is no TIFF"):
            client.fetch_url(f"{server.base}/a.tif", tmp_path / "here" / "a.tif")
        with pytest.raises(NotThere, match="not on the server any more"):
            client.fetch_url(f"{server.base}/gone.tif", tmp_path / "here" / "gone.tif")
    assert list((tmp_path / "here").iterdir()) == []


def test_the_login_goes_to_the_server_alone(tmp_path):
    from range_server import RangeServer

    seen = []

    class Listening(RangeServer):
        def answer(self, method, path, query, headers, body):
            seen.append(headers.get("authorization"))
            return 200, {"Content-Type": "image/tiff"}, b"II*\x00" + b"0" * 40

    with Listening(tmp_path / "one") as own, Listening(tmp_path / "two") as other:
        client = ChipClient(CbmAsker(RequestsTransport(), CbmConnection("x", own.base), CbmLogin("u", "p")))
        client.fetch_url(f"{own.base}/a.tif", tmp_path / "a.tif")
        client.fetch_url(f"{other.base}/b.tif", tmp_path / "b.tif")
    assert seen[0].startswith("Basic ") and seen[1] is None


@pytest.mark.parametrize("path, url", [
    ("/static/tmp/x/a.tif", "https://cbm.example/static/tmp/x/a.tif"),
    ("static//tmp/x/a.tif", "https://cbm.example/static/tmp/x/a.tif"),
    ("/dump/x/a.tif", "https://cbm.example/dump/x/a.tif"),
    ("cbm.example/dump/x/a.tif", "https://cbm.example/dump/x/a.tif"),
    ("http://other.example/dump/a.tif", "http://other.example/dump/a.tif"),
])
def test_addresses_of_all_generations(path, url):
    assert absolute_url("https://cbm.example", path) == url


def test_names_of_chips():
    name = "S2A_MSIL2A_20190601T105031_N0212_R051_T31UFU_20190615T121337"
    chip = chip_address("https://cbm.example", f"/static/tmp/E5/{name}.SCL.tif")
    assert (chip.product, chip.tile, chip.baseline, chip.band) == (name, "31UFU", 212, "SCL")
    assert chip.date == dt.datetime(2019, 6, 1, 10, 50, 31, tzinfo=dt.timezone.utc)
    assert chip_address("https://cbm.example", "/x/S1A_20190601T054012.tif", "20190601T054012_VV").band == "VV"
    for path in ("/x/", "/x/..", "/x/a b.tif", "/x/plain.tif", "/x/.hidden.tif"):
        assert chip_address("https://cbm.example", path) is None


def test_windows_hold_few_enough_products_and_leave_no_day_out():
    days = [MAY + dt.timedelta(days=n // 2) for n in range(100)]
    windows = windows_of(MAY, JUNE_END, days, 24)
    assert windows[0][0] == MAY and windows[-1][1] == JUNE_END
    held = [sum(first <= day <= last for day in days) for first, last in windows]
    assert max(held) <= 24 and sum(held) == 100 and len(windows) == 5
    assert windows_of(MAY, JUNE_END, [], 24) == []
    assert windows_of(MAY, MAY, [MAY] * 30, 24) == [(MAY, MAY)]
    assert cut_days(MAY, JUNE_END, 30)[-1] == (dt.date(2019, 6, 30), JUNE_END)


def test_two_at_one_place_take_turns_and_waiting_can_be_cancelled():
    entered, leave, order = threading.Event(), threading.Event(), []

    def first():
        with turn(("host", "1", "2"), Silent()):
            entered.set()
            leave.wait(60)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(60)
    watched = Watched()
    watched.cancel()
    with pytest.raises(Cancelled):
        with turn(("host", "1", "2"), watched):
            order.append("never")
    with turn(("host", "3", "4"), Silent()):
        order.append("elsewhere")
    leave.set()
    with turn(("host", "1", "2"), Silent()):
        order.append("second")
    thread.join()
    assert order == ["elsewhere", "first", "second"]


def test_real_parcels_have_real_classes(tmp_path):
    from real_scenes import DATA, SITE, make_cogs

    from sentinel_workbench.core.cbm.records import ParcelTable
    from sentinel_workbench.localhub.ingest import ingest_folder

    scenes = make_cogs(tmp_path / "cogs")
    ingest_folder(scenes, tmp_path / "hub", "sentinel-2-l2a")
    parcels = DATA / "s2_parcels" / f"parcels_{SITE}.geojson"
    with cbm_hub(tmp_path / "hub", quirks=True, parcels=Path(parcels)) as server:
        client = server.client()
        (area,) = client.info().areas
        table = ParcelTable(area.aoi, area.years[0])
        rows = client.time_series(table, f"{SITE}-06", band="B04")
        (row,) = [row for row in rows if f"{row.date:%Y%m%d}" == "20190411"]
        assert row.numbers["count"] == 588 and row.numbers["mean"] == pytest.approx(247.0, abs=0.05)
        assert row.histogram == {4: 144}  # the outline of the GeoJSON; see the data's notes on 20 m centres
        parcel = client.parcel_by_id(table, f"{SITE}-06")
        found = ChipClient(client.asker).chips(
            ChipQuery(parcel.lon, parcel.lat, dt.date(2019, 4, 1), dt.date(2019, 6, 30), "SCL", 640)
        )
        assert len(found.chips) >= 10 and all(chip.tile == "31UES" for chip in found.chips)


assert FIRST.date() == MAY
