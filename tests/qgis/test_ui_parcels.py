"""The Parcels tab on a plugin that lives in memory, with real layers and real chips of small scenes."""

from __future__ import annotations

import threading

import pytest
from fake_backend import FakeBackend
from parcel_cases import rectangle
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapToolPan
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel
from season_cases import EAST_FIELD, PARCELS, ScenesInMemory

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.errors import Cancelled, ConnectionFailed
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.core.qgis import own_parcels
from sentinel_workbench.core.qgis.geometry import geometry_of
from sentinel_workbench.core.services.scl_histogram import ClearRule, Verdict
from sentinel_workbench.core.stac.records import StacCollection
from sentinel_workbench.ui import parcel_reading, parcel_source
from sentinel_workbench.ui.clear_rule_box import ClearRuleBox, rule_text
from sentinel_workbench.ui.costs import CostGuard
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.parcels_controller import ParcelsController
from sentinel_workbench.ui.parcels_panel import ParcelsPanel

UTM = "EPSG:32631"


class OpenedWindows:
    """Stands for the windows of seasons."""

    def __init__(self):
        self.desks = []

    def show(self, desk):
        self.desks.append(desk)


class Tab:
    """The tab with what is around it."""

    def __init__(self, qtbot, canvas, backend, ask=None):
        self.qtbot, self.canvas, self.backend, self.windows = qtbot, canvas, backend, OpenedWindows()
        self.panel = ParcelsPanel()
        qtbot.addWidget(self.panel)
        self.form = self.panel.form
        guard = None
        if ask is not None:
            guard = CostGuard(backend, ask=ask)
        self.controller = ParcelsController(self.panel, backend, canvas, self.windows, guard)

    def show(self):
        self.panel.show()
        return self.settle()

    def settle(self):
        """Until the layer is read."""
        self.controller.layers.read()
        self.backend.do_alone()
        return self

    @property
    def note(self):
        return self.form.parcels_note.text()

    @property
    def reason(self):
        return "" if self.panel.look_button.isEnabled() else self.panel.estimate.text()

    def look(self, scenes=None, progress=None):
        """Press Look and do its work here; what came goes to the tab."""
        self.qtbot.mouseClick(self.panel.look_button, Qt.MouseButton.LeftButton)
        _, _, work, on_done, on_error, running = self.backend.runs.pop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parcel_source, "HubChips", lambda *_: scenes or ScenesInMemory())
            on_done(work(Services(), progress or Silent()))
        return running


class Services:
    series = availability = None


@pytest.fixture
def canvas(qgis_app, qtbot, qgis_new_project):
    made = QgsMapCanvas()
    qtbot.addWidget(made)
    made.setDestinationCrs(QgsCoordinateReferenceSystem(UTM))
    made.setExtent(QgsRectangle(499000, 4999000, 501000, 5001000))
    return made


@pytest.fixture
def backend(tmp_path, empty_settings):
    QgsSettings().setValue("sentinel_workbench/demo_folder", str(tmp_path / "demo"))
    return FakeBackend()


@pytest.fixture
def tab(qtbot, canvas, backend):
    made = Tab(qtbot, canvas, backend)
    yield made
    made.controller.shut_down()


@pytest.fixture
def ready(tab, tmp_path):
    """A connection, a layer, the season's period: all that a look needs."""
    tab.backend.add_connection()
    add_layer()
    spring(tab)
    tab.form.folder.setFilePath(str(tmp_path / "chips"))
    tab.controller.follow_connection()
    return tab.show()


def spring(tab):
    tab.form.show_days(QDate(2019, 4, 1), QDate(2019, 5, 31))


def add_layer(parcels=PARCELS, crs=UTM, name="Fields", field="pid"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field={field}:string", name, "memory")
    add_features(layer, [(parcel.pid, geometry_of(parcel.geometry)) for parcel in parcels])
    return QgsProject.instance().addMapLayer(layer)


def add_features(layer, members):
    features = []
    for pid, geometry in members:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([pid])
        feature.setGeometry(geometry)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()


def test_the_first_sentence_says_what_to_do_first(tab):
    tab.show()
    assert tab.reason == "No connection yet: start the local hub or connect above."
    assert tab.note == "The project has no polygon layer. Add one, or draw a parcel on the map."
    tab.backend.add_connection()
    tab.controller.follow_connection()
    assert tab.reason == "The project has no polygon layer. Add one, or draw a parcel on the map."
    add_layer()
    assert tab.settle().reason == ""


def test_nothing_is_read_or_asked_before_the_tab_is_looked_at(tab):
    tab.backend.add_connection()
    add_layer()
    tab.controller.follow_connection()
    tab.controller.layers.read()
    assert not (tab.backend.alone or tab.backend.runs or tab.backend.open_runs)
    tab.show()
    assert tab.note == "4 parcels, 29 ha."


def test_the_layer_is_not_read_again_when_a_connection_changes_its_colour(ready):
    ready.backend.tell()
    ready.controller.follow_connection()
    assert not (ready.backend.alone or ready.controller.layers._settle.isActive()) and ready.reason == ""


def test_the_selection_is_followed(ready):
    layer = ready.controller.layers._layer
    ready.form.selected_check.setChecked(True)
    assert ready.settle().reason == (
        "No parcel is selected in the layer 'Fields'. Select some on the map, or uncheck 'Selected only'.")
    layer.selectByExpression(f"pid = '{EAST_FIELD}'")
    assert ready.settle().note == "1 parcel, 9.01 ha." and ready.reason == ""


def test_another_layer_is_read_at_once(ready):
    ready.form.layer_combo.setLayer(add_layer(PARCELS[:1], name="One"))
    assert (ready.note, ready.reason) == ("Reading 1 parcel…", "Reading the parcels…")
    ready.backend.do_alone()
    assert ready.note == "1 parcel, 12 ha." and ready.reason == ""


def test_parcels_that_come_to_the_chosen_layer_are_seen(ready):
    layer = ready.controller.layers._layer
    add_features(layer, [("one more", geometry_of(PARCELS[0].geometry))])
    ready.controller.layers.choose(layer)
    ready.backend.do_alone()
    assert ready.note.startswith("5 parcels")


def test_editing_the_layer_is_followed(ready):
    layer = ready.controller.layers._layer
    ready.controller.layers._settle.stop()
    layer.startEditing()
    layer.deleteFeature(next(layer.getFeatures()).id())
    assert ready.controller.layers._settle.isActive()
    assert ready.settle().note.startswith("3 parcels")


def test_a_click_right_after_a_change_of_the_selection_is_heard(ready):
    layer = ready.controller.layers._layer
    ready.form.selected_check.setChecked(True)
    layer.selectByExpression(f"pid = '{EAST_FIELD}'")
    ready.look()
    assert [parcel.pid for parcel in ready.windows.desks[0].parcels] == [EAST_FIELD]
    layer.removeSelection()
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    assert ready.panel.message.text().startswith("No parcel is selected") and not ready.backend.runs


def test_a_removed_layer_is_let_go(ready):
    QgsProject.instance().removeMapLayer(ready.controller.layers._layer.id())
    assert ready.settle().note == "The project has no polygon layer. Add one, or draw a parcel on the map."
    assert ready.form.id_combo.count() == 1


def test_ids_that_are_not_unique_are_told_and_feature_numbers_help(ready):
    layer = add_layer((PARCELS[0], PARCELS[1], rectangle(500500, 4999800, 500900, 5000000, EAST_FIELD)), name="Twice")
    ready.form.layer_combo.setLayer(layer)
    assert ready.settle().reason == (
        "Several parcels have the id 'east field'. "
        "Choose an id field whose values are unique, or the feature numbers.")
    ready.form.id_combo.setCurrentIndex(0)
    ready.form.id_combo.activated.emit(0)
    assert ready.settle().reason == "" and ready.note.startswith("3 parcels")


def test_a_layer_without_crs_is_refused(ready):
    layer = QgsVectorLayer("Polygon?field=pid:string", "Nowhere", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem())
    add_features(layer, [("a", geometry_of(PARCELS[0].geometry))])
    QgsProject.instance().addMapLayer(layer)
    ready.form.layer_combo.setLayer(layer)
    assert ready.settle().reason == (
        "The layer 'Nowhere' has no CRS, so nobody knows where its parcels are. "
        "Set it in the layer's properties under Source.")


def test_odd_parcels_are_told_and_the_others_stay(ready):
    bow = QgsGeometry.fromWkt(
        "Polygon((500000 5000000, 500200 5000200, 500200 5000000, 500000 5000200, 500000 5000000))")
    layer = add_layer(PARCELS[:1], name="Odd")
    add_features(layer, [("bow", bow), ("none", QgsGeometry())])
    ready.form.layer_combo.setLayer(layer)
    ready.settle()
    assert ready.note.startswith("2 parcels") and "Left out: 1." in ready.note
    assert "Parcel none was left out: it has no outline." in ready.form.parcels_note.toolTip()
    assert "Parcel bow crosses or touches itself" in ready.form.parcels_note.toolTip()
    assert ready.reason == ""


def test_too_many_parcels_are_refused_before_they_are_read(ready, monkeypatch):
    monkeypatch.setattr(parcel_reading, "MOST_PARCELS", 3)
    assert ready.settle().reason == (
        "4 parcels are more than the 3 that can be looked at together. Select fewer in the layer 'Fields'.")
    assert not ready.backend.alone


def test_an_empty_layer_says_so(ready):
    ready.form.layer_combo.setLayer(add_layer((), name="New"))
    assert ready.settle().reason == "The layer 'New' has no parcel yet. Draw one, or choose another layer."


def test_a_look_ends_in_a_sentence_and_a_window(ready):
    assert ready.panel.estimate.text() == (
        "About 13 small images and 0.1 processing units, for about 13 dates.")
    ready.look()
    told = ready.panel.message.text()
    assert told.startswith("4 parcels, 8 dates: 11 of 32 clear; 9 not covered; 8 without a pixel.")
    assert "The strict mode also counts pixels a small parcel only touches." in told
    (desk,) = ready.windows.desks
    assert desk.title == "Fields (4), 2019-04-01 – 2019-05-31, My account"
    assert [parcel.pid for parcel in desk.parcels] == [parcel.pid for parcel in PARCELS]
    assert len(desk.rows) == 32 and desk.rule == ClearRule()
    assert desk.bands[:3] == ("B01", "B02", "B03") and "SCL" not in desk.bands
    assert ready.panel.window_button.isVisible() and ready.panel.bar.isHidden()


def test_windows_are_opened_again_from_button_and_list(ready):
    ready.look()
    ready.form.rule_box.strict_check.setChecked(True)
    ready.look()
    first, second = ready.windows.desks
    assert second.rule.all_touched and second.rows[16].verdict is not Verdict.NO_PIXEL
    ready.qtbot.mouseClick(ready.panel.window_button, Qt.MouseButton.LeftButton)
    assert ready.windows.desks[2] is second
    rows = ready.form.seasons.rows
    assert rows.count() == 2 and ready.form.seasons.isVisible()
    rows.itemActivated.emit(rows.item(1))
    assert ready.windows.desks[3] is first


def test_each_season_has_a_folder_of_its_own(ready, tmp_path):
    ready.look()
    ready.look()
    folders = list((tmp_path / "chips").iterdir())
    assert len(folders) == 2 and all(list(folder.rglob("*.tif")) for folder in folders)


def test_what_is_missing_is_told(ready):
    ready.look(ScenesInMemory(fails=(0, 1)))
    assert "Not fetched or read: 2 images, such as: The image of 2019-04-01 is damaged." in ready.panel.message.text()


def test_no_image_is_no_season(ready):
    ready.look(ScenesInMemory(fails=range(8)))
    assert ready.panel.message.text() == "No image came. The image of 2019-04-01 is damaged."
    assert not ready.windows.desks and not ready.panel.window_button.isVisible()


def test_an_error_is_told_and_the_form_stays(ready):
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    assert ready.panel.bar.isVisible() and not ready.panel.look_button.isEnabled()
    with ready.qtbot.waitSignal(ready.controller.message) as heard:
        ready.backend.runs.pop()[4](ConnectionFailed("The service does not answer.", "Try again later."))
    assert heard.args == ["The service does not answer. Try again later.", True]
    assert ready.panel.message.text() == heard.args[0] and ready.panel.look_button.isEnabled()


def test_cancel_ends_the_look_and_nothing_is_heard_of_it(ready):
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    _, _, _, on_done, _, running = ready.backend.runs.pop()
    ready.qtbot.mouseClick(ready.panel.stop_button, Qt.MouseButton.LeftButton)
    assert running.cancelled and ready.panel.bar.isHidden() and ready.panel.look_button.isEnabled()
    assert ready.panel.message.text().startswith("Stopped.")
    on_done(None)
    assert not ready.windows.desks


def test_a_look_that_was_stopped_goes_on_in_its_folder(ready, tmp_path):
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    _, _, work, _, _, _ = ready.backend.runs.pop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parcel_source, "HubChips", lambda *_: ScenesInMemory())
        work(Services(), Silent())
    ready.qtbot.mouseClick(ready.panel.stop_button, Qt.MouseButton.LeftButton)
    assert "another look goes on" in ready.panel.message.text()
    ready.look()
    assert len(list((tmp_path / "chips").iterdir())) == 1
    ready.form.show_days(QDate(2019, 4, 1), QDate(2019, 5, 1))
    ready.look()
    assert len(list((tmp_path / "chips").iterdir())) == 2


def test_a_cancelled_look_stops_while_it_reads(ready):
    watched = Watched()
    watched.cancel()
    with pytest.raises(Cancelled):
        ready.look(progress=watched)


def test_a_later_run_has_the_services_of_its_own_time(ready, monkeypatch):
    ready.look()
    later = ScenesInMemory()
    monkeypatch.setattr(parcel_source, "HubChips", lambda *_: later)
    (desk,) = ready.windows.desks
    desk.run("More", lambda season, progress: season.chips(("B04",), progress=progress), list, list)
    title, name, work, _, _, _ = ready.backend.runs.pop()
    assert (title, name) == ("More", "My account")
    assert work(Services(), Silent()).chips and later.orders[0].bands == ("B04",)


def test_a_second_run_waits_for_the_first_and_hears_cancel(ready, monkeypatch):
    monkeypatch.setattr(parcel_source, "HubChips", lambda *_: ScenesInMemory())
    ready.look()
    (desk,) = ready.windows.desks
    inside, go_on, ended = threading.Event(), threading.Event(), []

    def slow(season, progress):
        inside.set()
        go_on.wait(10)
        ended.append("first")

    desk.run("First", slow, list, list)
    desk.run("Second", lambda season, progress: ended.append("second"), list, list)
    desk.run("Third", lambda season, progress: ended.append("third"), list, list)
    first, second, third = (run[2] for run in ready.backend.runs[-3:])
    threads = [threading.Thread(target=work, args=(Services(), Silent())) for work in (first, second)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    watched = Watched()
    watched.cancel()
    with pytest.raises(Cancelled):
        third(Services(), watched)
    assert not ended
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert ended == ["first", "second"]


def test_days_and_folder_are_checked(ready):
    ready.form.show_days(QDate(2019, 5, 31), QDate(2019, 4, 1))
    assert ready.reason.startswith("The last day (2019-04-01) is before the first")
    spring(ready)
    ready.form.folder.setFilePath("chips")
    assert ready.reason == "The folder to save to is not a full path."


def test_the_demo_has_a_period_of_its_own_until_the_user_chooses_one(tab):
    tab.show()
    tab.backend.start_hub_now()
    tab.controller.follow_connection()
    assert tab.form.days == (QDate(2019, 1, 1), QDate(2019, 12, 31))
    spring(tab)
    tab.controller.follow_connection()
    assert tab.form.days == (QDate(2019, 4, 1), QDate(2019, 5, 31))


def test_an_expensive_look_is_asked_about_first(qtbot, canvas, backend, tmp_path):
    QgsSettings().setValue("sentinel_workbench/ask_above_units", 0.01)
    asked = []
    tab = Tab(qtbot, canvas, backend, ask=lambda _parent, question: asked.append(question))
    backend.add_connection()
    add_layer()
    spring(tab)
    tab.show()
    tab.qtbot.mouseClick(tab.panel.look_button, Qt.MouseButton.LeftButton)
    assert "This costs about 0.1 processing units." in asked[0] and not backend.runs
    tab.controller.shut_down()


def test_a_connection_without_scene_classes_is_refused(ready):
    own = Collection("landsat", "LANDSAT", "Landsat", ())
    ready.backend.open_collections["My account"] = own
    ready.controller.follow_connection()
    assert ready.reason == (
        "'landsat' is not known to have a scene classification (SCL). "
        "Choose Sentinel-2 L2A, for without it nobody can say whether a parcel is clear.")


def choose_catalogs(tab):
    tab.form.source_combo.setCurrentIndex(tab.form.source_combo.findData(SourceKind.CATALOG))


def test_open_data_lists_its_collections_and_is_looked_at(ready, monkeypatch):
    choose_catalogs(ready)
    title, catalog, _, on_done, _, _ = ready.backend.open_runs.pop()
    assert title == "Listing collections" and catalog.preset == "earth-search"
    on_done([StacCollection("naip", "NAIP"), StacCollection("sentinel-2-l2a", "Sentinel-2"),
             StacCollection("s2-l2a-more", "More L2A")])
    combo = ready.form.collection_combo
    assert [combo.itemData(row) for row in range(combo.count())] == [
        "sentinel-2-c1-l2a", "sentinel-2-l2a", "s2-l2a-more", "naip"]
    assert ready.panel.estimate.text() == "About 13 windows of files, for about 13 dates."
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    _, asked, work, on_done, _, _ = ready.backend.open_runs.pop()
    seen = []
    monkeypatch.setattr(parcel_source, "StacChips", lambda *wanted: seen.append(wanted) or ScenesInMemory())
    services = type("OpenServices", (), {"catalog": "the catalog"})
    on_done(work(services, Silent()))
    assert asked == catalog and seen == [("the catalog", "sentinel-2-c1-l2a")]
    assert "B10" not in ready.windows.desks[0].bands and "B08" in ready.windows.desks[0].bands


def test_a_collection_that_may_have_no_classes_is_told_before_it_is_asked(ready):
    choose_catalogs(ready)
    ready.backend.open_runs.pop()[3]([StacCollection("naip", "NAIP")])
    combo = ready.form.collection_combo
    combo.setCurrentIndex(combo.findData("naip"))
    combo.activated.emit(combo.currentIndex())
    assert ready.form.source_note.text().startswith("'naip' is not known to have a scene classification (SCL).")


def test_a_cbm_server_brings_parcels_and_chips(tab, monkeypatch):
    tab.form.source_combo.setCurrentIndex(tab.form.source_combo.findData(SourceKind.SERVER))
    tab.show()
    assert tab.reason == "No CbM server is chosen. Add one with 'Edit…'."
    tab.backend.servers = [CbmConnection("Agency", "https://agency.example")]
    tab.backend.tell()
    assert tab.form.finder.isVisible() and not tab.form.collection_combo.isVisible()
    assert tab.reason == (
        "The project has no polygon layer. Find parcels at the server, add a layer, or draw one on the map.")
    other, found = add_layer(name="Other"), add_layer(name="Parcels of the agency")
    tab.form.layer_combo.setLayer(other)
    tab.form.selected_check.setChecked(True)
    tab.controller.layers.choose(found)
    spring(tab)
    assert tab.settle().reason == "" and tab.note.startswith("4 parcels")
    assert "chips" in tab.panel.estimate.text()
    tab.backend.cbm_runs.clear()
    tab.qtbot.mouseClick(tab.panel.look_button, Qt.MouseButton.LeftButton)
    _, server, work, on_done, _, _ = tab.backend.cbm_runs.pop()
    seen = []
    monkeypatch.setattr(parcel_source, "CbmChips", lambda client: seen.append(client) or ScenesInMemory())
    on_done(work("the client", Silent()))
    assert server.name == "Agency" and seen == ["the client"]
    assert tab.windows.desks[0].title == "Parcels of the agency (4), 2019-04-01 – 2019-05-31, Agency"


def test_the_form_is_as_it_was_left(ready, qtbot, canvas):
    choose_catalogs(ready)
    ready.backend.open_runs.clear()
    ready.form.rule_box.show_rule(ClearRule(frozenset((8, 9)), 0.05, 0.9, True))
    ready.form.id_combo.setCurrentIndex(1)
    ready.form.id_combo.activated.emit(1)
    ready.settle()
    ready.qtbot.mouseClick(ready.panel.look_button, Qt.MouseButton.LeftButton)
    again = Tab(qtbot, canvas, ready.backend)
    assert again.form.kind is SourceKind.CATALOG and again.form.days == ready.form.days
    assert again.form.rule_box.rule() == ClearRule(frozenset((8, 9)), 0.05, 0.9, True)
    assert again.form.folder.filePath() == ready.form.folder.filePath()
    assert again.controller.layers.wanted_id == "pid"
    again.controller.shut_down()


@pytest.mark.parametrize("kept", ['{"bad": "no", "first": 3, "collections": [1], "source": {}}', "[]", "nonsense"])
def test_settings_that_were_spoilt_count_as_none(qtbot, canvas, backend, kept):
    QgsSettings().setValue("sentinel_workbench/parcels_form", kept)
    tab = Tab(qtbot, canvas, backend)
    assert tab.form.rule_box.rule() == ClearRule() and tab.form.kind is SourceKind.CONNECTION
    tab.controller.shut_down()


def test_parcels_are_drawn_one_after_the_other(tab, canvas):
    before = QgsMapToolPan(canvas)
    canvas.setMapTool(before)
    tab.show()
    tab.form.draw_button.click()
    tool = canvas.mapTool()
    assert tool is not before
    assert tab.form.layer_combo.currentLayer().name() == "My parcels"
    tool.drawn.emit(QgsGeometry.fromRect(QgsRectangle(500000, 5000000, 500200, 5000200)))
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    tool.drawn.emit(QgsGeometry.fromRect(QgsRectangle(3.01, 45.15, 3.02, 45.16)))
    layer = tab.form.layer_combo.currentLayer()
    assert [feature["pid"] for feature in layer.getFeatures()] == ["1", "2"]
    assert layer.crs().authid() == UTM and layer.extent().xMaximum() == pytest.approx(501573, abs=5)
    assert tab.settle().note.startswith("2 parcels")
    tab.form.draw_button.click()
    assert canvas.mapTool() is before


def test_another_tool_lets_the_button_go(tab, canvas):
    tab.show()
    tab.form.draw_button.click()
    canvas.setMapTool(QgsMapToolPan(canvas))
    assert not tab.form.draw_button.isChecked()


def test_drawn_parcels_join_the_layer_that_is_there(tab, canvas):
    tab.show()
    tab.form.draw_button.click()
    shape = QgsGeometry.fromRect(QgsRectangle(500000, 5000000, 500200, 5000200))
    canvas.mapTool().drawn.emit(shape)
    other = add_layer()
    tab.form.layer_combo.setLayer(other)
    canvas.mapTool().drawn.emit(shape)
    assert tab.form.layer_combo.currentLayer().name() == "My parcels"
    assert tab.form.layer_combo.currentLayer().featureCount() == 2 and other.featureCount() == 4


def test_the_demo_fields_are_offered_while_there_is_nothing_else(tab, tmp_path):
    from sentinel_workbench.localhub.demo.field_parcels import write_field_parcels

    (tmp_path / "demo").mkdir()
    write_field_parcels(tmp_path / "demo" / "parcels.gpkg")
    tab.show()
    assert not tab.form.demo_button.isVisible()
    tab.backend.start_hub_now()
    tab.controller.follow_connection()
    assert tab.settle().form.demo_button.isVisible()
    tab.qtbot.mouseClick(tab.form.demo_button, Qt.MouseButton.LeftButton)
    tab.qtbot.waitUntil(lambda: bool(tab.backend.alone), timeout=10000)
    tab.backend.do_alone()
    assert tab.note == "12 parcels, 118 ha." and tab.reason == "", "nobody asked for it to be read"
    assert not tab.form.demo_button.isVisible()
    crops = {feature["cropname"] for feature in tab.form.layer_combo.currentLayer().getFeatures()}
    assert len(crops) == 3


def test_a_table_of_fields_that_is_damaged_is_told(tab, tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "parcels.gpkg").write_bytes(b"no table")
    tab.backend.start_hub_now()
    tab.controller.follow_connection()
    tab.show()
    tab.qtbot.mouseClick(tab.form.demo_button, Qt.MouseButton.LeftButton)
    assert "can't be read" in tab.note and own_parcels._find("demo") is None


def test_the_rule_box_shows_and_tells_a_rule(qtbot):
    box = ClearRuleBox()
    qtbot.addWidget(box)
    assert box.rule() == ClearRule()
    with qtbot.waitSignal(box.changed):
        box.classes_list.item(11).setCheckState(Qt.CheckState.Unchecked)
    box.share_spin.setValue(2.5)
    box.coverage_spin.setValue(80)
    box.strict_check.setChecked(True)
    assert box.rule() == ClearRule(frozenset((3, 8, 9, 10)), 0.025, 0.8, True)
    assert rule_text(box.rule()) == (
        "Clear with at most 2.5 % of its pixels in 3, 8, 9, 10. 80.0 % of it must have data. "
        "Every pixel it touches counts.")
    assert rule_text(ClearRule(frozenset())) == "No class makes a parcel cloudy."


def test_no_two_fields_in_sight_share_a_key(tab):
    tab.backend.start_hub_now()
    tab.form.rule_group.setCollapsed(False)
    tab.show()
    texts = [widget.text() for kind in (QLabel, QAbstractButton) for widget in tab.panel.findChildren(kind)
             if not widget.isHidden() and not tab.form.finder.isAncestorOf(widget)]
    keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text and "<" not in text]
    assert len(keys) >= 12 and sorted(keys) == sorted(set(keys))
