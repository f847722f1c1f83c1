"""The Imagery form as it was left; collections a connection does not serve; a question before expensive orders."""

from __future__ import annotations

import json

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.core import QgsSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt
from sample_series import image_order

from sentinel_workbench.core.evalscript.generating import generate_script
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Band, Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, PNG, TileMetadata
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.qgis.preferences import Preferences
from sentinel_workbench.core.qgis.saved_areas import SavedAreas
from sentinel_workbench.core.qgis.spending import Spending
from sentinel_workbench.core.services.byoc_use import OwnSource
from sentinel_workbench.core.services.fusion import begin_script
from sentinel_workbench.core.services.orders import data_source
from sentinel_workbench.core.services.request_order import order_as_is
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.costs import CostGuard
from sentinel_workbench.ui.imagery_controller import ImageryController
from sentinel_workbench.ui.imagery_panel import ImageryPanel

KEY = "sentinel_workbench/imagery_form"


@pytest.fixture
def session(qgis_app, qtbot, empty_settings):
    """Makes the Imagery tab as a new start of QGIS does; those before are shut down."""
    made = []

    def start(deployment="cdse"):
        if made:
            made[-1].shut_down()
        panel, backend, canvas = ImageryPanel(), FakeBackend(), QgsMapCanvas()
        for widget in (panel, canvas):
            qtbot.addWidget(widget)
        backend.add_connection("My account", deployment)
        controller = ImageryController(panel, backend, canvas)
        panel.show()
        made.append(controller)
        return panel, controller, backend

    yield start
    made[-1].shut_down()


def choose(combo, value):
    assert combo.findData(value) >= 0, value
    combo.setCurrentIndex(combo.findData(value))


def test_the_form_comes_back_as_it_was_left(session, tmp_path):
    SavedAreas().save("Delta", Area(BBox(*DEMO_AREA)))
    panel, controller, _ = session()
    choose(panel.collection_combo, "sentinel-1-grd")
    choose(panel.script_combo, panel.script_combo.itemData(1))
    panel.area.choose_kind(AreaKind.SAVED)
    panel.size.resolution_spin.setValue(25.0)
    choose(panel.projection_combo, "utm")
    panel.snap_check.setChecked(True)
    panel.first_edit.setDate(QDate(2020, 2, 1))
    panel.last_edit.setDate(QDate(2020, 3, 31))
    controller.use_slots(SlotRule(SlotKind.DAYS, days=6))
    panel.options.choose({"orbitDirection": "ASCENDING"}, {"backCoeff": "SIGMA0_ELLIPSOID"})
    choose(panel.metadata_combo, TileMetadata.CANDIDATES)
    choose(panel.format_combo, PNG)
    panel.folder.setFilePath(str(tmp_path))
    left = controller.form()
    assert session()[1].form() == left


def test_cloud_jpeg_and_typed_coordinates_come_back(session):
    panel, controller, _ = session()
    panel.area.type_bounds("46.2, -16.1, 46.3, -16")
    panel.cloud_spin.setValue(35)
    choose(panel.mosaic_combo, "mostRecent")
    choose(panel.format_combo, JPEG)
    panel.quality_spin.setValue(70)
    left = controller.form()
    again, controller, _ = session()
    assert controller.form() == left and again.quality_spin.isVisible()
    assert [(r.mime, r.quality) for r in controller.form().series().image.responses] == [(JPEG, 70)]


def test_what_hangs_on_the_project_or_the_moment_is_not_remembered(session):
    panel, controller, _ = session()
    panel.area.choose_kind(AreaKind.LAYER)
    controller.use_slots(SlotRule(SlotKind.PICKED))
    panel, controller, _ = session()
    assert panel.area.kind is AreaKind.MAP
    assert controller.form_at(Area(BBox(*DEMO_AREA))).slots == SlotRule()


@pytest.mark.parametrize("text", [
    "", "{", "[]", "7", "null", '{"collection": 7, "script": [], "area": {}, "slots": 3, "first_day": 5}',
    '{"collection": "gone", "script": "gone", "area": "saved", "saved_area": "gone", "projection": "EPSG:1"}',
    '{"resolution_m": -5, "max_cloud_percent": 1e9, "quality": true, "snap": "yes", "filters": [], "folder": 1}',
    '{"slots": {"kind": "days", "count": 0, "days": -1}, "tile_metadata": "all", "format": "image/gif"}',
])
def test_settings_edited_into_something_else_leave_the_form_as_new(session, text):
    fresh = session()[1].form_at(Area(BBox(*DEMO_AREA)))
    QgsSettings().remove(KEY)
    QgsSettings().setValue(KEY, text)
    # The one before writes its form when it ends: put the damage back behind it.
    panel, controller, _ = session()
    QgsSettings().setValue(KEY, text)
    controller._memory._kept = controller._memory._values(controller._slots.rule)
    _, controller, _ = session()
    assert controller.form_at(Area(BBox(*DEMO_AREA))) == fresh


def test_further_collections_and_the_script_that_reads_them_come_back(session):
    panel, controller, _ = session()
    panel.area.type_bounds("46.2, -16.1, 46.3, -16")
    radar = data_source("sentinel-1-grd", options="orbitDirection=ASCENDING, backCoeff=SIGMA0_ELLIPSOID", source_id="R")
    own = data_source("byoc-0b5f5bfa-0000-4000-8000-000000000001", source_id="mine")
    panel.fusion.take("optical", (radar, own))
    controller.use_own_script(begin_script(panel.fusion.inputs_with("sentinel-2-l2a")))
    left = controller.form()
    assert left.further == (radar, own)
    panel, controller, _ = session()
    assert controller.form() == left and not panel.fusion.isCollapsed()
    panel.fusion.take(None, ())
    choose(panel.script_combo, "true_colour")
    again = session()[1]
    assert again.form().further == () and "my own words" not in again.form().evalscript
    assert "script_text" not in json.loads(QgsSettings().value(KEY)), "a script of the library is not written twice"


def test_a_collection_of_ones_own_comes_back_with_its_bands(session):
    panel, controller, _ = session()
    bands = (Band("B04", ("DN",), 10.0, {"DN": 1.0}),)
    own = Collection("byoc-0b5f5bfa-0000-4000-8000-000000000001", "byoc", "Our fields", bands, max_resolution_m=80.0)
    controller.use_source(OwnSource(own, generate_script(["B04"], "UINT16", "DN"), (46.2, -16.1, 46.3, -16.0)))
    left = controller.form()
    panel, controller, _ = session()
    assert controller.form() == left and panel.collection_combo.currentText() == "Our fields"
    choose(panel.collection_combo, "dem")
    session()
    assert "own_collection" not in json.loads(QgsSettings().value(KEY))


@pytest.mark.parametrize("kept", [7, {}, {"collection_id": "dem"}, {"collection_id": 5, "bands": []},
                                  {"collection_id": "byoc-1", "bands": [{}]}])
def test_a_damaged_collection_is_none(session, kept):
    session()
    text = json.dumps({"collection": "byoc-1", "own_collection": kept})
    QgsSettings().setValue(KEY, text)
    _, controller, _ = session()
    QgsSettings().setValue(KEY, text)
    controller._memory._kept = controller._memory._values(controller._slots.rule)
    panel, _, _ = session()
    assert panel.collection_combo.currentData() == "sentinel-2-l2a"


@pytest.mark.parametrize("further", ['[5]', '{"type": 7}', "[", '[{"type": "dem", "dataFilter": {"orbit": 1}}]'])
def test_damaged_further_collections_are_none(session, further):
    session()
    QgsSettings().setValue(KEY, json.dumps({"further": further, "source_id": 3, "script_text": ["x"]}))
    panel, controller, _ = session()
    QgsSettings().setValue(KEY, json.dumps({"further": further, "source_id": 3, "script_text": ["x"]}))
    controller._memory._kept = controller._memory._values(controller._slots.rule)
    panel, _, _ = session()
    assert panel.fusion.sources() == () and panel.script_combo.currentText() == "True colour"


def test_no_secret_is_kept(session):
    session()
    session()
    assert "hidden-1" not in QgsSettings().value(KEY)
    assert json.loads(QgsSettings().value(KEY))["collection"] == "sentinel-2-l2a"


def test_collections_of_other_services_are_grey_with_the_reason(session):
    panel, controller, backend = session("cdse")
    controller.refresh()
    combo = panel.collection_combo
    usable = {combo.itemData(row): combo.model().item(row).isEnabled() for row in range(combo.count())}
    assert usable["sentinel-2-l2a"] and usable["sentinel-3-olci"] and not usable["landsat-ot-l1"]
    row = combo.findData("landsat-ot-l1")
    reason = "Copernicus Data Space Ecosystem does not serve this collection. Choose another connection."
    assert combo.itemData(row, Qt.ItemDataRole.ToolTipRole) == reason
    controller.area.propose(DEMO_AREA)
    combo.setCurrentIndex(row)
    controller.refresh()
    assert panel.reason_label.text() == reason and not panel.get_button.isEnabled()
    backend.add_connection("Classic", "sentinel-hub")
    backend.choose_connection("Classic")
    controller.refresh()
    assert combo.model().item(row).isEnabled() and panel.get_button.isEnabled()


def test_a_further_collection_the_service_does_not_have_is_told(session):
    panel, controller, backend = session("cdse")
    panel.area.type_bounds("46.2, -16.1, 46.3, -16")
    panel.fusion.add(data_source("modis"))
    controller.refresh()
    assert "does not serve the further collection MODIS" in panel.reason_label.text()
    assert not panel.get_button.isEnabled()
    backend.add_connection("Classic", "sentinel-hub")
    backend.choose_connection("Classic")
    controller.refresh()
    assert "does not serve" not in panel.reason_label.text()


def test_a_local_hub_leaves_every_collection_to_itself(session):
    panel, controller, backend = session()
    backend.choose_connection(backend.start_hub_now().name)
    controller.refresh()
    assert all(panel.collection_combo.model().item(row).isEnabled() for row in range(panel.collection_combo.count()))


def test_a_script_with_user_data_is_asked_for_it(session):
    _, controller, _ = session()
    controller.area.propose(DEMO_AREA)
    controller.use_own_script(
        "//VERSION=3\nfunction setup() { return {input: ['B02'], output: {bands: 1}}; }\n"
        "function updateOutputMetadata(scenes, input, output) { output.userData = {n: 1}; }\n"
        "function evaluatePixel(s) { return [s.B02]; }"
    )
    responses = controller.form().series().image.responses
    assert [(response.identifier, response.mime) for response in responses] == [
        ("default", "image/tiff"), ("userdata", JSON_TYPE)]


class Asking:
    """Answers the question about the cost."""

    def __init__(self, answer):
        self.answer, self.questions = answer, []

    def __call__(self, _parent, question):
        self.questions.append(question)
        return self.answer


@pytest.mark.parametrize("limit, asked", [(0.0, False), (0.001, True), (1e6, False)])
@pytest.mark.parametrize("answer", [True, False])
def test_an_order_above_the_limit_is_asked_about(session, limit, asked, answer):
    panel, controller, backend = session()
    backend.spent["My account"] = Spending(3.25, 145.6)
    ask, sent = Asking(answer), []
    controller._guard = CostGuard(backend, ask=ask)
    Preferences().ask_above_units = limit
    controller.ordered.connect(lambda *order: sent.append(order))
    controller.area.propose(DEMO_AREA)
    controller.refresh()
    panel.get_button.click()
    assert len(ask.questions) == asked and len(sent) == (answer or not asked)
    if asked:
        assert "184.6 processing units" in ask.questions[0] and "145.60 this month" in ask.questions[0]


def test_a_local_hub_is_never_asked_about(session):
    panel, controller, backend = session()
    backend.choose_connection(backend.start_hub_now().name)
    Preferences().ask_above_units = 0.001
    ask = Asking(False)
    assert CostGuard(backend, ask=ask).allows(panel, [order_as_is(image_order(40, 60), "x")],
                                              backend.current_connection())
    assert ask.questions == []


def test_a_request_sent_as_it_is_is_asked_about_too(session):
    _, controller, backend = session()
    ask, sent = Asking(False), []
    controller._guard = CostGuard(backend, ask=ask)
    controller.ordered.connect(lambda *order: sent.append(order))
    Preferences().ask_above_units = 0.001
    order = image_order(40, 60)
    controller.requests.run_again(order.at(controller._slots.rule.cut(*[controller._panel.first_day] * 2)[0]))
    assert len(ask.questions) == 1 and sent == []
