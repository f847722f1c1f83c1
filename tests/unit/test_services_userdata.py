"""User data of scripts as JSON and as tables."""

from __future__ import annotations

import csv
import dataclasses
import json

import pytest
from sample_series import series

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.services.userdata import userdata_rows, write_userdata


@pytest.mark.parametrize("value, rows", [
    (None, []),
    (5, [{"value": 5}]),
    ([1, [2]], [{"value": 1}, {"value": "[2]"}]),
    ({"mean": 0.5, "dates": {"a": 1}}, [{"mean": 0.5, "dates": '{"a": 1}'}]),
    ({"day": ["a", "b"], "cloud": [1, 2]}, [{"day": "a", "cloud": 1}, {"day": "b", "cloud": 2}]),
    ({"scenes": [{"d": 1}, {"d": 2}], "n": 2}, [{"n": 2, "d": 1}, {"n": 2, "d": 2}]),
    ({"scenes": [{"d": 1}, {"d": 2}]}, [{"d": 1}, {"d": 2}]),
    ([{"a": 1}, {"b": [1]}], [{"a": 1}, {"b": "[1]"}]),
    ({}, [{}]),
])
def test_rows(value, rows):
    assert userdata_rows(value) == rows


def with_userdata(folder, *values):
    images = series(folder, len(values)).images
    return [dataclasses.replace(image, userdata=value) for image, value in zip(images, values)]


def test_a_table_tells_the_slot_of_each_row(tmp_path):
    write_userdata(with_userdata(tmp_path, {"n": [1, 2], "d": ["x", "y"]}, None, {"n": 3}), tmp_path / "u.csv")
    with (tmp_path / "u.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["from"][:7], row["n"], row["d"]) for row in rows] == [
        ("2019-01", "1", "x"), ("2019-01", "2", "y"), ("2019-03", "3", "")
    ]


def test_json_of_one_is_the_value_and_of_several_by_slot(tmp_path):
    one, two = with_userdata(tmp_path, {"ä": 1}, [2])
    write_userdata([one], tmp_path / "deep" / "one.json")
    assert json.loads((tmp_path / "deep" / "one.json").read_text(encoding="utf-8")) == {"ä": 1}
    write_userdata([one, two], tmp_path / "both.json")
    both = json.loads((tmp_path / "both.json").read_text(encoding="utf-8"))
    assert both == {"2019-01-01_2019-01-31": {"ä": 1}, "2019-02-01_2019-02-28": [2]}


def test_other_places_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match=".json nor .csv"):
        write_userdata([], tmp_path / "u.txt")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        write_userdata([], tmp_path / "file" / "u.json")
