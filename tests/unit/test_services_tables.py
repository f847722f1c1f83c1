"""The GeoPackage tells what each image is made of and opens everywhere."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from osgeo import ogr

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State, TileRecord
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.services.tables import write_tables

SQUARE = {"type": "Polygon", "coordinates": [[[46, -16], [47, -16], [47, -15], [46, -15], [46, -16]]]}
WHEN = dt.datetime(2019, 1, 12, 7, 3, 9, 250000, tzinfo=dt.timezone.utc)


def series(folder):
    order = ImageOrder(
        PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 7, 11), (DataSource("sentinel-2-l1c"),), "//VERSION=3"
    )
    slots = calendar_months(TimeRange.of_days("2019-01-01", "2019-03-31"))
    tiles = (
        TileRecord("S2A_T38LQK", WHEN, 3.5, 0.75, SQUARE),
        TileRecord("odd", WHEN, None, None, {"type": "Point", "coordinates": [1, 2]}),
    )
    images = (
        ImageResult(
            order.at(slots[0]), slots[0], State.DONE, {"default": folder / "jan.tif"}, tiles=tiles,
            area_cloud_percent=12.5, processing_units=2.52, requests=2,
        ),
        ImageResult(order.at(slots[1]), slots[1], State.FAILED, error="Quota used up."),
        ImageResult(order.at(slots[2]), slots[2], State.DONE, {"default": Path("/x/cache/mar.tif")},
                    from_cache=True, processing_units=0.0, notes=("It is empty.",)),
    )
    return SeriesResult(SeriesOrder(order, slots), images)


def test_one_row_an_image(tmp_path):
    write_tables(series(tmp_path), tmp_path / "tables.gpkg")
    rows = sqlite3.connect(tmp_path / "tables.gpkg").execute(
        "select id, slot_from, slot_to, file, area_cloud_percent, units_spent, from_cache, state, error from images"
    ).fetchall()
    assert rows == [
        (1, "2019-01-01T00:00:00.000Z", "2019-02-01T00:00:00.000Z", "jan.tif", 12.5, 2.52, 0, "done", None),
        (2, "2019-02-01T00:00:00.000Z", "2019-03-01T00:00:00.000Z", None, None, None, 0, "failed", "Quota used up."),
        (3, "2019-03-01T00:00:00.000Z", "2019-04-01T00:00:00.000Z", "/x/cache/mar.tif", None, 0.0, 1, "done",
         "It is empty."),
    ]


def test_tiles_have_footprints_and_point_to_their_image(tmp_path):
    write_tables(series(tmp_path), tmp_path / "tables.gpkg")
    database = ogr.Open(str(tmp_path / "tables.gpkg"))
    tiles = database.GetLayerByName("tiles")
    assert tiles.GetSpatialRef().GetAuthorityCode(None) == "4326"
    first, second = list(tiles)
    assert first["image_id"] == 1 and first["tile_id"] == "S2A_T38LQK"
    assert (first["tile_cloud_percent"], first["share"]) == (3.5, 0.75)
    assert first["date"].startswith("2019/01/12 07:03:09.25") and first["date"].endswith("+00")
    assert first.GetGeometryRef().GetEnvelope() == (46, 47, -16, -15)
    assert second["share"] is None and second.GetGeometryRef() is None


def test_a_second_write_replaces_the_first(tmp_path):
    result = series(tmp_path)
    write_tables(result, tmp_path / "tables.gpkg")
    write_tables(SeriesResult(result.order, result.images[:1]), tmp_path / "tables.gpkg")
    assert ogr.Open(str(tmp_path / "tables.gpkg")).GetLayerByName("images").GetFeatureCount() == 1
    assert [p.name for p in tmp_path.iterdir()] == ["tables.gpkg"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StorageError):
        write_tables(series(tmp_path), tmp_path / "nowhere" / "tables.gpkg")
