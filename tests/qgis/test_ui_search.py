"""The Search tab with the plugin's own backend against a small catalog."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget
from stac_catalog_files import EAST, NORTH, RIGHT, SOUTH, TOP, WEST, scene_items, write_scene_files
from stac_items import make_item, make_items
from stac_server import StacServer

from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.qgis.saved_areas import SavedAreas
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services.clip_order import NATIVE, SHARED
from sentinel_workbench.core.stac.comparisons import Comparison
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.clip_dialog import ClipChoice, ClipDialog
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.scene_layers_dialog import SceneLayersDialog
from sentinel_workbench.ui.scene_table import CLOUD, NAME, SceneTable
from sentinel_workbench.ui.search_area import parse_point
from sentinel_workbench.ui.search_conditions import ConditionRows

BOX = f"{WEST}, {SOUTH}, {RIGHT}, {TOP}"


@pytest.fixture()
def server(tmp_path):
    write_scene_files(tmp_path)
    with StacServer(tmp_path, scene_items()) as running:
        yield running


@pytest.fixture()
def backend(qgis_app, empty_settings):
    made = PluginBackend()
    yield made
    made.shut_down()


@pytest.fixture()
def dock(qtbot, server, backend, qgis_new_project):
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    CatalogStore().choose("Test catalog")
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.show()
    form = made.search_panel.form
    form.any_time_check.setChecked(True)
    form.area.type_bounds(BOX)
    yield made
    made.shut_down()


@pytest.fixture()
def form(dock, qtbot):
    """The form once the catalog's collections are listed."""
    dock.tabs.setCurrentWidget(dock.search_panel)
    qtbot.waitUntil(lambda: dock.search_panel.form.collection_combo.count() == 2, timeout=5000)
    return dock.search_panel.form


@pytest.fixture()
def results(dock, form, qtbot):
    """Three scenes found, the first selected."""
    find(dock, qtbot)
    dock.search_panel.results.view.selectRow(0)
    return dock.search_panel.results


def find(dock, qtbot):
    panel = dock.search_panel
    panel.search_button.click()
    idle(dock, qtbot)


def idle(dock, qtbot):
    """Until what the bar shows has ended."""
    qtbot.waitUntil(lambda: not dock.search_panel.bar.isVisibleTo(dock.search_panel), timeout=15_000)


def layers(kind):
    return [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, kind)]


def test_nothing_is_asked_before_the_tab_is_looked_at(dock, server):
    assert server.log == []


def test_the_tabs_are_in_the_order_of_the_work(dock):
    titles = [dock.tabs.tabText(index) for index in range(dock.tabs.count())]
    assert titles == ["Imagery", "Search", "My data", "Parcels", "Downloads"]


def test_a_known_catalog_offers_its_collections_without_a_question(dock, server):
    panel = dock.search_panel
    panel.form.fill_catalogs(["Earth Search (Element 84, AWS)"], "")
    dock.search._show_catalog()
    assert panel.form.collection_combo.findData("sentinel-2-c1-l2a") > 0
    assert panel.form.collection_id() == "sentinel-2-c1-l2a"
    assert server.log == []


def test_a_search_sends_what_the_form_says(dock, form, server, qtbot):
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    form.any_time_check.setChecked(False)
    form.first_edit.setDate(form.first_edit.date().fromString("2020-06-01", Qt.DateFormat.ISODate))
    form.last_edit.setDate(form.last_edit.date().fromString("2020-06-02", Qt.DateFormat.ISODate))
    form.cloud_spin.setValue(60)
    form.conditions.add("platform", "eq", "sentinel-2a")
    form.page_spin.setValue(7)
    form.maximum_spin.setValue(50)
    form.sort_combo.setCurrentIndex(form.sort_combo.findData("properties.eo:cloud_cover"))
    find(dock, qtbot)
    sent = server.searches[-1]
    assert sent["collections"] == ["sentinel-2-l2a"]
    assert sent["bbox"] == [WEST, SOUTH, RIGHT, TOP]
    assert sent["datetime"] == "2020-06-01T00:00:00Z/2020-06-02T23:59:59.999Z"
    assert sent["query"] == {"eo:cloud_cover": {"lte": 60}, "platform": {"eq": "sentinel-2a"}}
    assert sent["limit"] == 7
    assert sent["sortby"] == [{"field": "properties.eo:cloud_cover", "direction": "asc"}]
    assert [item.item_id[-14:-6] for item in dock.search_panel.results.table.items()] == ["20200601", "20200602"]
    assert dock.search_panel.results.summary.text() == "2 scenes"


def test_a_point_and_ids_are_searched(dock, form, server, qtbot):
    form.area.choose_kind(AreaKind.POINT)
    form.area.point_edit.setText(f"{EAST}, {NORTH}")
    form.ids_edit.setText("S2A_33TVL_20200602_0_L2A, S2A_33TVL_20200603_0_L2A")
    find(dock, qtbot)
    assert server.searches[-1]["intersects"] == {"type": "Point", "coordinates": [EAST, NORTH]}
    assert len(dock.search_panel.results.table.items()) == 2


def test_a_point_is_picked_on_the_map(dock, form):
    canvas = dock.search.area._canvas
    earlier = canvas.mapTool()
    form.area.choose_kind(AreaKind.POINT)
    form.area.point_button.click()
    assert canvas.mapTool() is not earlier
    canvas.mapTool().canvasClicked.emit(QgsPointXY(EAST, NORTH), Qt.MouseButton.LeftButton)
    assert parse_point(form.area.point_edit.text()) == [EAST, NORTH]
    assert canvas.mapTool() is earlier


@pytest.mark.parametrize("text", ["12", "a, b", "181, 0", "10, 95", "1, 2, 3"])
def test_what_is_no_point_is_refused(text):
    with pytest.raises(InvalidInput):
        parse_point(text)


def test_a_drawn_shape_is_seen_while_it_is_the_place(dock, form):
    band = dock.search.area.areas._map._band
    form.area.choose_kind(AreaKind.DRAWN)
    dock.search.area.areas._map._take_extent(QgsRectangle(WEST, SOUTH, RIGHT, TOP))
    assert band.isVisible()
    form.area.choose_kind(AreaKind.ANYWHERE)
    assert not band.isVisible()


def test_anywhere_asks_without_a_place(dock, form, server, qtbot):
    form.area.choose_kind(AreaKind.ANYWHERE)
    find(dock, qtbot)
    assert not {"bbox", "intersects"} & set(server.searches[-1])


def test_collections_are_found_by_typing(form):
    form.collection_combo.lineEdit().setText("sentinel-2-l2a")
    assert form.collection_id() == "sentinel-2-l2a"
    form.collection_combo.lineEdit().setText("")
    assert form.collection_id() == ""
    form.collection_combo.lineEdit().setText("no such thing")
    assert form.collection_id() is None


def test_a_collection_that_is_none_is_told_before_anything_is_sent(dock, form, server, qtbot):
    form.collection_combo.lineEdit().setText("no such thing")
    dock.search_panel.search_button.click()
    assert "no collection 'no such thing'" in dock.search_panel.message.text()
    assert server.searches == []


def test_queryables_fill_the_choice_when_conditions_are_looked_at(dock, form, server, qtbot):
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    assert not [one for one in server.log if "queryables" in one.path]
    form.more_box.setCollapsed(False)
    row = form.conditions.add()
    qtbot.waitUntil(lambda: row.field.findText("eo:cloud_cover") >= 0, timeout=5000)


def test_where_a_catalog_lists_no_properties_those_of_its_scenes_are_offered(dock, form, server, qtbot):
    server.queryables = {}
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    find(dock, qtbot)
    dock.search_panel.show_results(False)
    form.more_box.setCollapsed(False)
    qtbot.waitUntil(lambda: any("queryables" in one.path for one in server.log), timeout=5000)
    row = form.conditions.add()
    assert row.field.findText("s2:processing_baseline") >= 0 and row.field.findText("eo:cloud_cover") >= 0
    row.field.setEditText("s2:processing_baseline")
    row.value.setEditText("02.14")
    assert row.comparison() == Comparison("s2:processing_baseline", "eq", "02.14")


def test_scenes_folded_and_left_out_are_told(dock, form, server, qtbot):
    old = {**scene_items(1)[0], "id": "S2A_33TVL_20200601_1_L2A"}
    old["properties"] = {**old["properties"], "s2:processing_baseline": "02.01"}
    server.add([old, {**scene_items(1)[0], "id": "odd"}])
    server.items[-1]["id"] = None
    find(dock, qtbot)
    results = dock.search_panel.results
    assert results.summary.text() == "3 scenes" and len(results.table.items()) == 3
    assert "1 older processings of the same scenes were left out." in results.note.text()
    assert "sent 1 entries that are no STAC items" in results.note.text() and results.note.isVisible()
    form.fold_check.setChecked(False)
    form.maximum_spin.setValue(2)
    find(dock, qtbot)
    assert results.summary.text() == "2 of 5 scenes" and "ended at the maximum of 2" in results.note.text()


@pytest.mark.parametrize("schema, text, value", [
    ({"type": "number"}, "20", 20), ({"type": "string"}, "20", "20"), ({}, "2.5", 2.5),
    ({}, "sentinel-2b", "sentinel-2b"), ({"type": "boolean"}, "true", True), ({"type": ["string", "null"]}, "7", "7"),
])
def test_values_are_what_the_catalog_says_they_are(qgis_app, schema, text, value):
    rows = ConditionRows()
    rows.offer({"thing": schema})
    rows.add("thing", "eq", text)
    comparison = rows.comparisons()[0]
    assert comparison == Comparison("thing", "eq", value) and type(comparison.value) is type(value)


def test_several_values_and_half_conditions(qgis_app):
    rows = ConditionRows()
    rows.offer({"platform": {"type": "string", "enum": ["sentinel-2a", "sentinel-2b"]}})
    row = rows.add("platform", "in", "sentinel-2a, sentinel-2b")
    assert rows.comparisons() == (Comparison("platform", "in", ("sentinel-2a", "sentinel-2b")),)
    assert [row.value.itemText(i) for i in range(row.value.count())] == ["sentinel-2a", "sentinel-2b"]
    rows.add("", "eq", "")
    assert len(rows.comparisons()) == 1
    rows.add("gsd", "eq", "")
    with pytest.raises(InvalidInput):
        rows.comparisons()


def test_an_empty_answer_says_what_to_try(dock, form, qtbot):
    form.area.type_bounds("100, 10, 101, 11")
    find(dock, qtbot)
    assert dock.search_panel.pages.currentIndex() == 0
    assert "No scene was found" in dock.search_panel.message.text()


@pytest.mark.parametrize("wrong, words", [
    (lambda server: setattr(server.ways, "html", True), "web page"),
    (lambda server: server.ways.statuses.extend([403] * 9), "does not allow this"),
    (lambda server: setattr(server.ways, "header", ("X-Key", "k")), "asks for a login"),
])
def test_each_failure_is_one_sentence(dock, form, server, qtbot, wrong, words):
    wrong(server)
    find(dock, qtbot)
    said = dock.search_panel.message.text()
    assert words in said and "Traceback" not in said and "\n" not in said


def test_stop_ends_a_search_at_once(dock, form, server, qtbot):
    server.ways.statuses.extend([503] * 50)
    dock.search_panel.search_button.click()
    qtbot.waitUntil(lambda: bool(server.searches), timeout=5000)
    dock.search_panel.stop_button.click()
    assert not dock.search_panel.bar.isVisibleTo(dock.search_panel)
    assert dock.search_panel.message.text() == "Stopped."
    assert dock.search_panel.search_button.isEnabled()


def test_a_login_of_the_auth_manager_goes_to_the_catalog(dock, server, qtbot):
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("catalog")
    config.setConfig("username", "me")
    config.setConfig("password", "hidden-7")
    manager.storeAuthenticationConfig(config)
    server.ways.header = ("Authorization", "Basic bWU6aGlkZGVuLTc=")
    CatalogStore().save(replace(CatalogStore().find("Test catalog"), auth_config_id=config.id()))
    dock.tabs.setCurrentWidget(dock.search_panel)
    qtbot.waitUntil(lambda: dock.search_panel.form.collection_combo.count() == 2, timeout=5000)
    settings = QgsSettings()
    kept = "".join(str(settings.value(key)) for key in settings.allKeys())
    assert "hidden-7" not in kept and "bWU6" not in kept
    assert "hidden-7" not in repr(CatalogStore().find("Test catalog").connection())


def test_a_login_that_is_gone_is_told(dock, qtbot):
    CatalogStore().save(replace(CatalogStore().find("Test catalog"), auth_config_id="nothere"))
    QgsApplication.authManager().setMasterPassword("only for this test", True)
    dock.tabs.setCurrentWidget(dock.search_panel)
    qtbot.waitUntil(lambda: "authentication manager" in dock.search_panel.form.catalog_note.text(), timeout=5000)


def test_a_file_of_items_is_a_catalog(dock, server, tmp_path, qtbot):
    path = tmp_path / "items.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": server.items}))
    CatalogStore().save(SavedCatalog("A file", str(path)))
    form = dock.search_panel.form
    form.fill_catalogs(["A file"], "A file")
    dock.search.choose_catalog("A file")
    dock.tabs.setCurrentWidget(dock.search_panel)
    qtbot.waitUntil(lambda: form.collection_combo.findData("sentinel-2-l2a") > 0, timeout=5000)
    find(dock, qtbot)
    assert len(dock.search_panel.results.table.items()) == 3
    assert server.searches == []


def test_the_last_search_comes_back(dock, form, backend, qtbot):
    form.cloud_spin.setValue(33)
    form.conditions.add("platform", "eq", "sentinel-2a")
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    find(dock, qtbot)
    again = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(again)
    recalled = again.search_panel.form
    assert recalled.cloud_spin.value() == 33
    assert recalled.conditions.texts() == [("platform", "eq", "sentinel-2a")]
    assert recalled.area.kind is AreaKind.TYPED and recalled.area.bounds_edit.text() == BOX
    assert recalled.catalog_combo.currentText() == "Test catalog"
    again.show()
    again.tabs.setCurrentWidget(again.search_panel)
    qtbot.waitUntil(lambda: recalled.collection_id() == "sentinel-2-l2a", timeout=5000)
    again.shut_down()


@pytest.mark.parametrize("kept", ["{", "[]", '{"cloud": "x", "conditions": [1, ["a"]], "first": 7, "area": "moon"}'])
def test_settings_that_were_spoiled_do_no_harm(qgis_app, empty_settings, backend, qtbot, kept):
    empty_settings.setValue("sentinel_workbench/search", kept)
    empty_settings.setValue("sentinel_workbench/catalogs", kept)
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    assert dock.search_panel.form.cloud_spin.value() == 100
    dock.shut_down()


def test_pictures_come_for_the_rows_in_sight(dock, results, server, qtbot):
    def fetched():
        return [one for one in server.log if one.path.endswith("thumbnail.png")]

    qtbot.waitUntil(lambda: len(fetched()) == 3, timeout=5000)
    table = results.table
    qtbot.waitUntil(lambda: len(table._pictures) == 3, timeout=5000)
    picture = table.data(table.index(0, 0), Qt.ItemDataRole.DecorationRole)
    assert picture.toImage().pixelColor(5, 5).alpha() == 255


def test_footprints_are_a_layer_with_typed_fields(dock, results, qtbot):
    results.buttons["footprints"].click()
    idle(dock, qtbot)
    layer = layers(QgsVectorLayer)[0]
    assert layer.featureCount() == 3
    fields = {field.name(): field.typeName() for field in layer.fields()}
    assert fields["eo:cloud_cover"] == "Real" and fields["datetime"] == "DateTime"
    assert layer.temporalProperties().isActive()


def test_scenes_are_saved_as_geojson(dock, results, tmp_path, qtbot):
    dock.search.scenes.save(tmp_path / "kept.geojson")
    idle(dock, qtbot)
    document = json.loads((tmp_path / "kept.geojson").read_text())
    assert [feature["id"] for feature in document["features"]] == [results.selected()[0].item_id]


def test_layers_are_streamed_and_the_window_waits_for_no_server(dock, results, server, qtbot):
    dock.search.scenes.add_layers(("B04",))
    qtbot.waitUntil(lambda: bool(server.files_log()), timeout=5000)
    idle(dock, qtbot)
    layer = layers(QgsRasterLayer)[0]
    assert layer.isValid() and layer.bandCount() == 1
    agents = {entry.headers.get("user-agent", "") for entry in server.files_log() if entry.path.endswith(".tif")}
    assert all(agent.startswith("SentinelWorkbench") for agent in agents), "GDAL asked while the layer was opened"
    value, known = layer.dataProvider().sample(QgsPointXY(302000, 4998500), 1)
    assert known and value > 0


def test_true_colour_is_three_bands_of_one_brightness(dock, results, qtbot):
    results.buttons["true_colour"].click()
    idle(dock, qtbot)
    layer = layers(QgsRasterLayer)[0]
    assert layer.bandCount() == 3
    limits = {(layer.renderer().redContrastEnhancement().minimumValue(),
               layer.renderer().redContrastEnhancement().maximumValue())}
    limits.add((layer.renderer().blueContrastEnhancement().minimumValue(),
                layer.renderer().blueContrastEnhancement().maximumValue()))
    assert len(limits) == 1


def test_a_missing_file_is_told_and_no_layer_is_added(dock, results, server, tmp_path, qtbot):
    (tmp_path / "red.tif").unlink()
    dock.search.scenes.add_layers(("B04",))
    idle(dock, qtbot)
    assert "B04" in dock.search_panel.message.text()
    assert layers(QgsRasterLayer) == []


def choice(folder, bands=("B04", "B08"), grid=SHARED, to_map=True):
    return ClipChoice(bands, grid, None, False, False, False, folder, to_map)


@pytest.mark.parametrize("grid, files", [(SHARED, 3), (NATIVE, 6)])
def test_files_are_cut_to_the_area_and_shown_as_a_series(dock, results, tmp_path, qtbot, grid, files):
    dock.search_panel.form.area.type_bounds("12.47, 45.105, 12.48, 45.11")
    results.view.selectAll()
    dock.search.scenes.clip(choice(tmp_path / "out", grid=grid))
    idle(dock, qtbot)
    written = sorted((tmp_path / "out").glob("*.tif"))
    assert len(written) == files
    raster = gdal.Open(str(written[0]))
    assert raster.RasterXSize < 100 and raster.RasterCount == (2 if grid == SHARED else 1)
    shown = layers(QgsRasterLayer)
    assert len(shown) == files and all(layer.temporalProperties().isActive() for layer in shown)


@pytest.fixture()
def parcels(results):
    """Two polygons of a layer as the area of the form."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "parcels", "memory")
    for name, west in (("north field", 12.470), ("south", 12.480)):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 45.105, west + 0.004, 45.108)))
        feature.setAttribute("name", name)
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_polygons_are_searched_together_and_cut_one_by_one(dock, parcels, form, server, results, tmp_path, qtbot):
    form.area.choose_kind(AreaKind.FEATURES)
    form.area.features_combo.setLayer(parcels)
    find(dock, qtbot)
    sent = server.searches[-1]["intersects"]
    assert sent["type"] == "MultiPolygon" and len(sent["coordinates"]) == 2
    results.view.selectRow(0)
    dock.search.scenes.clip(choice(tmp_path / "out", to_map=False))
    idle(dock, qtbot)
    made = sorted(path.relative_to(tmp_path / "out").parts[0] for path in (tmp_path / "out").rglob("*.tif"))
    assert made == ["001-north-field", "002-south"]


def _drawn(dock, form, layer):
    dock.search.area.areas._map._take_extent(QgsRectangle(301000, 4998000, 301600, 4998600))


def _polygon(dock, form, layer):
    dock.search.area.areas._map._take(
        QgsGeometry.fromWkt("Polygon ((301000 4998000, 301600 4998000, 301000 4998600, 301000 4998000))"), True)


def _extent(dock, form, layer):
    form.area.layer_combo.setLayer(layer)


def _all_features(dock, form, layer):
    form.area.features_combo.setLayer(layer)


def _one_feature(dock, form, layer):
    form.area.features_combo.setLayer(layer)
    layer.selectByIds([next(layer.getFeatures()).id()])


def _saved(dock, form, layer):
    SavedAreas().save("farm", Area.of_geometry(
        {"type": "Polygon", "coordinates": [[[12.47, 45.105], [12.48, 45.105], [12.47, 45.11], [12.47, 45.105]]]},
        "EPSG:4326"))
    form.area.fill_saved(SavedAreas().names(), "farm")


@pytest.mark.parametrize("kind, act, sent", [
    (AreaKind.MAP, None, "bbox"), (AreaKind.DRAWN, _drawn, "bbox"), (AreaKind.POLYGON, _polygon, "Polygon"),
    (AreaKind.LAYER, _extent, "bbox"), (AreaKind.FEATURES, _all_features, "MultiPolygon"),
    (AreaKind.FEATURES, _one_feature, "Polygon"), (AreaKind.SAVED, _saved, "Polygon"),
])
def test_every_kind_of_area_is_searched_and_cut(dock, parcels, form, server, results, tmp_path, qtbot, kind, act, sent):
    canvas = dock.search.area._canvas
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
    canvas.setExtent(QgsRectangle(301000, 4998000, 301600, 4998600))
    form.area.choose_kind(kind)
    if act is not None:
        act(dock, form, parcels)
    find(dock, qtbot)
    asked = server.searches[-1]
    assert ("bbox" if "bbox" in asked else asked["intersects"]["type"]) == sent
    assert len(dock.search_panel.results.table.items()) == 3
    inside = ogr.CreateGeometryFromWkt(f"POLYGON (({WEST} {SOUTH}, {RIGHT} {SOUTH}, {RIGHT} {TOP}, {WEST} {TOP}, "
                                       f"{WEST} {SOUTH}))")
    west, south, east, north = asked.get("bbox") or [
        ogr.CreateGeometryFromJson(json.dumps(asked["intersects"])).GetEnvelope()[i] for i in (0, 2, 1, 3)]
    assert inside.Contains(ogr.CreateGeometryFromWkt(f"LINESTRING ({west} {south}, {east} {north})"))
    results.view.selectRow(0)
    dock.search.scenes.clip(choice(tmp_path / "out", to_map=False))
    idle(dock, qtbot)
    made = list((tmp_path / "out").rglob("*.tif"))
    assert len(made) == (2 if sent == "MultiPolygon" else 1), dock.search_panel.message.text()


def test_a_point_is_no_area_to_cut(dock, results, form, tmp_path, qtbot):
    form.area.choose_kind(AreaKind.POINT)
    dock.search.scenes.clip(choice(tmp_path / "out"))
    assert "not to a point" in dock.search_panel.message.text()


def test_a_scene_that_fails_is_told_and_stops_no_other(dock, results, server, tmp_path, qtbot):
    server.items[0]["assets"]["red"]["href"] = server.url("gone.tif")
    find(dock, qtbot)
    results.view.selectAll()
    dock.search.scenes.clip(choice(tmp_path / "out", to_map=False))
    idle(dock, qtbot)
    assert len(list((tmp_path / "out").glob("*.tif"))) == 2
    assert "20200601" in dock.search_panel.message.text()


def test_jpeg_2000_is_told_before_a_dialog_opens(dock, results, server, qtbot):
    for item in server.items:
        item["assets"] = {"B04_10m": {"href": "s3://eodata/B04_10m.jp2", "type": "image/jp2"}}
    collections = dock.search_panel.form.collection_combo
    collections.setCurrentIndex(collections.findData("sentinel-2-l2a"))
    find(dock, qtbot)
    results.view.selectRow(0)
    for name in ("clip", "add", "images"):
        dock.search_panel.show_message("")
        results.buttons[name].click()
        assert "JPEG 2000" in dock.search_panel.message.text(), name
    assert dock._backend.connections() == ()


def test_buttons_say_why_they_wait(dock, form, qtbot):
    find(dock, qtbot)
    pane = dock.search_panel.results
    assert not pane.buttons["clip"].isEnabled() and "Select scenes" in pane.buttons["clip"].toolTip()
    assert not pane.buttons["images"].isEnabled() and "one collection" in pane.buttons["images"].toolTip()
    pane.view.selectRow(0)
    assert pane.buttons["clip"].isEnabled() and pane.buttons["footprints"].isEnabled()


def test_double_click_shows_the_scene_on_the_map(dock, results):
    results.asked.emit("zoom")
    extent = dock.search.area._canvas.extent()
    assert extent.contains(QgsPointXY(EAST, NORTH)) and extent.width() < 1


def test_a_search_goes_on_in_the_imagery_tab(dock, form, backend, qtbot, monkeypatch):
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    find(dock, qtbot)
    asked = []
    monkeypatch.setattr(backend, "start_open_hub", lambda source, *callbacks: asked.append(source))
    dock.search_panel.results.buttons["images"].click()
    assert [(source.catalog, source.collection_id) for source in asked] == [("Test catalog", "sentinel-2-l2a")]
    dock.open_images._fill("")
    assert dock.imagery_panel.area.bounds_edit.text() == BOX
    assert str(dock.imagery_panel.first_day) == "2020-06-01" and str(dock.imagery_panel.last_day) == "2020-06-03"
    assert dock.tabs.currentWidget() is dock.imagery_panel


def test_the_table_sorts_and_keeps_the_selection(qgis_app):
    table = SceneTable()
    items = [read_item(make_item(f"i{n}", cloud=cloud)) for n, cloud in enumerate([50.0, None, 5.0, 80.0])]
    table.show_items(items)
    for order, expected in ((Qt.SortOrder.AscendingOrder, ["i2", "i0", "i3", "i1"]),
                            (Qt.SortOrder.DescendingOrder, ["i3", "i0", "i2", "i1"])):
        table.sort(CLOUD, order)
        assert [table.data(table.index(row, NAME)) for row in range(4)] == expected


def test_a_table_of_thousands_makes_only_what_is_seen(dock, results):
    items = [read_item(entry) for entry in make_items(40)]
    many = [replace(items[n % 40], item_id=f"item-{n}") for n in range(5000)]
    table = results.table
    made = []
    original = table._picture
    table._picture = lambda item: (made.append(item), original(item))[1]
    results.show_items(many, "5000 scenes")
    results.view.grab()
    assert 0 < len({item.item_id for item in made}) < 60


def test_the_dialog_of_layers_offers_a_usual_composite(qgis_app):
    dialog = SceneLayersDialog(("B02", "B03", "B04", "B08", "SCL"), ("",) * 5, 2)
    assert dialog.composite() == ("B08", "B04", "B03")
    dialog.files_radio.click()
    assert dialog.composite() is None and not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
    dialog.list.item(4).setCheckState(Qt.CheckState.Checked)
    assert dialog.files() == ("SCL",)
    assert dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()


def test_the_dialog_of_clips_puts_colours_first_and_wants_a_folder(qgis_app, tmp_path):
    dialog = ClipDialog(("B02", "B03", "B04", "B08"), ("",) * 4, 3, "Here", False, "")
    button = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert not button.isEnabled() and "folder" in dialog.note.text()
    dialog.folder.setFilePath(str(tmp_path))
    dialog.list.item(3).setCheckState(Qt.CheckState.Checked)
    assert button.isEnabled() and "Files: 3." in dialog.note.text()
    assert dialog.choice().bands == ("B04", "B03", "B02", "B08")
    dialog.native_radio.setChecked(True)
    assert "Files: 12." in dialog.note.text() and dialog.choice().grid == NATIVE
    assert not dialog.inside_check.isEnabled()


def test_everything_is_reached_by_tab(dock, form):
    form.more_box.setCollapsed(False)
    start = form.catalog_combo
    names, widget = [], start
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if widget is start:
            break
        if isinstance(widget, QWidget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(widget.objectName())
    wanted = [
        "catalogs_button", "stac_collection_combo", "search_area_kind_combo", "search_first_edit", "any_time_check",
        "search_cloud_spin", "add_condition_button", "search_ids_edit", "maximum_results_spin", "page_size_spin",
        "search_button", "change_search_button", "scenes_view", "scenes_footprints_button",
    ]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places)


def test_the_form_fits_the_width_of_the_dock(dock, form):
    form.more_box.setCollapsed(False)
    form.conditions.add("eo:cloud_cover", "lte", "20")
    inner = form.widget()
    assert inner.minimumSizeHint().width() <= form.viewport().width()
