"""Further collections in the Imagery tab: fields, orders, checks while writing a script, and back from an order."""

from __future__ import annotations

import dataclasses

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QSpinBox, QToolButton

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.orders import DataSource, TileMetadata
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.scriptcheck import find_problems
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.form_filling import check_form_can_say

SCRIPT = """//VERSION=3
function setup() { return {
  input: [{ datasource: "optical", bands: ["B04"] }, { datasource: "radar", bands: ["VV"] }],
  output: { bands: 2, sampleType: "FLOAT32" } }; }
function evaluatePixel(samples) { return [samples.optical[0].B04, samples.radar[0].VV]; }
"""


@pytest.fixture
def dock(qgis_app, qtbot, qgis_new_project):
    backend = FakeBackend()
    backend.add_connection()
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.imagery.area.propose(DEMO_AREA)
    made.imagery.use_own_script(SCRIPT)
    yield made
    made.shut_down()


@pytest.fixture
def fused(dock):
    """The form with a second input."""
    dock.imagery_panel.fusion.add_button.click()
    dock.imagery.refresh()
    return dock


def first_input(dock, kind, name):
    return dock.imagery_panel.fusion.findChild(kind, name)


def test_a_script_of_two_inputs_needs_the_second(dock):
    dock.imagery.refresh()
    assert "'optical', which the order does not have" in dock.imagery_panel.reason_label.text()
    dock.imagery_panel.fusion.add_button.click()
    dock.imagery.refresh()
    assert dock.imagery_panel.get_button.isEnabled(), dock.imagery_panel.reason_label.text()


def test_fields_become_an_input_named_as_in_the_script(fused):
    orbit = first_input(fused, QComboBox, "option_dataFilter_orbitDirection")
    orbit.setCurrentIndex(orbit.findData("ASCENDING"))
    (order, *_) = fused.imagery.form().series().orders()
    assert [source.identifier for source in order.sources] == ["optical", "radar"]
    assert order.sources[1].filters == {"orbitDirection": "ASCENDING"}
    assert order.sources[1].mosaicking_order == "mostRecent" and order.sources[1].max_cloud_percent is None
    assert order.sources[0].time_range == order.sources[1].time_range is not None
    first_input(fused, QLineEdit, "fusion_id_edit").setText("S1")
    fused.imagery.refresh()
    assert "'radar', which the order does not have" in fused.imagery_panel.reason_label.text()


def test_exact_tiles_are_not_on_offer_for_several_inputs(fused):
    panel = fused.imagery_panel
    assert panel.metadata_combo.currentData() is TileMetadata.CANDIDATES
    panel.fusion.take(None, ())
    fused.imagery.use_own_script(SCRIPT.replace('datasource: "optical", ', ""))
    row = panel.metadata_combo.findData(TileMetadata.EXACT)
    assert panel.metadata_combo.model().item(row).isEnabled()


def test_fields_are_those_of_the_collection(fused):
    combo = first_input(fused, QComboBox, "fusion_collection_combo")
    cloud, mosaic = (first_input(fused, kind, name) for kind, name in (
        (QSpinBox, "fusion_cloud_spin"), (QComboBox, "fusion_mosaic_combo")))
    assert cloud.isHidden() and not mosaic.isHidden()
    combo.setCurrentIndex(combo.findData("sentinel-2-l1c"))
    assert not cloud.isHidden()
    combo.setCurrentIndex(combo.findData("dem"))
    assert cloud.isHidden() and mosaic.isHidden()
    assert fused.imagery_panel.fusion.sources() == (DataSource("dem"),)


def test_an_input_that_is_not_read_is_told_and_can_be_removed(fused):
    fused.imagery_panel.fusion.add(DataSource("dem", identifier="height"))
    fused.imagery.refresh()
    assert "does not read the collection 'height'" in fused.imagery_panel.reason_label.text()
    fused.imagery_panel.fusion.findChildren(QToolButton, "fusion_remove_button")[-1].click()
    fused.imagery.refresh()
    assert [source.collection for source in fused.imagery_panel.fusion.sources()] == ["sentinel-1-grd"]
    assert "height" not in fused.imagery_panel.reason_label.text()


def test_the_same_id_twice_is_refused(fused):
    fused.imagery_panel.fusion.first_id_edit.setText("radar")
    first_input(fused, QLineEdit, "fusion_id_edit").setText("radar")
    fused.imagery.refresh()
    assert "same id" in fused.imagery_panel.reason_label.text()
    problems = find_problems(SCRIPT, fused.imagery_panel.fusion.inputs_with("sentinel-2-l2a"))
    assert [problem.line for problem in problems] == [2] and "same id" in problems[0].message


def test_an_order_of_several_inputs_fills_the_form_and_comes_out_again(fused):
    (order, *_) = fused.imagery.form().series().orders()
    fused.imagery_panel.fusion.take(None, ())
    fused.imagery.use_order(order)
    again = fused.imagery.form().series().orders()[0]
    assert again.sources == order.sources and not fused.imagery_panel.fusion.isCollapsed()
    plain = dataclasses.replace(order, sources=order.sources[:1])
    fused.imagery.use_order(plain)
    assert fused.imagery_panel.fusion.sources() == ()


def test_inputs_of_different_times_are_sent_as_they_are(fused):
    (order, *_) = fused.imagery.form().series().orders()
    other = dataclasses.replace(order.sources[1], time_range=TimeRange.of_days("2018-01-01", "2018-02-01"))
    with pytest.raises(InvalidInput, match="one time"):
        check_form_can_say(dataclasses.replace(order, sources=(order.sources[0], other)))


def test_bands_of_each_input_are_checked_while_typing(fused):
    inputs = fused.imagery_panel.fusion.inputs_with("sentinel-2-l2a")
    assert find_problems(SCRIPT, inputs) == ()
    (problem,) = find_problems(SCRIPT.replace('"VV"]', '"HV1"]'), inputs)
    assert problem.line == 3 and "no band 'HV1'" in problem.message


def test_a_first_script_reads_all_inputs(fused):
    fused.imagery_panel.fusion.add(DataSource("sentinel-1-grd"))
    fused.imagery_panel.fusion.script_button.click()
    fused.imagery.refresh()
    (order, *_) = fused.imagery.form().series().orders()
    assert [source.identifier for source in order.sources] == ["S2L2A", "S1GRD", "S1GRDb"]
    assert fused.imagery_panel.get_button.isEnabled() and fused.imagery_panel.reason_label.text() == ""
    assert '{ datasource: "S2L2A", bands: ["B04", "B08"] }' in order.evalscript
