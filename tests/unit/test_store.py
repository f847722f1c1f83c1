"""The scene store: search by place, time and cloud, in order, from several processes, fast."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys

import pytest

from sentinel_workbench.core.model.collection import Band, Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.records import BandFile, HubError, StoredScene
from sentinel_workbench.localhub.store import SceneStore, _box_shape, _search_sql

UTC = dt.timezone.utc
BASE = dt.datetime(2019, 1, 1, 10, 30, 0, 123000, tzinfo=UTC)


def box_polygon(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def scene(number, day=0, cloud=None, footprint=None, collection="c", bands=None):
    return StoredScene(
        f"scene-{number}", collection, BASE + dt.timedelta(days=day), cloud,
        footprint or box_polygon(10, 50, 11, 51), bands or {"B04": BandFile("/else/where/B04.tif")},
    )


def ids(scenes):
    return [s.scene_id for s in scenes]


@pytest.fixture()
def store(tmp_path):
    store = SceneStore(tmp_path / "data")
    yield store
    store.close()


def test_scene_survives_the_store(store, tmp_path):
    inside = BandFile(str(tmp_path.resolve() / "data" / "s" / "B04.tif"), 2, 0.5, -1000.0, 7.0)
    given = StoredScene(
        "a", "c", BASE, 12.5, box_polygon(1, 2, 3, 4), {"B04": inside, "B08": BandFile("/x/B08.tif", nodata=0.0)},
        {"tile": "38LQK"},
    )
    store.add_scenes([given])
    (found,) = store.search("c")
    assert found.row_id > 0
    assert (found.scene_id, found.collection, found.date, found.cloud_percent) == ("a", "c", BASE, 12.5)
    assert (found.footprint, found.bands, found.properties) == (given.footprint, given.bands, given.properties)


def test_data_folder_can_be_moved(store, tmp_path):
    store.add_scenes([scene(1, bands={"B04": BandFile(str(tmp_path.resolve() / "data" / "s" / "B04.tif"))})])
    store.close()
    (tmp_path / "data").rename(tmp_path / "moved")
    (found,) = SceneStore(tmp_path / "moved").search("c")
    assert found.bands["B04"].path == str(tmp_path.resolve() / "moved" / "s" / "B04.tif")


def test_replaced_scene_keeps_its_number(store):
    store.add_scenes([scene(1), scene(2)])
    before = store.scene("c", "scene-1").row_id
    store.add_scenes([scene(1, day=5, footprint=box_polygon(80, 10, 81, 11))])
    assert store.scene("c", "scene-1").row_id == before
    assert ids(store.search("c", BBox(80.2, 10.2, 80.4, 10.4))) == ["scene-1"]
    assert ids(store.search("c", BBox(10.2, 50.2, 10.4, 50.4))) == ["scene-2"]


def test_time_range_includes_both_ends(store):
    store.add_scenes([scene(n, day=n) for n in range(4)])
    one, two = BASE + dt.timedelta(days=1), BASE + dt.timedelta(days=2)
    assert ids(store.search("c", None, one, two)) == ["scene-2", "scene-1"]
    assert ids(store.search("c", None, one + dt.timedelta(milliseconds=1), two)) == ["scene-2"]
    assert ids(store.search("c", None, one, two - dt.timedelta(milliseconds=1))) == ["scene-1"]
    assert store.count("c", None, one, two) == 2


def test_orders_and_ties(store):
    store.add_scenes([scene(0, 0, 30), scene(1, 1, 10), scene(2, 2, None), scene(3, 2, 10), scene(4, 3, 50)])
    assert ids(store.search("c", order="mostRecent")) == ["scene-4", "scene-3", "scene-2", "scene-1", "scene-0"]
    assert ids(store.search("c", order="leastRecent")) == ["scene-0", "scene-1", "scene-3", "scene-2", "scene-4"]
    assert ids(store.search("c", order="leastCC")) == ["scene-3", "scene-1", "scene-0", "scene-4", "scene-2"]
    assert ids(store.search("c", order="leastCC", max_cloud_percent=30)) == ["scene-3", "scene-1", "scene-0", "scene-2"]
    assert ids(store.search("c", order="leastRecent", limit=2, offset=1)) == ["scene-1", "scene-3"]


def test_footprint_decides_not_its_box(store):
    triangle = {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [0, 10], [0, 0]]]}
    store.add_scenes([scene(1, footprint=triangle)])
    assert ids(store.search("c", BBox(1, 1, 2, 2))) == ["scene-1"]
    assert store.search("c", BBox(8, 8, 9, 9)) == []
    assert store.search("c", geometry=box_polygon(8, 8, 9, 9)) == []


def test_projected_box(store):
    store.add_scenes([scene(1, footprint=box_polygon(3.0, 50.0, 3.1, 50.1)), scene(2)])
    assert ids(store.search("c", BBox(500100, 5539000, 501000, 5540000, "EPSG:32631"))) == ["scene-1"]


def test_collections(store):
    mine = Collection("mine", "MINE", "Mine", (Band("A", ("DN",), 10.0, {"DN": 1.0}),))
    store.add_collection(mine)
    assert store.collections() == [mine]
    assert store.collection("mine") == store.collection("MINE") == mine
    assert store.collection("S2L2A").collection_id == "sentinel-2-l2a"
    with pytest.raises(HubError) as caught:
        store.collection("nothing")
    assert caught.value.status == 404


def test_other_process_reads_what_was_written(store, tmp_path):
    store.add_scenes([scene(1)])
    code = (
        "import sys; from sentinel_workbench.localhub.store import SceneStore, _box_shape, _search_sql;"
        "print([s.scene_id for s in SceneStore(sys.argv[1]).search('c')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "data")], capture_output=True, text=True)
    assert done.stdout.strip() == "['scene-1']", done.stderr


def test_search_equals_a_walk_over_all_scenes(store):
    dice = random.Random(1)
    places = [(dice.uniform(-180, 179), dice.uniform(-80, 79)) for _ in range(1500)] + [(46.0, -17.0)] * 60
    scenes = [
        scene(number, number % 365, dice.uniform(0, 100), box_polygon(west, south, west + 1, south + 1))
        for number, (west, south) in enumerate(places)
    ]
    store.add_scenes(scenes)
    boxes = [(46.16, -16.5, 46.51, -16.2), (-60.0, -30.0, 20.0, 10.0), (10.0, 10.0, 10.1, 10.1), (-180, -80, 180, 80)]
    for box in boxes:
        first, last = BASE + dt.timedelta(days=dice.randrange(100)), BASE + dt.timedelta(days=100 + dice.randrange(265))
        expected = {
            one.scene_id
            for one, (west, south) in zip(scenes, places)
            if west <= box[2] and west + 1 >= box[0] and south <= box[3] and south + 1 >= box[1]
            and first <= one.date <= last and one.cloud_percent <= 80
        }
        found = store.search("c", BBox(*box), first, last, 80, "leastCC")
        assert {one.scene_id for one in found} == expected
        assert [one.cloud_percent for one in found] == sorted(one.cloud_percent for one in found)


def test_a_search_by_place_walks_the_tree(store):
    (sql, values) = _search_sql("c", [_box_shape(BBox(46.16, -16.5, 46.51, -16.2))], BASE, None, None, None)
    plan = [row[3] for row in store.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert "VIRTUAL TABLE INDEX" in plan[0] and "PRIMARY KEY" in plan[1]


def test_the_identity_changes_with_the_scenes_and_with_nothing_else(tmp_path):
    store = SceneStore(tmp_path / "a")
    before = store.identity()
    assert SceneStore(tmp_path / "a").identity() == before != SceneStore(tmp_path / "b").identity()
    store.add_scenes([])
    assert store.identity() == before
    store.add_collection(Collection("c", "C", "C", (Band("B04", ("DN",), 10.0, {}),)))
    named = store.identity()
    store.add_scenes([scene(1)])
    added = store.identity()
    store.add_scenes([scene(1)])
    assert len({before, named, added, store.identity()}) == 4
