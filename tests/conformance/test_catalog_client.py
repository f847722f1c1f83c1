"""The public library's Catalog client against the local hub: documents, filters, areas, fields, pages and times."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from public_library import run_client

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.localhub.oauth import random_account
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.serving import LocalHub
from sentinel_workbench.localhub.store import SceneStore

CLIENT = Path(__file__).with_name("catalog_client.py")
AREA = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]}
MOMENTS = (
    ("2019-01-01T10:50:00.120Z", 0.0), ("2019-01-10T10:50:00Z", 25.5), ("2019-01-10T10:50:15Z", 55.0),
    ("2019-02-10T10:50:00Z", 80.0), ("2019-03-10T10:50:00Z", 5.0),
)


def stored(collection, name, moment, cloud=None, **properties):
    date = dt.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return StoredScene(name, collection, date, cloud, AREA, {"B04": BandFile(f"/x/{name}/B04.tif")}, properties)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What each job of the client script found in a hub of five optical and three radar scenes."""
    data = tmp_path_factory.mktemp("catalog")
    store = SceneStore(data)
    for name in ("sentinel-2-l2a", "sentinel-1-grd"):
        store.add_collection(find_collection(name))
    store.add_scenes(stored("sentinel-2-l2a", f"S2A_{i}", *moment) for i, moment in enumerate(MOMENTS))
    store.add_scenes(
        stored(
            "sentinel-1-grd", f"S1A_{i}", moment, acquisitionMode="IW", polarization="DV", resolution="HIGH",
            orbitDirection=direction,
        )
        for i, ((moment, _), direction) in enumerate(zip(MOMENTS, ("ASCENDING", "DESCENDING", "ASCENDING")))
    )
    store.close()
    with LocalHub(data, random_account(), workers=1) as hub:
        found = run_client(CLIENT, "everything", tmp_path_factory.mktemp("client"), hub.address())
    return found.__getitem__


def names(*numbers):
    return [f"S2A_{number}" for number in numbers]


def test_documents(ask):
    found = ask("documents")
    assert found["collections"] == ["sentinel-1-grd", "sentinel-2-l2a"]
    assert found["info"]["conformsTo"] == found["conformance"]["conformsTo"]
    assert found["collection"]["id"] == "sentinel-2-l2a" and found["feature"] == found["first"]


def test_filters_ids_and_times(ask):
    found = ask("filters")
    assert found["all"] == names(4, 3, 2, 1, 0)
    assert found["text"] == found["json"] == found["crs"] == names(4, 1, 0)
    assert found["both"] == names(2, 1)
    assert found["wanted"] == names(3, 2)
    assert found["january"] == names(2, 1, 0) and found["from"] == names(4, 3) and found["day"] == names(2, 1)


def test_areas(ask):
    assert ask("areas") == {"box": 5, "geometry": 5, "far": []}


def test_fields_as_in_the_recorded_answers(ask):
    found = ask("fields")
    assert found["few"][0] == {
        "id": "S2A_4", "properties": {"datetime": "2019-03-10T10:50:00Z", "eo:cloud_cover": 5.0},
    }
    assert set(found["less"][0]) == {"id", "type", "geometry", "bbox", "properties"}


def test_pages(ask):
    found = ask("pages")
    assert found["paged"] == found["whole"] == names(4, 3, 2, 1, 0)


def test_timestamps_and_distinct_dates(ask):
    found = ask("times")
    assert found["timestamps"][0] == "2019-03-10T10:50:00+00:00"
    assert found["timestamps"][-1] == "2019-01-01T10:50:00.120000+00:00" and found["clustered"] == 4
    assert found["distinct"] == ["2019-03-10", "2019-02-10", "2019-01-10", "2019-01-01"]
    assert len(found["available"]) == 3 and set(found["areas"]) == {"4326"}


def test_radar_with_the_librarys_own_filters(ask):
    found = ask("radar")
    assert "sat:orbit_state='ascending'" in found["SENTINEL1_IW_ASC"]["filter"]
    assert found["SENTINEL1_IW_ASC"]["ids"] == ["S1A_2", "S1A_0"]
    assert found["SENTINEL1_IW_DES"]["ids"] == ["S1A_1"]
    assert found["SENTINEL1_EW"]["ids"] == []


def test_a_refusal_shows_the_hubs_message(ask):
    assert "can't be read" in ask("refused")["message"]
