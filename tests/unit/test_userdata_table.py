"""User data of scripts as a table: typed columns, odd names, and nothing where there is nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from osgeo import ogr
from sample_series import series

from sentinel_workbench.core.services.tables import write_tables

ogr.UseExceptions()


def table_of(tmp_path, *userdata):
    """(column name to declared type, rows) of the table that images with ``userdata`` get."""
    result = series(tmp_path, months=len(userdata))
    images = tuple(replace(image, userdata=value) for image, value in zip(result.images, userdata))
    write_tables(replace(result, images=images), tmp_path / "t.gpkg")
    with closing(sqlite3.connect(tmp_path / "t.gpkg")) as database:
        columns = {name: kind for _, name, kind, *_ in database.execute("pragma table_info(userdata)")}
        rows = database.execute("select * from userdata order by fid").fetchall() if columns else []
    return columns, [row[1:] for row in rows]


def test_members_are_columns_with_their_types(tmp_path):
    columns, rows = table_of(
        tmp_path, {"count": 3, "mean": 1, "name": "Betsiboka ü", "clear": True, "more": {"a": [1]}},
        {"count": 1 << 40, "mean": 0.25, "name": None, "clear": False},
    )
    assert columns == {"fid": "INTEGER", "image_id": "MEDIUMINT", "count": "INTEGER", "mean": "REAL", "name": "TEXT",
                       "clear": "BOOLEAN", "more": "TEXT"}
    assert rows == [(1, 3, 1.0, "Betsiboka ü", 1, '{"a": [1]}'), (2, 1 << 40, 0.25, None, 0, None)]


def test_a_list_is_a_row_each(tmp_path):
    _, rows = table_of(tmp_path, [{"date": "2019-01-02", "n": 1}, {"date": "2019-01-07", "n": 2}], [7, "x"])
    assert rows == [(1, "2019-01-02", 1, None), (1, "2019-01-07", 2, None), (2, None, None, "7"), (2, None, None, "x")]


def test_without_user_data_there_is_no_table(tmp_path):
    assert table_of(tmp_path, None, None) == ({}, [])
    assert {layer.GetName() for layer in ogr.Open(str(tmp_path / "t.gpkg"))} == {"images", "tiles"}


@pytest.mark.parametrize("value, expected", [
    ({"n": 1 << 70}, str(1 << 70)), ({"n": float("nan")}, None), ({"n": [[None]]}, "[null]"), ({"n": ""}, ""),
])
def test_odd_values(tmp_path, value, expected):
    assert table_of(tmp_path, value)[1] == [(1, expected)]


def test_numbers_in_one_image_and_text_in_another_are_text(tmp_path):
    assert table_of(tmp_path, {"n": 1}, {"n": "one"}, {"n": True})[1] == [(1, "1"), (2, "one"), (3, "true")]


def test_odd_names_are_columns_all_the_same(tmp_path):
    value = {"image_id": 1, "fid": 2, "FID": 3, "Geom": 4, "": 5, "a\"b'; drop table images": 6, "A": 7, "a": 8}
    columns, rows = table_of(tmp_path, value)
    assert list(columns)[2:] == ["image_id_2", "fid_2", "FID_3", "Geom_2", "value", "a\"b'; drop table images", "A",
                                 "a_2"]
    assert rows == [(1, 1, 2, 3, 4, 5, 6, 7, 8)]


def test_very_many_members_are_one_text(tmp_path):
    columns, rows = table_of(tmp_path, {f"m{number}": number for number in range(3000)})
    assert list(columns) == ["fid", "image_id", "value"] and rows[0][1].startswith('{"m0": 0, ')
