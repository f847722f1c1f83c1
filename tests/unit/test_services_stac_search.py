"""The lesson's questions, asked of recorded catalogs, and the layer of what was found."""

from __future__ import annotations

import json

import pytest
from osgeo import ogr
from stac_items import Replay, make_item, make_items, recorded
from stac_server import StacServer

from sentinel_workbench.core.errors import Cancelled, InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services.stac_footprints import (
    save_items,
    thumbnail_of,
    write_item_footprints,
)
from sentinel_workbench.core.services.stac_search import SceneSearch, clearest, find_scenes
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.origin import origin
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.service import StacService

_ITEM_SEARCH = "https://api.stacspec.org/v1.0.0/item-search"
EARTH = StacService("https://earth-search.aws.element84.com/v1", "Earth Search",
                    tuple(f"{_ITEM_SEARCH}#{name}" for name in ("query", "sort", "fields")),
                    "https://earth-search.aws.element84.com/v1/search", True, "https://earth/collections")
PC_ROOT = "https://planetarycomputer.microsoft.com/api/stac/v1"
PLANETARY = StacService(PC_ROOT, "Planetary", (f"{_ITEM_SEARCH}#query",), f"{PC_ROOT}/search", True, f"{PC_ROOT}/c")
POINT = {"type": "Point", "coordinates": [-105.1019, 40.1672]}


def asked(name, service, **search):
    document = recorded(f"pystac-client/{name}.json")
    transport = Replay(document["interactions"])
    client = StacClient(StacConnection(service.url), transport, service)
    return find_scenes(client, SceneSearch(**search)), transport


def test_ten_scenes_at_a_point_of_how_many():
    found, _ = asked("es_v1_search_fields_s2", EARTH, collections=("sentinel-2-c1-l2a",), area=POINT, max_results=10,
                     exclude=("geometry", "assets", "links"), sort=())
    assert (len(found.items), found.matched, found.complete) == (10, 858, False)
    assert str(found) == "10 of 858 scenes"
    assert all(item.collection == "sentinel-2-c1-l2a" and not item.assets for item in found.items)
    assert found.items[0].date > found.items[-1].date


def test_scenes_of_one_day_in_two_collections():
    document = recorded("pystac-client/es_v1_search_two_collections.json")
    body = document["interactions"][0]["request_body"]
    body["datetime"] = body["datetime"].replace("23:59:59Z", "23:59:59.999Z")  # a day with its last second whole
    client = StacClient(StacConnection(EARTH.url), Replay(document["interactions"]), EARTH)
    found = find_scenes(client, SceneSearch(("sentinel-2-l2a", "landsat-c2-l2"), POINT, "2023-10-08", sort=()))
    assert [item.collection for item in found.items] == ["sentinel-2-l2a", "landsat-c2-l2"]
    assert found.complete and found.matched == 2 and str(found) == "2 scenes"


def test_a_box_and_conditions_on_properties():
    found, transport = asked("pc_search_query_range", PLANETARY, collections=("naip",),
                             area=(-73.21, 43.99, -73.12, 44.05), conditions=("gsd>=0", "gsd<=1"), sort=())
    assert len(found.items) == 42 and found.matched is None and found.complete
    assert json.loads(transport.sent[0].body)["query"] == {"gsd": {"gte": 0, "lte": 1}}
    assert all(0 <= item.properties["gsd"] <= 1 for item in found.items)


def test_the_clear_scenes_of_a_year_from_a_file(tmp_path):
    """The exercise of the lesson: a year, less than 5 % of cloud, saved and read again."""
    items = [read_item(one) for one in make_items(45)]
    path = save_items(items, tmp_path / "sub" / "items.json")
    client = StacClient(StacConnection(str(path)))
    found = find_scenes(client, SceneSearch(area=BBox(3.1, 50.1, 3.2, 50.2), period="2020", conditions=(
        "eo:cloud_cover<5",)))
    assert [item.item_id for item in found.items] == [f"item-{n:03d}" for n in (4, 3, 2, 1, 0)]
    again = save_items(found.items, tmp_path / "mysearch.json")
    read = find_scenes(StacClient(StacConnection(str(again))), SceneSearch()).items
    assert [(item.item_id, item.properties, item.geometry) for item in read] == [
        (item.item_id, item.properties, item.geometry) for item in found.items]


def test_saved_items_find_their_files_from_anywhere(tmp_path):
    (tmp_path / "catalog").mkdir()
    near = make_item("a", assets={"B04": {"href": "../pixels/B04.tif"}})
    (tmp_path / "catalog" / "a.json").write_text(json.dumps(near))
    (item,) = find_scenes(StacClient(StacConnection(str(tmp_path / "catalog" / "a.json"))), SceneSearch()).items
    saved = json.loads(save_items([item], tmp_path / "elsewhere" / "b.json").read_text())
    assert saved["features"][0]["assets"]["B04"]["href"] == str(tmp_path / "pixels" / "B04.tif")


def test_a_saved_item_is_known_by_its_links():
    item = make_item("a")
    item["links"] = [{"rel": "root", "href": PC_ROOT}]
    assert origin(read_item(item), StacConnection("saved.json")).preset == "planetary-computer"
    own = StacConnection("https://own.org/stac")
    assert origin(read_item(make_item("a")), own) is own


def test_areas_of_every_kind(tmp_path):
    triangle = {"type": "Polygon", "coordinates": [[[3.1, 50.1], [3.2, 50.1], [3.2, 50.2], [3.1, 50.1]]]}
    utm = BBox(506000, 5550000, 507000, 5551000, "EPSG:32631")
    with StacServer(tmp_path, make_items(3)) as server:
        client = StacClient(StacConnection(server.root))
        for area in (BBox(3.1, 50.1, 3.2, 50.2), utm, Area(utm), Area.of_geometry(triangle, "EPSG:4326"), triangle,
                     {"type": "Point", "coordinates": [3.5, 50.5]}, {"type": "Feature", "geometry": triangle},
                     (3.1, 50.1, 3.2, 50.2), (179.0, -1, 3.2, 60.0)):
            assert len(find_scenes(client, SceneSearch(area=area)).items) == 3, area
        assert not find_scenes(client, SceneSearch(area=(10.0, 50.1, 11.0, 50.2))).items
    assert server.searches[0]["bbox"] == [3.1, 50.1, 3.2, 50.2] and "bbox" not in server.searches[4]


def test_processings_of_one_scene_are_folded_and_told(tmp_path):
    twice = [make_item("a", s2_x=1, **{"s2:processing_baseline": base, "s2:mgrs_tile": "31UDS"}) for base in
             ("02.14", "05.00")]
    twice[1]["id"] = "b"
    with StacServer(tmp_path, twice) as server:
        client = StacClient(StacConnection(server.root))
        found = find_scenes(client, SceneSearch(("sentinel-2-l2a",)))
        assert [item.item_id for item in found.items] == ["b"] and found.folded == 1
        assert "1 older processings of the same scenes were left out." in found.notes
        assert len(find_scenes(client, SceneSearch(("sentinel-2-l2a",), fold=False)).items) == 2


def test_numbers_that_nobody_measured_are_told(tmp_path):
    items = [make_item("a", cloud=0.0, **{"sentinel:valid_cloud_cover": False}), make_item("b", cloud=3.0)]
    with StacServer(tmp_path, items) as server:
        found = find_scenes(StacClient(StacConnection(server.root)), SceneSearch(max_cloud_percent=10))
    assert found.notes == ("The catalog does not know the cloud cover of 1 scenes; it says 0 % for them.",)
    assert server.searches[0]["query"] == {"eo:cloud_cover": {"lte": 10}}


def test_the_clearest_scene_of_each_slot_and_tile():
    days = (("01", 9.0, "A"), ("02", 3.0, "A"), ("03", 3.0, "A"), ("03", None, "B"), ("20", 50.0, "A"),
            ("29", 1.0, "A"))
    items = [read_item(make_item(f"{tile}{day}", f"2020-06-{day}T10:00:00Z", cloud, **{"s2:mgrs_tile": tile}))
             for day, cloud, tile in days]
    unknown = read_item(make_item("A25", "2020-06-25T10:00:00Z", 0.0, **{
        "s2:mgrs_tile": "A", "sentinel:valid_cloud_cover": False}))
    slots = [TimeRange.of_days("2020-06-01", "2020-06-10"), TimeRange.of_days("2020-06-11", "2020-06-27")]
    assert [item.item_id for item in clearest([unknown, *items], slots)] == ["A03", "B03", "A20"]


def test_numbers_are_numbers_and_names_of_digits_are_not():
    conditions = ("a=5", "b<=0.5", "c=03.00", "d='7'", "e=-2e3", "f=0")
    assert [c.value for c in SceneSearch(conditions=conditions).query().comparisons] == [5, 0.5, "03.00", "7", -2000, 0]


@pytest.mark.parametrize("wrong, field", [
    ({"max_cloud_percent": 101}, "max_cloud"), ({"max_results": 0}, "max_results"), ({"page_size": 0}, "page_size"),
    ({"period": "2021-13"}, "time"), ({"conditions": ("cloudy",)}, "filter"), ({"area": {"type": "Lin"}}, "area"),
    ({"area": (1.0, 2.0, 3.0)}, "area"), ({"period": "2021/2020"}, "time"),
])
def test_questions_that_make_no_sense(wrong, field):
    with pytest.raises(InvalidInput) as refused:
        SceneSearch(**wrong).query()
    assert refused.value.field == field and refused.value.message.endswith(".")


def test_a_catalog_that_is_none(tmp_path):
    (tmp_path / "no.json").write_text('{"a": 1}')
    with pytest.raises(UnexpectedAnswer, match="is no STAC catalog"):
        find_scenes(StacClient(StacConnection(str(tmp_path / "no.json"))), SceneSearch())
    with StacServer(tmp_path, make_items(1)) as server:
        server.ways.html = True
        with pytest.raises(UnexpectedAnswer) as refused:
            find_scenes(StacClient(StacConnection(server.root)), SceneSearch())
    assert "web page" in refused.value.message


def test_cancelled_between_pages(tmp_path):
    with StacServer(tmp_path, make_items(30)) as server:
        watch = Watched(lambda fraction, message: watch.cancel() if "found" in message else None)
        with pytest.raises(Cancelled):
            find_scenes(StacClient(StacConnection(server.root)), SceneSearch(page_size=5), watch)
    assert len(server.searches) < 6


def rows_of(path):
    dataset = ogr.Open(str(path))
    layer = dataset.GetLayer("items")
    fields = {layer.GetLayerDefn().GetFieldDefn(i).GetName(): layer.GetLayerDefn().GetFieldDefn(i).GetFieldTypeName(
        layer.GetLayerDefn().GetFieldDefn(i).GetType()) for i in range(layer.GetLayerDefn().GetFieldCount())}
    return fields, [(dict(feature.items()), feature.GetGeometryRef() and feature.GetGeometryRef().Clone())
                    for feature in layer]


def test_footprints_have_every_property_in_its_type(tmp_path):
    first = make_item("a", cloud=12.5, whole=3, share=0.5, ok=True, text="x", when="2020-01-02T03:04:05.678Z",
                      more=["a", 1], mixed=1, grows=1, fid=7)
    second = make_item("b", west=179.5, mixed="two", grows=2.5, text=None, TEXT="case", item_id="clash")
    second["geometry"] = None
    second["bbox"] = [179.5, 50.0, -179.5, 51.0]
    third, fourth = make_item("c"), make_item("d", west=7.0)
    third["geometry"], third["bbox"] = {"type": "Nonsense"}, None
    fourth["geometry"] = {"type": "Polygon", "coordinates": [[["x", 1]]]}
    written = write_item_footprints([read_item(one) for one in (first, second, third, fourth)], tmp_path / "f.gpkg")
    fields, rows = rows_of(tmp_path / "f.gpkg")
    assert (written.items, written.without_shape) == (4, 1)
    assert rows[3][1].GetEnvelope() == (7.0, 8.0, 50.0, 51.0), "the rectangle of an item whose geometry is broken"
    assert {name: fields[name] for name in ("whole", "share", "ok", "text", "when", "more", "mixed", "grows")} == {
        "whole": "Integer64", "share": "Real", "ok": "Integer", "text": "String", "when": "DateTime",
        "more": "String", "mixed": "String", "grows": "Real"}
    row = rows[0][0]
    assert (row["item_id"], row["datetime"], row["eo:cloud_cover"]) == ("a", "2020/06/01 10:00:00+00", 12.5)
    assert (row["when"], row["more"], row["fid_2"]) == ("2020/01/02 03:04:05.678+00", '["a", 1]', 7)
    assert [one[0]["mixed"] for one in rows] == ["1", '"two"', None, None]
    assert rows[1][0]["TEXT_2"] == "case" and rows[1][0]["item_id_2"] == "clash"
    assert rows[1][1].GetEnvelope() == (179.5, 180.5, 50.0, 51.0) and rows[2][1] is None


def test_footprints_of_recorded_items_carry_no_signature(tmp_path):
    items = [read_item(one) for one in recorded("odc-stac/site2-2020_jun_jul-35MNM.geojson")["features"]]
    signed = recorded("odc-stac/site2-2020_jun_jul-35MNM.geojson")["features"][0]
    signed["id"] = "signed"
    for asset in signed["assets"].values():
        asset["href"] += "?st=1&se=2&sig=secret"
    items.append(read_item(signed))
    path = save_items(items, tmp_path / "i.json")
    written = write_item_footprints(items, tmp_path / "i.gpkg")
    assert b"secret" not in path.read_bytes() and b"secret" not in (tmp_path / "i.gpkg").read_bytes()
    fields, rows = rows_of(written.path)
    assert fields["s2:vegetation_percentage"] == "Real" and fields["sat:relative_orbit"] == "Integer64"
    assert rows[0][0]["s2:processing_baseline"] == "02.12" and rows[0][1].GetArea() > 0.9
    assert written.first.isoformat() == "2020-06-01T08:06:11.024000+00:00"
    assert rows[0][0]["thumbnail"].startswith("https://planetarycomputer.microsoft.com/api/data/v1/item/preview.png")


def test_thumbnails_are_pictures():
    tiff = {"thumbnail": {"href": "https://x/thumb.tif", "type": "image/tiff"}}
    assert thumbnail_of(read_item(make_item("a", assets=tiff))) == ""
    role = {"quicklook": {"href": "https://x/q.jpg?sig=1", "roles": ["thumbnail"]}}
    assert thumbnail_of(read_item(make_item("a", assets=role))) == "https://x/q.jpg"
