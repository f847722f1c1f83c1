"""Finding parcels at a CbM server from the tab, and asking it for more about one of them."""

from __future__ import annotations

import csv

import pytest
from cbm_hub import LAT, LON, TABLE, UTM, cbm_hub, make_scenes
from fake_backend import FakeBackend
from hub_fakes import ACCOUNT
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import QDate, QEvent, QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog

from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.records import CbmArea, CbmInfo, CbmParcel
from sentinel_workbench.core.errors import AuthenticationFailed, NotThere
from sentinel_workbench.core.qgis.cbm_layers import ParcelOrigin, origin_of
from sentinel_workbench.core.qgis.cbm_servers import CbmServers
from sentinel_workbench.localhub import cbm_chip_requests
from sentinel_workbench.ui import parcel_extras
from sentinel_workbench.ui.parcel_finder import ParcelFinder
from sentinel_workbench.ui.parcel_finder_controller import ParcelFinderController

WAIT = {"timeout": 20_000}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder, 4)
    return folder


@pytest.fixture()
def server(data, monkeypatch, empty_settings):
    monkeypatch.setenv("CBM_USER", ACCOUNT.client_id)
    monkeypatch.setenv("CBM_PASSWORD", ACCOUNT.client_secret)
    with cbm_hub(data, quirks=True) as running:
        CbmServers().save(CbmConnection("near", running.url))
        yield running


@pytest.fixture()
def backend(qgis_app, empty_settings):
    made = PluginBackend()
    yield made
    made.shut_down()


class Desk:
    """The box on a map, as the tab has it."""

    def __init__(self, backend, qtbot):
        self.canvas, self.box, self.added = QgsMapCanvas(), ParcelFinder(), []
        self.canvas.resize(400, 400)
        for widget in (self.canvas, self.box):
            qtbot.addWidget(widget)
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(UTM))
        self.canvas.setExtent(QgsRectangle(499000, 4999000, 501000, 5001000))
        self.controller = ParcelFinderController(self.box, backend, self.canvas, self.added.append)
        self.qtbot = qtbot
        self.box.show()

    def message(self, words):
        self.qtbot.waitUntil(lambda: words in self.box.message.text(), **WAIT)
        assert not self.box.bar.isVisible()
        return self.box.message.text()

    def show_project(self):
        """As the layer tree does in QGIS."""
        self.canvas.setLayers(list(QgsProject.instance().mapLayers().values()))

    def ready(self):
        self.qtbot.waitUntil(lambda: self.box.table_texts == ("nl", "2019", ""), **WAIT)

    def pids(self):
        return sorted(str(feature["pid"]) for feature in self.added[-1].getFeatures())


@pytest.fixture()
def desk(backend, server, qtbot, qgis_new_project):
    made = Desk(backend, qtbot)
    made.ready()
    yield made
    made.controller.shut_down()


def click(canvas, x, y, button=Qt.MouseButton.LeftButton):
    """A click of the tool in use, at map coordinates."""
    pixel = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    place = QPoint(round(pixel.x()), round(pixel.y()))
    canvas.mapTool().canvasReleaseEvent(QgsMapMouseEvent(canvas, QEvent.Type.MouseButtonRelease, place, button))


def test_areas_and_years_come_from_the_server(desk, server):
    assert [desk.box.area_combo.itemText(i) for i in range(desk.box.area_combo.count())] == ["nl"]
    assert desk.controller.server.name == "near" and desk.controller.table == TABLE
    assert server.count("info") == 1
    desk.box.year_combo.setEditText("2031")
    assert desk.controller.table is None
    desk.controller.find_by_id("a")
    assert "'nl' has no parcels of 2031. There are: 2019." in desk.box.message.text()
    assert server.count("parcelByID") == 0
    desk.box.area_combo.setEditText("xx")
    desk.controller.find_by_id("a")
    assert "no area 'xx'. Your account's areas: nl." in desk.box.message.text()


def test_a_click_adds_the_parcel_there_in_its_own_crs(desk):
    desk.box.pick_button.click()
    assert desk.canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    click(desk.canvas, 500100, 5000100)
    desk.message("Parcel a (Wheat) is on the map")
    (layer,) = desk.added
    assert desk.canvas.extent().width() > 1900  # it was seen well already
    desk.canvas.setExtent(QgsRectangle(480000, 4980000, 520000, 5020000))
    click(desk.canvas, 500100, 5000100)
    desk.qtbot.waitUntil(lambda: desk.canvas.extent().width() < 1500, **WAIT)
    assert layer.crs().authid() == UTM and desk.pids() == ["a"] and layer.selectedFeatureCount() == 1
    assert origin_of(layer) == ParcelOrigin("near", TABLE) and layer.id() in QgsProject.instance().mapLayers()
    assert desk.canvas.extent().contains(layer.extent()) and desk.canvas.extent().width() < 1500
    click(desk.canvas, 500480, 5000100)
    desk.message("Parcel b")
    click(desk.canvas, 500100, 5000100)
    desk.message("Parcel a")
    assert desk.pids() == ["a", "b"] and desk.added[-1] is layer
    assert [feature["pid"] for feature in layer.selectedFeatures()] == ["a"]
    assert desk.box.parcel_label.text().startswith("a, Wheat, ")


def test_a_click_beside_all_parcels_says_so_and_esc_gives_the_map_back(desk):
    before = desk.canvas.mapTool()
    desk.box.pick_button.click()
    click(desk.canvas, 499100, 4999100)
    text = desk.message("There is no parcel of nl 2019 at")
    assert text.startswith("⚠") and desk.added == [] and desk.box.pick_button.isChecked()
    QTest.keyClick(desk.canvas, Qt.Key.Key_Escape)
    if desk.box.pick_button.isChecked():  # an offscreen canvas may not pass keys on
        from qgis.PyQt.QtGui import QKeyEvent

        desk.canvas.mapTool().keyPressEvent(
            QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert not desk.box.pick_button.isChecked() and desk.canvas.mapTool() is before
    desk.box.pick_button.click()
    click(desk.canvas, 0, 0, Qt.MouseButton.RightButton)
    assert not desk.box.pick_button.isChecked()


def test_by_id_in_the_view_and_in_a_polygon(desk):
    desk.box.id_edit.setText(" o'e ")
    QTest.keyClick(desk.box.id_edit, Qt.Key.Key_Return)
    desk.message("Parcel o'e (Grass)")
    desk.box.id_edit.setText("zz")
    desk.box.id_button.click()
    desk.message("has no parcel 'zz'")
    desk.box.id_edit.clear()
    desk.box.id_button.click()
    desk.message("Type the id of a parcel first")
    desk.show_project()
    desk.canvas.setExtent(QgsRectangle(499000, 4999000, 501000, 5001000))
    desk.box.view_button.click()
    desk.message("5 parcels in the map view are on the map")
    assert desk.pids() == ["a", "b", "c", "d", "o'e"] and desk.box.parcel_label.text().startswith("Select one")
    desk.box.polygon_button.click()
    ring = [QgsPointXY(*corner) for corner in ((499600, 5000200), (500000, 5000200), (500000, 5000600))]
    desk.canvas.mapTool().drawn.emit(QgsGeometry.fromPolygonXY([ring]))
    desk.message("Parcel c (Potatoes)")
    assert not desk.box.polygon_button.isChecked()
    desk.canvas.setExtent(QgsRectangle(400000, 4900000, 400100, 4900100))
    desk.box.view_button.click()
    desk.message("There is no parcel of nl 2019 in the map view")


def test_without_a_map_there_is_no_view(desk):
    desk.box.view_button.click()
    assert "The map is empty" in desk.box.message.text()


def test_more_than_a_hundred_parcels_and_places_west_of_greenwich_are_told(qtbot, qgis_new_project):
    backend = FakeBackend()
    backend.servers = [CbmConnection("far", "https://cbm.example")]
    desk = Desk(backend, qtbot)
    for text, combo in (("es", desk.box.area_combo), ("2019", desk.box.year_combo)):
        combo.setEditText(text)
    layer = QgsVectorLayer(f"Polygon?crs={UTM}", "any", "memory")
    QgsProject.instance().addMapLayer(layer)
    desk.canvas.setLayers([layer])
    desk.box.view_button.click()
    title, server, work, done, fail, running = backend.cbm_runs[-1]
    assert title == "Parcels in the map view" and server.name == "far"
    done(((), ("The server can't take a polygon with negative coordinates.",)))
    assert "There is no parcel of es 2019 in the map view. The server can't take" in desk.box.message.text()
    desk.box.view_button.click()
    backend.cbm_runs[-1][4](AuthenticationFailed("far does not know this user and password.", "Correct the login."))
    assert "⚠ far does not know this user" in desk.box.message.text() and not desk.box.bar.isVisible()
    desk.box.view_button.click()
    desk.box.stop_button.click()
    assert backend.cbm_runs[-1][5].cancelled and not desk.box.bar.isVisible()
    desk.controller.shut_down()


def test_a_server_that_cannot_tell_takes_what_is_typed_and_it_is_remembered(qtbot, qgis_new_project, empty_settings):
    backend = FakeBackend()
    backend.servers = [CbmConnection("old", "https://old.example"), CbmConnection("new", "https://new.example")]
    desk = Desk(backend, qtbot)
    backend.cbm_runs[0][4](NotThere("old.example has no 'info'."))
    assert "can't tell its areas and years: type them" in desk.box.server_note.text()
    desk.box.area_combo.setEditText("nld")
    desk.box.year_combo.setEditText("2018")
    assert (desk.controller.table.aoi, desk.controller.table.year) == ("nld", "2018")
    desk.box.server_combo.setCurrentIndex(1)
    desk.box.server_chosen.emit()
    assert desk.controller.table is None
    backend.cbm_runs[-1][3](CbmInfo("new", (CbmArea("at", ("2018", "2020")), CbmArea("be", ("2019",), ("v", "w")))))
    assert desk.box.table_texts == ("at", "2020", "") and not desk.box.type_combo.isVisible()
    desk.box.area_combo.setEditText("be")
    assert desk.box.table_texts == ("be", "2019", "") and desk.box.type_combo.isVisible()
    desk.box.type_combo.setEditText("w")
    assert desk.controller.table.parcel_type == "w"
    desk.controller.shut_down()
    again = Desk(backend, qtbot)
    assert again.controller.server.name == "new"
    backend.cbm_runs[-1][3](CbmInfo("new", (CbmArea("at", ("2018",)), CbmArea("be", ("2019",), ("v", "w")))))
    assert again.box.table_texts == ("be", "2019", "w")
    again.box.server_combo.setCurrentIndex(0)
    again.box.server_chosen.emit()
    assert again.box.table_texts == ("nld", "2018", "")
    again.controller.shut_down()


def test_without_a_server_the_local_hub_offers_itself(qtbot, empty_settings):
    backend = FakeBackend()
    desk = Desk(backend, qtbot)
    assert desk.box.hub_button.isVisible() and "No CbM server yet" in desk.box.server_note.text()
    desk.controller.find_by_id("1")
    assert "No CbM server is chosen" in desk.box.message.text()
    desk.box.hub_button.click()
    assert desk.box.bar.isVisible() and not desk.box.hub_button.isEnabled()
    desk.box.stop_button.click()
    assert backend.hub_starts[0][3].cancelled and not desk.box.bar.isVisible() and desk.box.hub_button.isEnabled()
    desk.box.hub_button.click()
    ready, _error, progress, _work = backend.hub_starts[1]
    progress(0.5, "Making scenes")
    assert desk.box.bar.isVisible()
    backend.servers = [CbmConnection("Local hub (demo)", "http://127.0.0.1:1", generation=4)]
    ready(backend.start_hub_now())
    assert desk.controller.server.name == "Local hub (demo)" and not desk.box.hub_button.isVisible()
    assert not desk.box.bar.isVisible() and backend.cbm_runs[-1][0] == "Asking Local hub (demo)"
    desk.controller.shut_down()


def found(desk, pid="a"):
    desk.controller.find_by_id(pid)
    desk.message(f"Parcel {pid}")


def test_peers_become_a_layer_with_their_distance(desk, monkeypatch):
    found(desk)
    monkeypatch.setattr(parcel_extras.PeersDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    desk.box.peers_button.click()
    desk.message("1 peers are on the map, 200 to 200 m away")
    (layer,) = QgsProject.instance().mapLayersByName("Peers of a")
    (peer,) = layer.getFeatures()
    assert peer["pid"] == "b" and peer["distance_m"] == pytest.approx(200, abs=1) and layer.crs().authid() == UTM
    found(desk, "o'e")
    desk.box.peers_button.click()
    desk.message("No parcel with the same crop")


def test_time_series_are_plotted_and_saved(desk, tmp_path, monkeypatch):
    found(desk)
    desk.box.series_asked.emit("s2")
    desk.qtbot.waitUntil(lambda: len(desk.controller._extras.windows) == 1, **WAIT)
    (window,) = desk.controller._extras.windows
    assert [line.title for line in window.plot.lines] == ["B04", "B08"] and len(window.plot.dates) == 4
    window.clear_check.setChecked(True)
    assert {len(line.points) for line in window.plot.lines} == {2}  # every other date is cloud in the west
    window.band_combo.setCurrentIndex(window.band_combo.findData("NDVI"))
    (line,) = window.plot.lines
    assert 0.6 < line.points[0].value < 0.8
    target = tmp_path / "series.csv"
    monkeypatch.setattr(parcel_extras.QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    window.csv_button.click()
    rows = list(csv.DictReader(target.open()))
    assert len(rows) == 8 and {row["band"] for row in rows} == {"B04", "B08"}
    assert {(row["scl_9"], row["clear"]) for row in rows} == {("0", "clear"), ("50", "not clear")}
    desk.box.series_asked.emit("scl")
    desk.qtbot.waitUntil(lambda: len(desk.controller._extras.windows) == 2, **WAIT)
    assert "4 dates, 2 of them clear" in desk.controller._extras.windows[1].note.text()
    desk.box.series_asked.emit("bs")
    desk.message("⚠")


def test_a_map_around_the_parcel_becomes_the_lowest_layer(desk, monkeypatch):
    monkeypatch.setattr(cbm_chip_requests, "_VISIBLE", ("B08", "B04", "B04"))  # what these scenes have
    found(desk)
    for times in (1, 2):  # the second identical question is answered by nothing
        desk.box.background_asked.emit("google")
        desk.qtbot.waitUntil(
            lambda times=times: len(QgsProject.instance().mapLayersByName("google around a")) == times, **WAIT)
    assert QgsProject.instance().layerTreeRoot().children()[-1].name() == "google around a"
    desk.box.background_asked.emit("mars")
    desk.message("no background map 'mars'")


def fill_and_fetch(monkeypatch, change):
    """Answer the dialog of chips as a user would."""

    def exec_(dialog):
        change(dialog)
        dialog.fetch_button.click()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(parcel_extras.PlaceChipsDialog, "exec", exec_)


def test_chips_around_the_parcel_become_a_temporal_group(desk, monkeypatch, tmp_path):
    found(desk)

    def change(dialog):
        assert dialog.place_edit.text().startswith("3.0012") and dialog.first_edit.date() == QDate(2019, 5, 1)
        dialog.bands_combo.setEditText("b08, B04; SCL")
        dialog.folder.setFilePath(str(tmp_path))

    fill_and_fetch(monkeypatch, change)
    desk.box.chips_button.click()
    desk.message("4 chips of 4 dates are a group that follows the time")
    (group,) = QgsProject.instance().layerTreeRoot().findGroups()
    layers = [node.layer() for node in group.findLayers()]
    assert group.name().startswith("Chips B08 B04 SCL at 3.0012") and len(layers) == 4
    assert all(one.bandCount() == 3 and one.temporalProperties().isActive() for one in layers)
    assert all(str(tmp_path) in one.source() for one in layers)


def test_chips_anywhere_and_a_place_without_images(desk, monkeypatch):
    fill_and_fetch(monkeypatch, lambda dialog: dialog.bands_combo.setEditText("SCL"))
    desk.canvas.setExtent(QgsRectangle(499950, 4999950, 500050, 5000050))
    desk.box.chips_button.click()
    desk.message("4 chips of 4 dates")
    fill_and_fetch(monkeypatch, lambda dialog: dialog.place_edit.setText("20, 10"))
    desk.box.chips_button.click()
    desk.message("There is no image of this place")
    fill_and_fetch(monkeypatch, lambda dialog: dialog.product_combo.setCurrentIndex(2))
    desk.box.chips_button.click()
    desk.message("There is no image of this place")


def test_the_dialog_of_chips_refuses_what_no_server_takes(qtbot):
    days = (QDate(2019, 5, 1), QDate(2019, 6, 1))
    dialog = parcel_extras.PlaceChipsDialog((LON, LAT), days, 640)
    qtbot.addWidget(dialog)
    for change, words in (
        (lambda: dialog.place_edit.setText("x"), "not two numbers"),
        (lambda: dialog.bands_combo.setEditText("B99"), "no Sentinel-2 band"),
        (lambda: dialog.bands_combo.setEditText(""), "every band once"),
        (lambda: dialog.last_edit.setDate(QDate(2019, 4, 1)), "before the first"),
    ):
        change()
        dialog.fetch_button.click()
        assert words in dialog.problem.text() and dialog.order is None
        dialog.place_edit.setText("3, 45")
        dialog.bands_combo.setEditText("B08, B04, B03")
        dialog.last_edit.setDate(days[1])
    assert dialog.picture_check.isEnabled()
    dialog.product_combo.setCurrentIndex(3)
    assert not dialog.picture_check.isEnabled() and not dialog.bands_combo.isEnabled()
    dialog.fetch_button.click()
    assert (dialog.order.chips.bands, dialog.order.chips.level, dialog.order.as_pictures) == (
        ("VV", "VH"), "CARD-COH6", False)


def test_a_server_that_went_away_is_told(desk, server):
    found(desk)
    CbmServers().delete("near")
    desk.box.background_asked.emit("google")
    assert "The server 'near' is not there any more" in desk.box.message.text()


def test_several_parcels_at_one_place_are_all_named(qtbot, qgis_new_project):
    backend = FakeBackend()
    backend.servers = [CbmConnection("far", "https://cbm.example")]
    desk = Desk(backend, qtbot)
    desk.box.area_combo.setEditText("nl")
    desk.box.year_combo.setEditText("2019")
    desk.controller.find_at(3.0, 45.0)
    ring = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    parcels = [CbmParcel(pid, geometry={"type": "Polygon", "coordinates": ring}, crs=crs)
               for pid, crs in (("7", UTM), ("8", UTM), ("9", "EPSG:4326"))]
    backend.cbm_runs[-1][3]((parcels, ()))
    assert "3 parcels at 3.00000, 45.00000 are on the map: 7, 8, 9." in desk.box.message.text()
    assert len(QgsProject.instance().mapLayersByName("Parcels of nl 2019")) == 2 and desk.pids() == ["7", "8"]
    desk.controller.find_at(3.0, 45.0)
    backend.cbm_runs[-1][3]([[CbmParcel("5")], ()])
    assert "came with its outline" in desk.box.message.text()
    desk.controller.shut_down()


def test_a_layer_that_is_removed_or_not_of_a_server_leaves_nothing_behind(desk):
    found(desk)
    QgsProject.instance().removeMapLayer(desk.added[-1].id())
    assert not desk.box.peers_button.isEnabled() and desk.box.parcel_label.text().startswith("Select one")
    own = QgsVectorLayer("Polygon?crs=EPSG:4326&field=pid:string", "own", "memory")
    desk.controller.use_layer(own)
    own.selectAll()
    assert not desk.box.peers_button.isEnabled()
    found(desk, "b")
    desk.controller.use_layer(None)
    assert not desk.box.peers_button.isEnabled()
