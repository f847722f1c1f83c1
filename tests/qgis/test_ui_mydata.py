"""The My data tab with the plugin's own backend against a small service."""

from __future__ import annotations

import datetime as dt

import pytest
from byoc_stand_in import ByocStandIn, numbered_tile
from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPersistentModelIndex, Qt

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc_records import collection_of, tile_of
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.qgis.unfinished_tiles import UnfinishedTiles
from sentinel_workbench.core.services import byoc_watch
from sentinel_workbench.core.services.byoc_drafts import new_tile
from sentinel_workbench.ui import mydata_controller, mydata_tiles_controller
from sentinel_workbench.ui.algorithm_dialog import open_algorithm
from sentinel_workbench.ui.collection_dialog import CollectionDialog
from sentinel_workbench.ui.discovery_dialog import DiscoveryDialog
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.mydata_tiles import TilePane
from sentinel_workbench.ui.new_tiles_dialog import NewTilesDialog
from sentinel_workbench.ui.rows_view import make_rows_view
from sentinel_workbench.ui.tile_dialog import KEEP, REMOVE, SET, TileChange, TileDialog
from sentinel_workbench.ui.tile_filter import TileFilter, parse_span
from sentinel_workbench.ui.tile_table import CREATED, PATH, SENSED, STATUS, TileTable

WAIT_MS = 30_000
EXTENT = {"type": "Polygon", "coordinates": [[[46, -17], [47, -17], [47, -15], [46, -15], [46, -17]]]}


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.02)
    with ByocStandIn() as stand_in:
        stand_in.add_collection("Mosaic", tiles=230, additionalData={
            "bands": {name: {"bitDepth": 16} for name in ("B03", "B04", "B08")}, "extent": EXTENT,
            "hasSensingTimes": "YES", "fromSensingTime": "2019-01-01T00:00:00Z",
            "toSensingTime": "2019-01-05T00:00:00Z",
        })
        stand_in.add_collection("Fields", tiles=2, noData=0.0)
        yield stand_in


@pytest.fixture
def dock(qgis_app, qtbot, hub, empty_settings, tmp_path):
    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / "cache"))
    backend = PluginBackend(tmp_path)
    backend.save_connection(
        api.Connection("Stand-in", "custom", hub.url, hub.token_url),
        api.Credentials(hub.client_id, hub.client_secret), remember=False,
    )
    backend.choose_connection("Stand-in")
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.resize(400, 760)
    made.show()
    yield made
    made.shut_down()
    backend.shut_down()
    QgsApplication.taskManager().cancelAll()
    QgsProject.instance().clear()


def look(dock, qtbot, name=None):
    """Open the tab, and a collection when one is named; waits until all is read."""
    dock.tabs.setCurrentWidget(dock.mydata_panel)
    picker = dock.mydata_panel.collections
    qtbot.waitUntil(lambda: picker.list.topLevelItemCount() == 2, timeout=WAIT_MS)
    if name is not None:
        item = next(i for i in map(picker.list.topLevelItem, range(2)) if i.text(0) == name)
        picker.list.setCurrentItem(item)
        rest(dock, qtbot)
    return picker, dock.mydata_panel.tiles


def rest(dock, qtbot):
    """Until no job of the pane runs."""
    jobs = dock.mydata.tiles._jobs
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT_MS)


def heard(dock):
    told = []
    dock.mydata.message.connect(lambda text, is_error: told.append((text, is_error)))
    return told


def test_nothing_is_asked_before_the_tab_is_looked_at(dock, qtbot, hub):
    qtbot.wait(200)
    assert hub.calls == []
    picker, pane = look(dock, qtbot)
    assert [picker.list.topLevelItem(row).text(0) for row in range(2)] == ["Fields", "Mosaic"]
    assert not pane.buttons["footprints"].isEnabled() and not picker.use_button.isEnabled()
    assert "Choose a collection" in pane.buttons["add"].toolTip()


def test_collections_are_searched_by_name_and_id(dock, qtbot, hub):
    picker, _ = look(dock, qtbot)
    mosaic = next(i for i, c in hub.own.items() if c["name"] == "Mosaic")
    for words in ("mos", mosaic[:8]):
        picker.search_edit.setText(words)
        shown = [not picker.list.topLevelItem(row).isHidden() for row in range(2)]
        assert shown == [False, True]


def test_all_tiles_arrive_and_are_filtered(dock, qtbot, hub):
    failed = list(hub.tiles[next(iter(hub.own))].values())[5]
    failed.update(status="FAILED", additionalData={"failedIngestionCause": "Header of B04.tif is larger than 1 MB"})
    _, pane = look(dock, qtbot, "Mosaic")
    assert pane.table.rowCount() == 230 and pane.summary.text() == "230 tiles, 1 failed"
    paths = [pane.table.tile_at(row).path for row in range(230)]
    assert paths == sorted(paths)
    pane.status_combo.setCurrentIndex(pane.status_combo.findData("FAILED"))
    assert pane.table.rowCount() == 1 and pane.summary.text() == "230 tiles, 1 shown, 1 failed"
    pane.view.selectRow(0)
    assert "larger than 1 MB. Convert the file with 'Make COG'" in pane.details.toPlainText()
    pane.status_combo.setCurrentIndex(0)
    pane.path_edit.setText("2019/01/02 /07/")
    assert pane.table.rowCount() == 1
    pane.path_edit.clear()
    pane.time_edit.setText("2019-01-02 .. 2019-01-03")
    assert pane.table.rowCount() == 100
    pane.time_edit.setText("2019-13")
    assert "'2019-13' is not a time" in pane.summary.text() and pane.table.rowCount() == 100


def test_footprints_come_onto_the_map(dock, qtbot):
    _, pane = look(dock, qtbot, "Mosaic")
    told = heard(dock)
    qtbot.mouseClick(pane.buttons["footprints"], Qt.MouseButton.LeftButton)
    rest(dock, qtbot)
    assert told == [("Footprints on the map: 230.", False)]
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 230
    pane.asked.emit("footprints")
    rest(dock, qtbot)
    assert len(QgsProject.instance().mapLayers()) == 1


def test_tiles_are_added_and_watched_to_their_end(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    told = heard(dock)
    hub.outcomes["b/(BAND).tif"] = "No such file b/B04.tif"
    dock.mydata.tiles.add([new_tile("a/(BAND).tif", "2020-01-01"), new_tile("b/(BAND).tif")])
    qtbot.waitUntil(lambda: any("1 of 2 tiles ingested, 1 failed" in text for text, _ in told), timeout=WAIT_MS)
    assert pane.table.count_by_status() == {"INGESTED": 3, "FAILED": 1}
    assert "b/(BAND).tif: No such file b/B04.tif. Check the path" in pane.details.toPlainText()


def test_selected_tiles_are_deleted_only_when_confirmed(dock, qtbot, hub, monkeypatch):
    _, pane = look(dock, qtbot, "Fields")
    asked, answers = [], [False, True]
    monkeypatch.setattr(
        mydata_tiles_controller, "ask", lambda parent, *words: asked.append(words) or answers.pop(0)
    )
    pane.view.selectRow(0)
    chosen = pane.selected()[0]
    owner = next(i for i, c in hub.own.items() if c["name"] == "Fields")
    qtbot.mouseClick(pane.buttons["delete"], Qt.MouseButton.LeftButton)
    assert len(hub.tiles[owner]) == 2 and "Delete 1 tiles?" in asked[0][1] and chosen.path in asked[0][1]
    del hub.tiles[owner][chosen.tile_id]
    qtbot.mouseClick(pane.buttons["delete"], Qt.MouseButton.LeftButton)
    rest(dock, qtbot)
    assert pane.table.rowCount() == 1 and len(hub.tiles[owner]) == 1


def test_selected_tiles_are_ingested_again_and_one_that_is_gone_is_told(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    owner = next(i for i, c in hub.own.items() if c["name"] == "Fields")
    told = heard(dock)
    pane.view.selectAll()
    gone = pane.selected()[1]
    del hub.tiles[owner][gone.tile_id]
    hub.outcomes[pane.selected()[0].path] = "The file is no TIFF"
    qtbot.mouseClick(pane.buttons["reingest"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("0 of 1 tiles ingested, 1 failed" in text for text, _ in told), timeout=WAIT_MS)
    assert told[0] == ("2 tiles: 1 done, 1 failed.", True)
    said = pane.details.toPlainText()
    assert gone.path in said and "may have been deleted meanwhile" in said and "The file is no TIFF" in said


def test_tiles_are_copied_into_a_chosen_collection(dock, qtbot, hub, monkeypatch):
    look(dock, qtbot, "Fields")
    told, offered = heard(dock), []
    monkeypatch.setattr(mydata_controller.QInputDialog, "getItem",
                        lambda parent, title, text, names, *more: offered.append(names) or (names[0], True))
    dock.mydata_panel.collections.actions_of["copy"].trigger()
    qtbot.waitUntil(lambda: ("The service copies the tiles into 'Mosaic'.", False) in told, timeout=WAIT_MS)
    assert len(offered[0]) == 1 and offered[0][0].startswith("Mosaic (")
    mosaic = next(i for i, c in hub.own.items() if c["name"] == "Mosaic")
    assert any("copyTiles" in path and query == {"toCollection": mosaic} for _, path, query, _ in hub.calls)


def test_a_collection_is_deleted_with_its_count_in_the_question(dock, qtbot, hub, monkeypatch):
    look(dock, qtbot, "Mosaic")
    asked = []
    monkeypatch.setattr(mydata_controller, "ask", lambda parent, *words: asked.append(words) or True)
    told = heard(dock)
    dock.mydata.delete()
    qtbot.waitUntil(lambda: ("Deleted 'Mosaic'.", False) in told, timeout=WAIT_MS)
    assert "'Mosaic' with its 230 tiles" in asked[0][1] and asked[0][2] == "Delete 230 tiles"
    assert [c["name"] for c in hub.own.values()] == ["Fields"]
    qtbot.waitUntil(lambda: dock.mydata_panel.collections.list.topLevelItemCount() == 1, timeout=WAIT_MS)


def test_a_collection_is_made_and_changed(dock, qtbot, hub):
    picker, _ = look(dock, qtbot, "Fields")
    made = CollectionDialog(None)
    qtbot.addWidget(made)
    assert not made.ok_button.isEnabled()
    made.name_edit.setText("Fresh")
    made.bucket_edit.setText("s3://b")
    assert "not the name of a bucket" in made.traps_label.text() and not made.ok_button.isEnabled()
    made.bucket_edit.setText("b")
    assert made.ok_button.isEnabled()
    dock.mydata.make(made.after())
    qtbot.waitUntil(lambda: picker.list.topLevelItemCount() == 3, timeout=WAIT_MS)
    assert picker.current().name == "Fresh"
    before = picker.current()
    dock.mydata.change(before, collection_of({**before.document, "name": "Fresher"}))
    qtbot.waitUntil(lambda: any(c["name"] == "Fresher" for c in hub.own.values()), timeout=WAIT_MS)


def test_the_form_of_a_collection_tells_traps_and_json(qgis_app, qtbot, hub):
    fields = next(c for c in hub.own.values() if c["name"] == "Fields")
    dialog = CollectionDialog(collection_of(fields), 2)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.ok_button.isEnabled() and not dialog.traps_label.isVisible()
    dialog.bands.rename(0, "RED")
    dialog.no_data_edit.clear()
    assert "read RED instead of B04" in dialog.traps_label.text() and dialog.ok_button.isEnabled()
    assert dialog.after().bands[0].source == "B04" and dialog.after().no_data is None
    dialog.bands.rename(0, "4")
    assert "'4' can't be the name" in dialog.traps_label.text() and not dialog.ok_button.isEnabled()
    dialog.bands.rename(0, "B04")
    dialog.no_data_edit.setText("many")
    assert "not a number" in dialog.traps_label.text()
    assert not dialog.json_view.isVisible()
    dialog.json_button.setChecked(True)
    assert dialog.json_view.isVisible() and fields["id"] in dialog.json_view.toPlainText()


def test_use_it_fills_the_imagery_tab(dock, qtbot, hub):
    picker, pane = look(dock, qtbot, "Mosaic")
    qtbot.mouseClick(picker.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dock.tabs.currentWidget() is dock.imagery_panel, timeout=WAIT_MS)
    form = dock.imagery.form()
    mosaic = next(i for i, c in hub.own.items() if c["name"] == "Mosaic")
    order = form.series()
    assert order.image.sources[0].collection == f"byoc-{mosaic}"
    assert "f * sample.B08, f * sample.B04, f * sample.B03" in order.image.evalscript
    assert form.area.bbox.corners == (46.0, -17.0, 47.0, -15.0)
    assert (form.first_day, form.last_day) == (dt.date(2019, 1, 1), dt.date(2019, 1, 5))
    dock.tabs.setCurrentWidget(dock.mydata_panel)
    pane.view.selectRow(120)
    qtbot.mouseClick(pane.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dock.tabs.currentWidget() is dock.imagery_panel, timeout=WAIT_MS)
    form = dock.imagery.form()
    assert form.first_day == form.last_day == dt.date(2019, 1, 3)
    assert form.area.bbox.max_x - form.area.bbox.min_x < 3


def test_errors_are_said_and_the_tab_stays_usable(dock, qtbot, hub):
    look(dock, qtbot, "Fields")
    told = heard(dock)
    hub.refusals[("POST", "tiles")] = (403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS")
    dock.mydata.tiles.add([new_tile("x")])
    rest(dock, qtbot)
    assert told[0][1] and "Only the owner" in told[0][0]
    assert dock.mydata_panel.tiles.buttons["add"].isEnabled()
    owner = next(i for i, c in hub.own.items() if c["name"] == "Fields")
    del hub.own[owner]
    dock.mydata.use()
    qtbot.waitUntil(lambda: any("may have been deleted meanwhile" in text for text, _ in told), timeout=WAIT_MS)


def test_work_can_be_stopped_and_another_collection_ends_it(dock, qtbot, hub):
    hub.steps = 10_000
    _, pane = look(dock, qtbot, "Fields")
    dock.mydata.tiles.add([new_tile("slow")])
    qtbot.waitUntil(lambda: pane.table.count_by_status().get("INGESTING") == 1, timeout=WAIT_MS)
    assert pane.stop_button.isVisible() and not pane.buttons["add"].isEnabled()
    qtbot.mouseClick(pane.stop_button, Qt.MouseButton.LeftButton)
    assert not pane.stop_button.isVisible() and pane.buttons["add"].isEnabled()
    pane.asked.emit("watch")
    look(dock, qtbot, "Mosaic")
    assert pane.table.rowCount() == 230


def test_what_a_stopped_job_left_is_offered_again(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    told = heard(dock)
    hub.refusals[("POST", "tiles")] = (403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS")
    wanted = [new_tile(f"new/{number}", "2020-01-01T10:00:00.250Z") for number in range(12)]
    dock.mydata.tiles.add(wanted)
    rest(dock, qtbot)
    assert told and "Only the owner" in told[0][0]
    left = dock.mydata.tiles._unfinished.left
    dialog = NewTilesDialog("Fields", "my-bucket", left)
    qtbot.addWidget(dialog)
    assert dialog.tiles() == wanted and dialog.ok_button.isEnabled()
    hub.refusals.clear()
    dock.mydata.tiles.add(dialog.tiles())
    qtbot.waitUntil(lambda: pane.table.count_by_status()["INGESTED"] == 14, timeout=WAIT_MS)
    assert dock.mydata.tiles._unfinished.left == []


def test_what_a_killed_session_left_is_offered_by_the_next(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    owner = dock.mydata_panel.collections.current().collection_id
    killed = UnfinishedTiles()
    killed.open(owner)
    killed.begin([new_tile("new/0"), new_tile("new/1", "2020-01-01T10:00:00.250Z")])
    look(dock, qtbot, "Mosaic")
    told = heard(dock)
    look(dock, qtbot, "Fields")
    assert told == [("Tiles not added yet, from an earlier time: 2; 'Add…' goes on with them.", False)]
    dock.mydata.tiles.add(dock.mydata.tiles._unfinished.left)
    qtbot.waitUntil(lambda: pane.table.count_by_status() == {"INGESTED": 4}, timeout=WAIT_MS)
    again = UnfinishedTiles()
    again.open(owner)
    assert again.left == []


def test_a_tile_that_was_made_unheard_is_shown_when_the_job_goes_on(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    owner = next(i for i, c in hub.own.items() if c["name"] == "Fields")
    hub.tiles[owner]["unheard"] = {**numbered_tile(900), "id": "unheard", "path": "new/0"}
    dock.mydata.tiles.add([new_tile("new/0"), new_tile("new/1")])
    qtbot.waitUntil(lambda: pane.table.count_by_status() == {"INGESTED": 4}, timeout=WAIT_MS)


def test_files_open_the_algorithms(dock, qtbot, hub):
    opened = []
    dock.mydata.windows._open = lambda name, values: opened.append((name, values))
    _, pane = look(dock, qtbot, "Fields")
    pane.file_actions["checkcog"].trigger()
    told = heard(dock)
    dock.mydata.windows._open = open_algorithm
    pane.file_actions["makecog"].trigger()
    assert "'sentinelworkbench:makecog' is not there" in told[0][0] and told[0][1]
    assert opened == [("checkcog", {})]


def test_every_control_is_reached_by_the_tab_key(dock, qtbot):
    look(dock, qtbot, "Mosaic")
    panel = dock.mydata_panel
    wanted = [panel.collections.search_edit, panel.collections.list, panel.collections.new_button,
              panel.collections.more_button, panel.tiles.status_combo, panel.tiles.view,
              panel.tiles.buttons["footprints"], panel.tiles.files_button]  # fmt: skip
    seen, widget = set(), panel.collections.search_edit
    for _ in range(400):
        seen.add(widget)
        widget = widget.nextInFocusChain()
    assert all(one in seen and one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in wanted)


def polygons(*rectangles, crs="EPSG:4326"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "fields", "memory")
    features = []
    for rectangle in rectangles:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(*rectangle)))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_sensing_time_and_cover_are_changed_in_a_dialog(dock, qtbot, hub):
    _, pane = look(dock, qtbot, "Fields")
    layer = polygons((1, 2, 3, 4), (5, 6, 7, 8), (100, 60, 101, 95))
    tiles = pane.table.all_tiles()
    dialog = TileDialog(tiles)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.ok_button.isEnabled()
    dialog.time_combo.setCurrentIndex(dialog.time_combo.findData(SET))
    assert dialog.ok_button.isEnabled()
    dialog.cover_combo.setCurrentIndex(dialog.cover_combo.findData(SET))
    dialog.layer_combo.setLayer(layer)
    assert "0 features of 'fields' are selected" in dialog.note.text() and not dialog.ok_button.isEnabled()
    layer.selectByIds([3])
    dialog.layer_combo.layerChanged.emit(layer)
    assert "pole" in dialog.note.text()
    layer.selectByIds([2])
    dialog.layer_combo.layerChanged.emit(layer)
    assert dialog.note.text() == "5 points." and dialog.ok_button.isEnabled()
    change = dialog.change()
    assert change.values["sensing_time"] == dt.datetime(2019, 1, 1, tzinfo=dt.timezone.utc)
    dock.mydata.tiles.change(tiles, change)
    rest(dock, qtbot)
    owner = next(i for i, c in hub.own.items() if c["name"] == "Fields")
    covers = [tile["coverGeometry"] for tile in hub.tiles[owner].values()]
    assert all(cover["coordinates"][0][0] in ([5, 6], [5, 8], [7, 6], [7, 8]) for cover in covers)
    for combo in (dialog.time_combo, dialog.cover_combo):
        combo.setCurrentIndex(combo.findData(REMOVE))
    assert dialog.change() == TileChange({"sensing_time": None, "cover": None})
    dialog.time_combo.setCurrentIndex(dialog.time_combo.findData(KEEP))
    assert dialog.change() == TileChange({"cover": None})


def test_a_list_of_new_tiles_is_understood_while_it_is_typed(qgis_app, qtbot):
    dialog = NewTilesDialog("Fields", "my-bucket")
    qtbot.addWidget(dialog)
    assert not dialog.ok_button.isEnabled() and dialog.note.text() == "No tile yet."
    dialog.list_edit.setPlainText("a/(BAND).tif, 2019-01-01T10:00\nfolder\n")
    assert "a/(BAND).tif (2019-01-01 10:00:00 UTC)" in dialog.note.text() and "folder" in dialog.note.text()
    assert [tile.path for tile in dialog.tiles()] == ["a/(BAND).tif", "folder"] and dialog.ok_button.isEnabled()
    wrong = (("a\na", "in the list twice"), ("a\n/b", "Line 2: '/b' can't be"), ("a, soon", "not a date"))
    for text, complaint in wrong:
        dialog.list_edit.setPlainText(text)
        assert complaint in dialog.note.text() and not dialog.ok_button.isEnabled()


def test_tiles_are_found_in_the_names_of_a_folder(qgis_app, qtbot, tmp_path):
    for name in ("2021/03/a_20210304_B04.tif", "2021/03/a_20210304_B08.tif", "2021/04/a_20210405_B04.tif",
                 "2021/04/a_20210405_B08.tif", "notes.txt", ".hidden/x.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    dialog = DiscoveryDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.ok_button.isEnabled() and "Choose a folder" in dialog.note.text()
    dialog.folder.setFilePath(str(tmp_path))
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() == 2, timeout=WAIT_MS)
    assert dialog.tree.topLevelItem(0).text(1) == "2021-03-04 00:00:00"
    assert "Files: 5; tiles: 2." in dialog.note.text() and "notes.txt: It is no GeoTIFF" in dialog.note.text()
    dialog.prefix_edit.setText("own/")
    dialog.time_combo.setEditText("{YYYY}{MM}{XX}")
    qtbot.waitUntil(lambda: "{XX} is not known" in dialog.note.text(), timeout=WAIT_MS)
    assert not dialog.ok_button.isEnabled()
    dialog.time_combo.setEditText("")
    qtbot.waitUntil(dialog.ok_button.isEnabled, timeout=WAIT_MS)
    tiles = dialog.tiles()
    assert [tile.path for tile in tiles] == ["own/2021/03/a_20210304_(BAND).tif", "own/2021/04/a_20210405_(BAND).tif"]
    assert tiles[0].sensing_time is None
    dialog.folder.setFilePath(str(tmp_path / "nothing"))
    qtbot.waitUntil(lambda: "is not there" in dialog.note.text(), timeout=WAIT_MS)
    list_dialog = NewTilesDialog("Fields", "b", [new_tile("first")])
    qtbot.addWidget(list_dialog)
    list_dialog.append(tiles)
    assert [tile.path for tile in list_dialog.tiles()] == ["first", *(tile.path for tile in tiles)]


def test_tiles_are_found_in_a_pasted_listing(qgis_app, qtbot):
    dialog = DiscoveryDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.source_combo.setCurrentIndex(1)
    assert dialog.listing_edit.isVisible() and not dialog.folder.isVisible()
    dialog.listing_edit.setPlainText(
        "2021-05-01 10:00:00     123456 x/2021-01-02/B04.tif\n2021-05-01 10:00:00     123456 x/2021-01-02/B08.tif\n"
        "s3://bucket/x/2021-01-03/B04.tif\nx/2021-01-03/B08.tif\n                           PRE x/\n"
    )
    times = [dialog.tree.topLevelItem(row).text(1) for row in range(dialog.tree.topLevelItemCount())]
    assert times == ["2021-01-02 00:00:00", "2021-01-03 00:00:00"]
    assert dialog.template_combo.currentText() == "**/(BAND).tif"
    assert dialog.time_combo.currentText() == "{YYYY}-{MM}-{DD}"


def test_the_table_keeps_selection_and_order_with_twenty_thousand_tiles(qgis_app):
    table = TileTable()
    tiles = [tile_of(numbered_tile(number)) for number in range(20_000)]
    for first in range(0, 20_000, 100):
        table.add(tiles[first : first + 100])
    assert table.rowCount() == 20_000
    table.sort(PATH, Qt.SortOrder.DescendingOrder)
    assert table.tile_at(0).path > table.tile_at(19_999).path
    index = table.index(7, PATH)
    kept = QPersistentModelIndex(index)
    path = index.data()
    table.sort(CREATED)
    assert kept.data() == path
    table.use_filter(TileFilter(path=path))
    assert kept.row() == 0 and table.rowCount() == 1
    table.use_filter(TileFilter(status="FAILED"))
    assert not kept.isValid() and table.rowCount() == 0
    table.put([ByocTile(tiles[3].tile_id, tiles[3].path, "FAILED", cause="why")])
    assert table.count_by_status()["FAILED"] == 1
    table.use_filter(TileFilter())
    row = table.row_of(tiles[3].tile_id)
    assert table.index(row, STATUS).data() == "failed"
    assert table.index(row, STATUS).data(Qt.ItemDataRole.ToolTipRole) == "why"
    assert table.index(row, SENSED).data() == ""
    assert table.all_tiles()[0].cover_geometry is None


def test_equal_ones_are_in_the_order_of_their_paths_and_all_can_be_selected(qgis_app, qtbot):
    pane = TilePane()
    qtbot.addWidget(pane)
    pane.table.add([tile_of(numbered_tile(number)) for number in (130, 7, 60, 8)])
    pane.table.put([ByocTile("new", "a/(BAND).tif", "FAILED")])
    pane.table.sort(SENSED)
    assert [pane.table.tile_at(row).path[:13] for row in range(5)] == [
        "a/(BAND).tif", "2019/01/01/07", "2019/01/01/08", "2019/01/02/10", "2019/01/03/30"
    ]
    pane.table.sort(STATUS, Qt.SortOrder.DescendingOrder)
    assert pane.table.tile_at(0).tile_id == "new"
    pane.table.put([ByocTile("new", "a/(BAND).tif", "WAITING")])
    pane.table.sort(STATUS)
    assert pane.table.tile_at(0).status == "WAITING"
    pane.view.selectAll()
    assert [tile.path for tile in pane.selected()] == [pane.table.tile_at(row).path for row in range(5)]
    pane.path_edit.setText("2019 /0")
    assert pane.table.rowCount() == 4


@pytest.mark.parametrize(
    "text, start, end",
    [
        ("2019", "2019-01-01", "2020-01-01"), ("2019-12", "2019-12-01", "2020-01-01"),
        ("2019-02-28", "2019-02-28", "2019-03-01"), ("2019-01 .. 2019-03", "2019-01-01", "2019-04-01"),
        ("2019 to 2020", "2019-01-01", "2021-01-01"), ("2019-05 ..", "2019-05-01", None),
        ("..2019", None, "2020-01-01"), ("", None, None),
    ],
)  # fmt: skip
def test_times_to_filter_by(text, start, end):
    assert [moment and str(moment.date()) for moment in parse_span(text)] == [start, end]


@pytest.mark.parametrize("text", ["soon", "2019-13", "2019-02-30", "..", "1 to 2 to 3", "9999"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InvalidInput):
        parse_span(text)


def test_selecting_thousands_asks_the_table_of_those_that_are_seen_only(qgis_app, qtbot):
    asked = []

    class Counting(TileTable):
        def rowCount(self, *parent):
            asked.append(1)
            return super().rowCount(*parent)

    table = Counting()
    table.add([tile_of(numbered_tile(number)) for number in range(5000)])
    view = make_rows_view("tiles", "Tiles", table)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    QgsApplication.processEvents()
    asked.clear()
    view.selectAll()
    QgsApplication.processEvents()
    assert len(asked) < 5000
    assert len(view.selectionModel().selectedRows()) == 5000
