"""Class histograms of parcels: counts, verdicts, tables."""

from __future__ import annotations

import csv
import datetime as dt
import json

import numpy as np
import pytest
from cbm_hub import NORTH, UTM, WEST
from osgeo import gdal
from parcel_cases import class_chip, parcels, rectangle
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import Cancelled, InvalidInput, StorageError
from sentinel_workbench.core.model.chips import ChipOrder
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services.scl_histogram import (
    ClearRule,
    HistogramRun,
    Verdict,
    clear_dates,
    judge_again,
)
from sentinel_workbench.core.services.scl_tables import COLUMNS, write_histograms

CLEAR, NOT_CLEAR, NOT_COVERED, NO_PIXEL = Verdict


def counts(**numbers):
    """``counts(c4=10, c9=1)``."""
    return tuple(numbers.get(f"c{n}", 0) for n in range(12))


@pytest.mark.parametrize("told, rule, verdict, share", [
    (counts(c4=187), {}, CLEAR, 1.0),
    (counts(c4=186, c5=1), {}, CLEAR, 1.0),
    (counts(c4=1, c5=44, c7=42, c8=63, c9=37), {}, NOT_CLEAR, 87 / 187),
    (counts(c8=26, c10=161), {}, NOT_CLEAR, 0.0),
    (counts(c4=9, c10=1), {"bad_classes": {3, 8, 9, 11}}, CLEAR, 1.0),
    (counts(c4=9, c8=1), {"max_bad_share": 0.1}, CLEAR, 0.9),
    (counts(c4=89, c8=11), {"max_bad_share": 0.1}, NOT_CLEAR, 0.89),
    (counts(c0=1, c4=9), {}, NOT_COVERED, 0.9),
    (counts(c0=1, c4=9), {"min_coverage": 0.9}, CLEAR, 0.9),
    (counts(c0=1, c4=9), {"min_coverage": 0.5, "bad_classes": {0, 1, 3, 8, 9, 11}}, NOT_CLEAR, 0.9),
    (counts(c0=10), {"min_coverage": 0.0}, NOT_COVERED, 0.0),
    (counts(c0=10), {"min_coverage": 0.0, "bad_classes": set()}, NOT_COVERED, 0.0),
    (counts(c0=5, c9=5), {}, NOT_CLEAR, 0.0),
    (counts(), {"min_coverage": 0.0}, NO_PIXEL, 0.0),
])
def test_a_rule_judges_counts(told, rule, verdict, share):
    found = ClearRule(**rule).judge(told)
    assert found[0] is verdict and found[1] == pytest.approx(share)


def test_rules_that_make_no_sense_are_refused():
    for changes, words in (({"bad_classes": {12}}, "12 is no scene class"), ({"max_bad_share": 1.5}, "1.5"),
                           ({"min_coverage": -0.1}, "-0.1")):
        with pytest.raises(InvalidInput, match=words):
            ClearRule(**changes)


def run(tmp_path, numbers=(0, 1), **rule):
    own = parcels()
    chips = [class_chip(tmp_path, number, own) for number in numbers]
    return HistogramRun(own, chips, ClearRule(**rule))


def test_each_parcel_has_a_row_for_each_date(tmp_path):
    rows = run(tmp_path).rows()
    assert [(row.pid, row.date.day) for row in rows] == [
        (pid, day) for day in (1, 3) for pid in ("a", "b", "c", "d", "o'e")
    ]
    by = {(row.pid, row.date.day): row for row in rows}
    assert by["a", 1].counts == counts(c4=100) and by["a", 1].verdict is CLEAR
    assert by["a", 3].counts == counts(c4=50, c9=50) and by["a", 3].verdict is NOT_CLEAR
    assert by["b", 3].verdict is CLEAR and by["c", 3].counts == counts(c9=100)
    assert by["d", 1].verdict is NO_PIXEL and by["d", 1].pixels == 0
    half = by["o'e", 1]
    assert half.counts[0] == 130 - 7 * 3 and half.verdict is NOT_COVERED and half.pixels == 130
    assert 0 < half.clear_share < 1


def test_strict_mode_counts_what_the_outline_touches(tmp_path):
    rows = {(row.pid, row.date.day): row for row in run(tmp_path, all_touched=True).rows()}
    assert rows["d", 1].verdict is CLEAR and rows["d", 1].pixels >= 1
    assert rows["d", 3].verdict is NOT_CLEAR and rows["a", 1].pixels == 100  # its outline follows the pixels


def test_a_class_beyond_the_legend_counts_as_no_data(tmp_path):
    own = (rectangle(WEST, NORTH - 40, WEST + 40, NORTH, "a"),)
    write_raster(tmp_path / "odd.tif", np.array([[4, 12], [200, 4]], np.uint8), WEST, NORTH, 20.0, UTM)
    chip = class_chip(tmp_path, 0, own, path=tmp_path / "odd.tif")
    (row,) = HistogramRun(own, [chip]).rows()
    assert row.counts == counts(c0=2, c4=2) and row.verdict is NOT_COVERED


def test_of_overlapping_images_of_a_pass_the_best_covering_counts_whatever_its_zone(tmp_path):
    """The second tile lies in the neighbouring zone and covers the parcel fully."""
    from sentinel_workbench.core.model.projection import transform_point

    own = (rectangle(500000, 5000000, 500200, 5000200, "a"),)
    half = class_chip(tmp_path, 0, own, path=tmp_path / "half.tif")
    write_raster(half.path, np.full((10, 5), 9, np.uint8), 500000, 5000200, 20.0, UTM)
    x, y = transform_point(500000, 5000000, UTM, "EPSG:32630")
    write_raster(tmp_path / "whole.tif", np.full((60, 60), 5, np.uint8), x - 400, y + 800, 20.0, "EPSG:32630")
    whole = class_chip(tmp_path, 0, own, path=tmp_path / "whole.tif", product="other",
                       date=half.date + dt.timedelta(seconds=14))
    for order in ([half, whole], [whole, half]):
        (row,) = HistogramRun(own, order).rows()
        assert row.product == "other" and row.counts[5] == row.pixels and abs(row.pixels - 100) < 8
    newer = class_chip(tmp_path, 0, own, path=tmp_path / "whole.tif", product="newer", baseline=500)
    (row,) = HistogramRun(own, [whole, newer, half]).rows()
    assert row.product == "newer"


def test_an_image_that_cannot_be_read_is_told_and_stops_no_other(tmp_path):
    own = parcels("a")
    bad = class_chip(tmp_path, 0, own, path=tmp_path / "bad.tif")
    bad.path.write_bytes(b"<html>")
    counting = HistogramRun(own, [bad, class_chip(tmp_path, 1, own)])
    assert [row.date.day for row in counting.rows()] == [3]
    assert counting.failures[0].date.day == 1 and "bad.tif is not an image" in counting.failures[0].sentence


def test_counting_can_be_cancelled(tmp_path):
    watched = Watched()
    dates = run(tmp_path).dates(watched)
    next(dates)
    watched.cancel()
    with pytest.raises(Cancelled):
        next(dates)


def test_verdicts_change_with_the_rule_without_counting_again(tmp_path):
    rows = run(tmp_path).rows()
    assert [row.date.day for row in rows if row.verdict is CLEAR and row.pid == "a"] == [1]
    mild = judge_again(rows, ClearRule(max_bad_share=0.6))
    assert [row.date.day for row in mild if row.verdict is CLEAR and row.pid == "a"] == [1, 3]
    found = clear_dates(mild)
    assert [one.date.day for one in found[0]] == [1, 3] and 3 not in found


def test_tables_hold_every_row_and_every_parcel(tmp_path):
    own = parcels()
    counting = run(tmp_path)
    written = write_histograms(counting.dates(), own, tmp_path / "out.gpkg", tmp_path / "out.csv")
    assert (written.rows, written.dates, written.verdicts[CLEAR]) == (10, 2, 4)
    assert written.clear == (1, 2, 1, 0, 0)
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 10
    assert rows[0]["date"] == "2019-05-01T10:50:31Z" and rows[0]["scl_4"] == "100" and rows[0]["verdict"] == "clear"
    database = gdal.OpenEx(str(tmp_path / "out.gpkg"), gdal.OF_VECTOR)
    table, outlines = database.GetLayerByName("histograms"), database.GetLayerByName("parcels")
    assert table.GetFeatureCount() == 10 and outlines.GetFeatureCount() == 5
    first = next(iter(table))
    assert first["pixels"] == 100 and first["clear_share"] == 1.0 and first["date"].startswith("2019/05/01 10:50:31")
    told = {row["pid"]: row for row in outlines}
    assert (told["a"]["dates"], told["a"]["clear_dates"], told["b"]["clear_dates"]) == (2, 1, 2)
    assert told["d"]["first_clear"] is None and told["b"]["last_clear"].startswith("2019/05/03")
    west, east, south, north = told["a"].geometry().GetEnvelope()
    assert 2.99 < west < east < 3.01 and 45.1 < south < north < 45.2


def test_a_table_that_cannot_be_finished_leaves_the_earlier_one(tmp_path):
    own = parcels()
    write_histograms(run(tmp_path).dates(), own, None, tmp_path / "out.csv")
    before = (tmp_path / "out.csv").read_bytes()

    def breaking():
        yield from run(tmp_path).dates()
        raise StorageError("The disk went away.")

    with pytest.raises(StorageError):
        write_histograms(breaking(), own, tmp_path / "out.gpkg", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == before and not (tmp_path / "out.gpkg").exists()
    with pytest.raises(StorageError):
        write_histograms([], own, None, tmp_path / "missing" / "out.csv")


def test_two_parcels_of_one_id_are_refused():
    twice = (*parcels("a"), *parcels("a"))
    with pytest.raises(InvalidInput, match="Two parcels have the id 'a'"):
        ChipOrder(twice, TimeRange.of_days("2019-05-01", "2019-05-31"))
    with pytest.raises(InvalidInput, match="no parcel"):
        ChipOrder((), TimeRange.of_days("2019-05-01", "2019-05-31"))


def test_the_reference_parcel_of_june_2019():
    """The eleven dates of the CbM documentation: three clear, one mixed, seven cloudy."""
    printed = {15: {9: 187}, 2: {8: 187}, 5: {9: 187}, 17: {4: 187}, 7: {8: 187},
               22: {4: 1, 5: 44, 7: 42, 8: 63, 9: 37}, 10: {8: 26, 10: 161}, 12: {8: 187}, 25: {4: 186, 5: 1},
               27: {9: 187}, 20: {4: 187}}
    verdicts = {day: ClearRule().judge([told.get(n, 0) for n in range(12)]) for day, told in printed.items()}
    assert sorted(day for day, (verdict, _) in verdicts.items() if verdict is CLEAR) == [17, 20, 25]
    assert [day for day, (verdict, share) in verdicts.items() if verdict is NOT_CLEAR and share > 0] == [22]


def test_real_series_has_the_histograms_of_its_notes(tmp_path):
    """Each 20 m pixel as its four quarters, which leaves no centre on an outline."""
    from real_scenes import DATA, SITE

    folder = DATA / "s2_parcels"
    if not folder.exists():
        pytest.skip(f"the real parcels are not at {DATA}")
    features = json.loads((folder / f"parcels_{SITE}.geojson").read_text())["features"]
    own = tuple(Parcel(f["properties"]["pid"], f["geometry"]) for f in features)
    (source,) = folder.glob(f"S2_L2A_20m_{SITE}_*.nc")
    group = gdal.OpenEx(str(source), gdal.OF_MULTIDIM_RASTER).GetRootGroup()
    series = group.OpenMDArray("SCL").ReadAsArray()
    expected = {
        "2018-08-04": {4: 510, 5: 78}, "2018-08-19": {5: 4, 7: 85, 8: 269, 9: 230},
        "2018-11-02": {2: 88, 3: 150, 4: 118, 7: 232}, "2018-12-22": {4: 15, 5: 44, 7: 323, 8: 168, 9: 38},
        "2019-01-01": {9: 588}, "2019-04-11": {4: 588}, "2019-09-18": {4: 101, 5: 52, 7: 303, 8: 120, 9: 12},
        "2019-10-28": {2: 17, 4: 546, 7: 25},
    }
    chips = []
    for number, values in enumerate(series):
        path = tmp_path / f"{number}.tif"
        quarters = np.kron(values, np.ones((2, 2), np.uint8)).astype(np.uint8)
        write_raster(path, quarters, 574680, 5622440, 10.0, UTM)
        chips.append(class_chip(tmp_path, number, own, path=path))
    rows = [row for row in HistogramRun(own, chips).rows() if row.pid == f"{SITE}-06"]
    found = [{n: count for n, count in enumerate(row.counts) if count} for row in rows]
    assert len(rows) == 72 and all(row.pixels == 588 for row in rows)
    for histogram in expected.values():
        assert histogram in found


def test_real_series_at_20_m_has_the_histograms_of_its_notes(tmp_path):
    """Outlines on the pixels' very edges, where the centre rule has to decide for 20 m pixels as GDAL does."""
    from osgeo import ogr, osr
    from real_scenes import DATA, SITE

    from sentinel_workbench.core.model.projection import spatial_reference

    folder = DATA / "s2_parcels"
    if not folder.exists():
        pytest.skip(f"the real parcels are not at {DATA}")
    (feature,) = [f for f in json.loads((folder / f"parcels_{SITE}.geojson").read_text())["features"]
                  if f["properties"]["pid"] == f"{SITE}-06"]
    shape = ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))
    shape.Transform(osr.CoordinateTransformation(spatial_reference("EPSG:4326"), spatial_reference(UTM)))
    outline = json.loads(shape.ExportToJson())
    outline["coordinates"] = [[[round(v / 10) * 10.0 for v in point[:2]] for point in ring]
                              for ring in outline["coordinates"]]
    own = (Parcel("06", outline, UTM),)
    (source,) = folder.glob(f"S2_L2A_20m_{SITE}_*.nc")
    group = gdal.OpenEx(str(source), gdal.OF_MULTIDIM_RASTER).GetRootGroup()
    found = []
    for number, values in enumerate(group.OpenMDArray("SCL").ReadAsArray()):
        path = write_raster(tmp_path / f"{number}.tif", values.astype(np.uint8), 574680, 5622440, 20.0, UTM)
        (row,) = HistogramRun(own, [class_chip(tmp_path, number, own, path=path)]).rows()
        found.append({n: count for n, count in enumerate(row.counts) if count})
    for expected in ({4: 131, 5: 19}, {5: 1, 7: 22, 8: 68, 9: 59}, {2: 22, 3: 38, 4: 33, 7: 57},
                     {4: 4, 5: 11, 7: 84, 8: 42, 9: 9}, {9: 150}, {4: 150},
                     {4: 25, 5: 13, 7: 80, 8: 29, 9: 3}, {2: 5, 4: 138, 7: 7}):
        assert expected in found


def test_recorded_histograms_of_a_paying_agency():
    """Ten parcels, 71 dates: those with all pixels in class 4 or 5, as the recording's notes count them."""
    from real_scenes import DATA

    folder = DATA / "cbm_series"
    if not folder.exists():
        pytest.skip(f"the recorded series are not at {DATA}")
    rule = ClearRule({1, 2, 3, 6, 7, 8, 9, 10, 11})
    clear = []
    for number in range(1, 11):
        with (folder / f"{number}_s2_ts.csv").open(newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["band"] == "B04"]
        assert len(rows) == 71
        told = [tuple(int(float(row[f"hist.{n}"] or 0)) for n in range(12)) for row in rows]
        clear.append(sum(rule.judge(one)[0] is CLEAR for one in told))
    assert clear[0] == 18 and sum(clear) == 203 and 18 <= min(clear) <= max(clear) <= 23
