"""The settings of a collection: shown where they apply, sent only when chosen."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox, QWidget

from sentinel_workbench.core.hub.deployments import as_served
from sentinel_workbench.core.model.collection import find_collection, known_collections
from sentinel_workbench.ui.options_form import OptionsForm


@pytest.fixture
def form(qgis_app, qtbot):
    made = OptionsForm()
    qtbot.addWidget(made)
    return made


def field(form, kind, name):
    found = form.findChild(kind, f"option_{name}")
    assert found is not None, name
    return found


def choose(form, name, text):
    combo = field(form, QComboBox, name)
    combo.setCurrentIndex(combo.findText(text))


def shown(form):
    return {w.objectName()[7:] for w in form.findChildren(QWidget) if w.objectName().startswith("option_")}


@pytest.mark.parametrize("name", known_collections())
def test_nothing_is_sent_unless_chosen(form, name):
    form.show_collection(find_collection(name))
    assert (form.filters(), form.processing()) == ({}, {})


def test_settings_are_shown_only_where_they_apply(form):
    form.show_collection(find_collection("sentinel-2-l2a"))
    assert shown(form) == {"processing_upsampling", "processing_downsampling", "processing_harmonizeValues"}
    form.show_collection(find_collection("dem"))
    assert shown(form) == {"dataFilter_demInstance", "processing_clampNegative", "processing_egm",
                           "processing_upsampling", "processing_downsampling"}


def test_radar_settings_go_where_the_service_wants_them(form):
    form.show_collection(find_collection("sentinel-1-grd"))
    choose(form, "dataFilter_orbitDirection", "ASCENDING")
    choose(form, "dataFilter_polarization", "DV")
    choose(form, "processing_backCoeff", "GAMMA0_TERRAIN")
    choose(form, "processing_speckleFilter", "Lee, 5 × 5 px")
    field(form, QCheckBox, "processing_orthorectify").setChecked(True)
    field(form, QSpinBox, "processing_radiometricTerrainOversampling").setValue(1)
    assert form.filters() == {"polarization": "DV", "orbitDirection": "ASCENDING"}
    assert form.processing() == {
        "backCoeff": "GAMMA0_TERRAIN", "orthorectify": True, "radiometricTerrainOversampling": 1,
        "speckleFilter": {"type": "LEE", "windowSizeX": 5, "windowSizeY": 5},
    }


def test_what_is_usual_for_the_service_may_be_turned_off(form):
    form.show_collection(find_collection("sentinel-2-l1c"))
    field(form, QCheckBox, "processing_harmonizeValues").setChecked(False)
    assert form.processing() == {"harmonizeValues": False}


def test_choices_survive_a_change_of_collection_and_back(form, qtbot):
    form.show_collection(find_collection("sentinel-2-l2a"))
    with qtbot.waitSignal(form.changed, timeout=1000):
        choose(form, "processing_upsampling", "BICUBIC")
    form.show_collection(find_collection("modis"))
    assert form.processing() == {"upsampling": "BICUBIC"}


def test_tab_goes_from_row_to_row(form):
    form.show_collection(find_collection("dem"))
    names, widget = [], form
    for _ in range(12):
        widget = widget.nextInFocusChain()
        if widget.objectName().startswith("option_"):
            names.append(widget.objectName()[7:])
    assert names[:2] == ["dataFilter_demInstance", "processing_clampNegative"]


def test_each_service_offers_the_elevation_models_it_has(form):
    dem = find_collection("dem")
    for deployment, usual, others in (("sentinel-hub", "MAPZEN", {"COPERNICUS", "COPERNICUS_30", "COPERNICUS_90"}),
                                      ("cdse", "COPERNICUS_30", {"COPERNICUS_90"})):
        form.show_collection(as_served(dem, deployment))
        combo = field(form, QComboBox, "dataFilter_demInstance")
        assert combo.itemText(0) == f"{usual} (usual)" and combo.itemData(0) is None
        assert {combo.itemText(row) for row in range(1, combo.count())} == others
    choose(form, "dataFilter_demInstance", "COPERNICUS_90")
    form.show_collection(as_served(dem, "sentinel-hub"))
    assert form.filters() == {"demInstance": "COPERNICUS_90"}, "a choice both have is kept"


def test_rows_are_told_apart_and_say_what_is_usual(form):
    form.show_collection(find_collection("sentinel-3-slstr"))
    labels = [label.text() for label in form.findChildren(QLabel)]
    assert len(labels) == len(set(labels)) and "View, as a filter" in labels
    form.show_collection(find_collection("sentinel-5p-l2"))
    assert field(form, QSpinBox, "processing_minQa").text() == "50, for NO2 75 (usual)"
