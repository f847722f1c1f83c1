"""Bands, offsets, duplicates and catalogs that are files, on recorded items."""

from __future__ import annotations

import json

import pytest
from stac_items import RECORDED, make_item, make_items, recorded, recorded_items

from sentinel_workbench.core.errors import NotThere, StorageError, UnexpectedAnswer
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.stac import static
from sentinel_workbench.core.stac.bands import assets_by_band, type_of
from sentinel_workbench.core.stac.catalogs import catalog_of, known_catalogs
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.comparisons import parse_comparison
from sentinel_workbench.core.stac.duplicates import fold_duplicates, tile_of
from sentinel_workbench.core.stac.item_reading import item_collection, read_item, unsigned
from sentinel_workbench.core.stac.offsets import baseline, calibration
from sentinel_workbench.core.stac.records import SortKey, StacConnection, StacQuery

CATALOGS = known_catalogs()
ALL_BANDS = {"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12", "SCL", "AOT", "WVP"}


def earth_search_item():
    return recorded_items("pystac-client/es_v1_search_two_collections.json")[0]


def planetary_item():
    return recorded_items("odc-stac/S2B_MSIL2A_20190629T212529_R043_T06VVN_20201006T080531.json")[0]


def copernicus_item():
    return recorded_items("xcube-stac/cdse_search_s2_l2a.json")[0]


def old_item():
    return recorded_items("rio-tiler-pds/S2A_31NBJ_20190524_0_L2A.json")[0]


@pytest.mark.parametrize("make", [earth_search_item, planetary_item, copernicus_item, old_item])
def test_every_catalog_has_every_band(make):
    found = assets_by_band(make())
    assert set(found) - {"TCI", "CLD", "SNW"} == ALL_BANDS
    for band in ALL_BANDS - {"AOT", "WVP", "SCL"}:
        assert band in found[band].href.rpartition("/")[2]
    assert not any(asset.key.endswith("-jp2") for asset in found.values())


def test_the_native_resolution_is_taken():
    found = assets_by_band(copernicus_item())
    assert {band: found[band].key for band in ("B01", "B02", "B8A", "SCL")} == {
        "B01": "B01_60m", "B02": "B02_10m", "B8A": "B8A_20m", "SCL": "SCL_20m"}
    assert found["B04"].is_jp2 and not found["B04"].is_tiff


def test_unknown_keys_are_told_by_their_files_and_names():
    assets = {
        "one": {"href": "https://h/T31UDS_20200601T105031_B8A_20m.tif?sig=x"},
        "two": {"href": "https://h/x.tif", "eo:bands": [{"name": "B05", "common_name": "rededge"}]},
        "three": {"href": "https://h/y.tif", "eo:bands": [{"name": "rededge", "common_name": "rededge"}]},
        "four": {"href": "https://h/scl.tif"}, "five": {"href": "https://h/MTD_B04.xml"},
    }
    found = assets_by_band(read_item(make_item("a", assets=assets)))
    assert {band: asset.key for band, asset in found.items()} == {"B8A": "one", "B05": "two", "SCL": "four"}


@pytest.mark.parametrize("name, expected", [
    ("sentinel-2-l2a", "sentinel-2-l2a"), ("sentinel-s2-l2a-cogs", "sentinel-2-l2a"),
    ("SENTINEL-2-C1-L2A", "sentinel-2-l2a"), ("sentinel-2-l1c", None), ("landsat-c2-l2", None),
])
def test_collections_by_name(name, expected):
    assert type_of(name) == expected


def offset_of(item, catalog, band="B04"):
    connection = CATALOGS[catalog].connection() if catalog else StacConnection("https://elsewhere.org/stac")
    asset = assets_by_band(item).get(band) or next(iter(item.assets.values()))
    found = calibration(item, asset, band, connection)
    return found.offset, found.stored_offset, found.warning is not None


def scene(collection="sentinel-2-l2a", date="2023-06-01T10:00:00Z", told=None, **properties):
    asset = {"href": "https://h/B04.tif"}
    if told is not None:
        asset["raster:bands"] = [{"scale": 0.0001, "offset": told}]
    item = make_item("S2A_X", date, collection=collection, assets={"red": asset}, **properties)
    return read_item(item)


NEW, OLD = {"s2:processing_baseline": "05.09"}, {"s2:processing_baseline": "03.01"}
FLAG = "earthsearch:boa_offset_applied"


@pytest.mark.parametrize("item, catalog, expected", [
    (scene(**NEW), "planetary-computer", (-0.1, -1000.0, False)),
    (scene(**OLD), "planetary-computer", (0.0, 0.0, False)),
    (scene(), "planetary-computer", (-0.1, -1000.0, True)),
    (scene(date="2021-06-01T10:00:00Z"), "planetary-computer", (0.0, 0.0, False)),
    (scene("sentinel-2-c1-l2a", told=-0.1, **NEW), "earth-search", (-0.1, -1000.0, False)),
    (scene("sentinel-2-c1-l2a", told=0, **OLD), "earth-search", (0.0, 0.0, False)),
    (scene(told=-0.1, **{FLAG: True}, **NEW), "earth-search", (0.0, 0.0, False)),
    (scene(told=-0.1, **{FLAG: False}, **NEW), "earth-search", (-0.1, -1000.0, True)),
    (scene(told=-0.1, **{FLAG: False}, **OLD), "earth-search", (0.0, 0.0, False)),
    (scene(told=-0.1, **{FLAG: True}, **NEW), None, (0.0, 0.0, False)),
    (scene(told=-0.1, **NEW), None, (-0.1, -1000.0, False)),
    (scene(told=0, **NEW), None, (0.0, 0.0, False)),
    (scene(**NEW), None, (-0.1, -1000.0, False)),
])
def test_the_table_of_offsets(item, catalog, expected):
    assert offset_of(item, catalog) == expected


def test_offsets_of_recorded_items():
    item = earth_search_item()
    assert item.properties[FLAG] is True and offset_of(item, "earth-search") == (0.0, 0.0, False)
    assert offset_of(copernicus_item(), "cdse") == (-0.1, -1000.0, False)
    for band in ("AOT", "WVP", "SCL"):  # published with -0.1, which is wrong
        assert offset_of(copernicus_item(), "cdse", band)[:2] == (0.0, 0.0)
    assert offset_of(old_item(), "earth-search-v0") == (0.0, 0.0, False)
    assert offset_of(planetary_item(), "planetary-computer") == (0.0, 0.0, False)


@pytest.mark.parametrize("properties, expected", [
    ({"s2:processing_baseline": "05.00"}, (5, 0)), ({"processing:version": "05.11"}, (5, 11)),
    ({"sentinel:processing_baseline": "02.08"}, (2, 8)),
    ({"s2:product_uri": "S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T123947.SAFE"}, (2, 14)), ({}, None),
])
def test_baselines(properties, expected):
    assert baseline(read_item(make_item("S2A_31NBJ_20190524_0_L2A", **properties))) == expected


def test_folding_keeps_the_newest_processing():
    tile = {"grid:code": "MGRS-31UDS", "platform": "sentinel-2a"}
    made = [
        make_item("a", "2020-06-01T10:00:00.100Z", **tile, **{"s2:processing_baseline": "02.14"}),
        make_item("b", "2020-06-01T10:00:01Z", **tile, **{"s2:processing_baseline": "05.00"}),
        make_item("c", "2020-06-01T10:00:00Z", **tile, **{"s2:processing_baseline": "05.00",
                                                        "s2:generation_time": "2023-01-01T00:00:00Z"}),
        make_item("next strip", "2020-06-01T10:00:14Z", **tile),
        make_item("other tile", "2020-06-01T10:00:00Z", **{**tile, "grid:code": "MGRS-31UES"}),
        make_item("other satellite", "2020-06-01T10:00:00Z", **{**tile, "platform": "sentinel-2b"}),
        make_item("other collection", "2020-06-01T10:00:00Z", collection="c1", **tile),
        make_item("no tile", "2020-06-01T10:00:00Z"), make_item("no tile 2", "2020-06-01T10:00:00Z"),
    ]
    kept, folded = fold_duplicates([read_item(item) for item in made])
    assert folded == 2
    assert [item.item_id for item in kept] == ["c", *(item["id"] for item in made[3:])]


def test_recorded_series_have_no_duplicates():
    items = recorded_items("odc-stac/site2-2020_jun_jul-35MNM.geojson")
    assert fold_duplicates(items) == (tuple(items), 0) and {tile_of(item) for item in items} == {"35MNM"}
    for item, tile in ((copernicus_item(), "32TNT"), (old_item(), "31NBJ"), (planetary_item(), "6VVN")):
        assert tile_of(item) == tile


@pytest.mark.parametrize("name", sorted(p.relative_to(RECORDED).as_posix() for p in RECORDED.glob("*/*json")))
def test_every_recorded_item_can_be_read_and_kept(name):
    for item in recorded_items(name):
        assert item.item_id and all(asset.href for asset in item.assets.values())
        assets_by_band(item)
    kept = json.dumps(item_collection(tuple(recorded_items(name))))
    assert "sig=" not in kept


@pytest.mark.parametrize("url, kept", [
    ("https://a.blob.core.windows.net/c/x.tif?st=1&se=2&sp=rl&sv=3&sr=c&sig=abc", "https://a.blob.core.windows.net/c/x.tif"),
    ("https://user:word@h/x.tif", "https://h/x.tif"), ("https://h/x.tif?f=a%2Fb", "https://h/x.tif?f=a%2Fb"),
    ("https://h/x?X-Amz-Signature=1&id=7", "https://h/x?id=7"), ("s3://bucket/x.tif", "s3://bucket/x.tif"),
    ("/data/x.tif", "/data/x.tif"),
])
def test_kept_addresses_are_not_signed(url, kept):
    assert unsigned(url) == kept


def test_known_catalogs():
    assert catalog_of(StacConnection(CATALOGS["cdse"].url + "/")) is CATALOGS["cdse"]
    assert catalog_of(StacConnection("https://elsewhere.org")) is None
    assert CATALOGS["planetary-computer"].sign_url and CATALOGS["cdse"].connections == 4


# ---- catalogs that are files -------------------------------------------------------------------------------------


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def tree(tmp_path):
    """catalog.json -> two collections -> items, with a link back to the root and one into a circle."""
    root = {"stac_version": "1.0.0", "id": "root", "description": ""}
    write(tmp_path / "catalog.json", {**root, "type": "Catalog", "links": [
        {"rel": "child", "href": "./a/collection.json"}, {"rel": "child", "href": "b/collection.json"},
        {"rel": "child", "href": "catalog.json"}]})
    for name in "ab":
        items = make_items(3, collection=name, assets={"red": {"href": "./B04.tif"}})
        links = [{"rel": "item", "href": f"items/{item['id']}.json"} for item in items]
        write(tmp_path / name / "collection.json", {
            **root, "type": "Collection", "id": name, "license": "x", "extent": {},
            "links": [*links, {"rel": "child", "href": "../catalog.json"}]})
        for item in items:
            write(tmp_path / name / "items" / f"{item['id']}.json", item)
    return tmp_path / "catalog.json"


def test_a_tree_of_files(tree):
    client = StacClient(StacConnection(str(tree)))
    assert client.open() is None
    assert [entry.collection_id for entry in client.collections()] == ["a", "b"]
    assert len(client.search(StacQuery()).items) == 6
    result = client.search(StacQuery(("b",), comparisons=(parse_comparison("eo:cloud_cover<2"),), max_results=1,
                                     sort=(SortKey("properties.eo:cloud_cover", True),)))
    assert [(i.collection, i.item_id) for i in result.items] == [("b", "item-001")] and result.matched == 2
    assert not result.complete
    assert result.items[0].assets["red"].href == str(tree.parent / "b" / "items" / "B04.tif")
    assert client.item("a", "item-002").cloud_percent == 2.0 and client.queryables("a") == {}
    with pytest.raises(NotThere):
        client.item("a", "absent")


@pytest.mark.parametrize("most, walks", [(6, [0, 1, 1, 1, 2]), (5, [0, 1, 2, 3, 4])])
def test_items_of_a_walk_are_kept_for_a_while(tree, monkeypatch, most, walks):
    """Not those of catalogs so large that keeping them would cost too much memory, nor of a walk that was left."""
    monkeypatch.setattr(static, "MOST_KEPT", most)
    read, clock = [], [0.0]

    def reading(address, progress):
        read.append(address)
        return static.read_file(address)

    catalog = static.StaticCatalog(static.read_file(str(tree)), str(tree), reading, 60, lambda: clock[0])
    catalog.item("a", "item-000", Silent())
    before, done = len(read), [0]
    for clock[0] in (1.0, 2.0, 60.9, 61.0):
        assert len(catalog.search(StacQuery(), Silent()).items) == 6
        done.append((len(read) - before) // 8)
    assert done == walks and (str(tree) in read) == (most == 6)


def test_files_that_are_missing_or_something_else_are_left_out_and_told(tree):
    (tree.parent / "a" / "items" / "item-001.json").unlink()
    (tree.parent / "a" / "items" / "item-002.json").write_text("<html>")
    write(tree.parent / "b" / "items" / "item-000.json", {"type": "Feature", "stac_version": "1.0.0"})
    result = StacClient(StacConnection(str(tree))).search(StacQuery())
    assert len(result.items) == 3
    assert "sent 1 entries that are no STAC items" in result.notes[0]
    assert "2 files of the catalog can't be read" in result.notes[1]
    assert "item-001.json can't be read" in result.notes[1]


def test_properties_of_a_file_of_items_can_be_compared(tmp_path):
    items = make_items(2, platform="sentinel-2a", mixed=1, flag=True)
    items[1]["properties"].update(mixed="one", only=2.5)
    write(tmp_path / "items.geojson", {"type": "FeatureCollection", "features": items})
    found = StacClient(StacConnection(str(tmp_path / "items.geojson"))).queryables()
    assert found == {"datetime": {"type": "string"}, "platform": {"type": "string"}, "flag": {"type": "boolean"},
                     "eo:cloud_cover": {"type": "number"}, "only": {"type": "number"}}


def test_collections_of_items(tmp_path):
    write(tmp_path / "items.geojson", {"type": "FeatureCollection", "features": make_items(5)})
    client = StacClient(StacConnection(str(tmp_path / "items.geojson")))
    assert len(client.search(StacQuery(bbox=(3, 50, 3.1, 50.1))).items) == 5
    assert [entry.collection_id for entry in client.collections()] == ["sentinel-2-l2a"]


def test_recorded_collections_of_items():
    client = StacClient(StacConnection(str(RECORDED / "odc-stac/site2-2020_jun_jul-35MNM.geojson")))
    recorded("odc-stac/site2-2020_jun_jul-35MNM.geojson")
    result = client.search(StacQuery(comparisons=(parse_comparison("eo:cloud_cover<1"),)))
    assert 0 < len(result.items) < 13 and all(item.cloud_percent < 1 for item in result.items)


def test_recorded_walk_over_the_network():
    from stac_items import Replay

    interactions = recorded("xcube-stac/static_catalog_label.json")["interactions"]
    client = StacClient(StacConnection(interactions[0]["uri"]), Replay(interactions))
    assert sorted(entry.collection_id for entry in client.collections()) == [
        "spacenet-buildings-collection", "zanzibar-collection"]


@pytest.mark.parametrize("content, kind", [
    (b"<html>", UnexpectedAnswer), (b"[]", UnexpectedAnswer), (b"{}", UnexpectedAnswer), (None, StorageError),
    (b'{"type": "FeatureCollection", "features": [3]}', UnexpectedAnswer),
    (b'{"a":' * 3000 + b"1" + b"}" * 3000, UnexpectedAnswer),
])
def test_files_that_are_no_catalog(tmp_path, content, kind):
    path = tmp_path / "catalog.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(kind):
        StacClient(StacConnection(str(path)), RequestsTransport()).search(StacQuery())
