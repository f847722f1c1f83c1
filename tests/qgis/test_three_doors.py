"""The same order through the Python API, the Processing toolbox and the dock: same requests, same bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import processing
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.dock import WorkbenchDock

AREA = (46.20, -16.10, 46.40, -15.80)
RESOLUTION_M = 600.0
FIRST, LAST = "2019-01-01", "2019-03-31"
RING = [[46.20, -16.10], [46.40, -16.10], [46.31, -15.82], [46.20, -15.90], [46.20, -16.10]]
FUSION = """//VERSION=3
function setup() { return {
  input: [{ datasource: "optical", bands: ["B04", "B08"] }, { datasource: "radar", bands: ["VV"] }],
  output: [{ id: "index", bands: 1, sampleType: "FLOAT32" }, { id: "radar", bands: 1, sampleType: "UINT16" }] }; }
function evaluatePixel(samples) {
  var optical = samples.optical[0], radar = samples.radar[0];
  return { index: [optical ? index(optical.B08, optical.B04) : NaN], radar: [radar ? 1000 * radar.VV : 0] };
}
function updateOutputMetadata(scenes, inputs, outputs) { outputs.userData = { made: "here" }; }
"""
RADAR = {"type": "sentinel-1-grd", "id": "radar",
         "dataFilter": {"mosaickingOrder": "mostRecent", "orbitDirection": "ASCENDING"},
         "processing": {"backCoeff": "SIGMA0_ELLIPSOID", "speckleFilter":
                        {"type": "LEE", "windowSizeX": 3, "windowSizeY": 3}}}
TITLE = "True colour, Sentinel-2 L2A, 2019-01-01 to 2019-03-31"


@pytest.fixture()
def recorded(stand_in, stand_in_account, small_hub, empty_settings, tmp_path):
    """What was asked through a door: the stand-in records, the local hub renders."""
    renderer = HubClient(small_hub.connection, small_hub.credentials)

    def answer(payload, accept):
        body = io.BytesIO()
        return renderer.process(payload, accept, body, Silent()).content_type, body.getvalue()

    stand_in.answer = answer

    def through(door, name):
        empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / f"cache-{name}"))
        stand_in.seen.payloads.clear()
        stand_in.seen.headers.clear()
        folder = tmp_path / name
        door(folder)
        asked = sorted(json.dumps(payload, sort_keys=False) for payload in stand_in.seen.payloads)
        return asked, {path.name: path.read_bytes() for path in sorted(folder.glob("*.tif"))}

    return through


def by_api(connection, credentials):
    def door(folder: Path):
        with_slots = api.calendar_months(api.TimeRange.of_days(FIRST, LAST))
        order = api.series_order(
            api.BBox(*AREA), RESOLUTION_M, "sentinel-2-l2a", api.library_script("true_colour"), with_slots, TITLE,
            max_cloud_percent=80,
        )
        workbench = api.Workbench(connection, credentials)
        result = workbench.series(order, folder)
        workbench.close()
        assert [image.error for image in result.images] == [None] * 3

    return door


def by_algorithm(folder: Path):
    outputs = processing.run(
        "sentinelworkbench:series",
        {
            "CONNECTION": "Stand-in", "COLLECTION": "sentinel-2-l2a", "EVALSCRIPT": "true_colour",
            "EXTENT": f"{AREA[0]},{AREA[2]},{AREA[1]},{AREA[3]} [EPSG:4326]", "RESOLUTION": RESOLUTION_M,
            "START": FIRST, "END": LAST, "SLOTS": "months", "MAX_CLOUD": 80, "FOLDER": str(folder), "LOAD": False,
        },
    )
    assert (outputs["SUCCEEDED"], outputs["FAILED"], len(outputs["RASTERS"])) == (3, 0, 3)


def by_dock(qtbot, fill, layers):
    def door(folder: Path):
        canvas = QgsMapCanvas()
        qtbot.addWidget(canvas)
        canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
        backend = PluginBackend()
        dock = WorkbenchDock(backend, canvas)
        qtbot.addWidget(dock)
        panel = dock.imagery_panel
        panel.resolution_spin.setValue(RESOLUTION_M)
        panel.first_edit.setDate(QDate.fromString(FIRST, Qt.DateFormat.ISODate))
        panel.last_edit.setDate(QDate.fromString(LAST, Qt.DateFormat.ISODate))
        panel.projection_combo.setCurrentIndex(panel.projection_combo.findData("EPSG:4326"))
        panel.cloud_spin.setValue(80)
        panel.folder.setFilePath(str(folder))
        fill(dock)
        dock.imagery.refresh()
        assert panel.get_button.isEnabled(), panel.reason_label.text()
        try:
            qtbot.mouseClick(panel.get_button, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == layers, timeout=60_000)
        finally:
            dock.shut_down()
            backend.shut_down()

    return door


def fill_bounds(dock):
    dock.imagery_panel.area.choose_kind(AreaKind.TYPED)
    dock.imagery_panel.area.type_bounds(", ".join(str(value) for value in AREA))


def test_same_requests_and_same_bytes(recorded, stand_in_account, provider, qtbot, qgis_new_project):
    asked, images = recorded(by_api(*stand_in_account), "api")
    assert len(images) == 3 and len(set(images.values())) == 3
    assert sum("workbench_tiles" in text for text in asked) == 3
    assert recorded(by_algorithm, "algorithm") == (asked, images)
    assert recorded(by_dock(qtbot, fill_bounds, 5), "dock") == (asked, images)
    assert QgsProject.instance().layerTreeRoot().children()[0].name() == TITLE


def fused_by_api(connection, credentials):
    def door(folder: Path):
        radar = api.data_source(
            "sentinel-1-grd", "mostRecent", source_id="radar",
            options="speckleFilter=LEE 3x3, backCoeff=SIGMA0_ELLIPSOID, orbitDirection=ASCENDING",
        )
        area = api.Area.of_geometry({"type": "Polygon", "coordinates": [RING]}, "EPSG:4326")
        order = api.series_order(
            area, RESOLUTION_M, "sentinel-2-l2a", FUSION, api.equal_slots(api.TimeRange.of_days(FIRST, LAST), 2),
            max_cloud_percent=80, options={"downsampling": "BILINEAR"}, further=[radar], projection="utm", snap=True,
        )
        workbench = api.Workbench(connection, credentials)
        result = workbench.series(order, folder)
        workbench.close()
        assert [image.userdata for image in result.images] == [{"made": "here"}] * 2

    return door


def fused_by_algorithm(layer):
    def door(folder: Path):
        outputs = processing.run(
            "sentinelworkbench:series",
            {
                "CONNECTION": "Stand-in", "COLLECTION": "sentinel-2-l2a", "EVALSCRIPT": FUSION,
                "POLYGONS": QgsProcessingFeatureSourceDefinition(layer.id(), True), "RESOLUTION": RESOLUTION_M,
                "START": FIRST, "END": LAST, "SLOTS": "equal", "SLOT_NUMBER": 2, "MAX_CLOUD": 80, "SNAP": True,
                "OPTIONS": "downsampling=BILINEAR", "FURTHER_SOURCES": json.dumps([RADAR]), "FOLDER": str(folder),
                "LOAD": False,
            },
        )
        assert (outputs["SUCCEEDED"], len(outputs["RASTERS"])) == (2, 4)

    return door


def fill_fusion(layer):
    def choose(widget, name, value):
        combo = widget.findChild(QComboBox, name)
        combo.setCurrentIndex(combo.findData(value))

    def fill(dock):
        panel = dock.imagery_panel
        dock.imagery.use_own_script(FUSION)
        panel.area.choose_kind(AreaKind.FEATURES)
        panel.area.features_combo.setLayer(layer)
        panel.projection_combo.setCurrentIndex(panel.projection_combo.findData("utm"))
        panel.snap_check.setChecked(True)
        choose(panel.options, "option_processing_downsampling", "BILINEAR")
        panel.fusion.add_button.click()
        choose(panel.fusion, "option_dataFilter_orbitDirection", "ASCENDING")
        choose(panel.fusion, "option_processing_backCoeff", "SIGMA0_ELLIPSOID")
        speckle = panel.fusion.findChild(QComboBox, "option_processing_speckleFilter")
        speckle.setCurrentIndex(1)
        panel.fusion.findChild(QLineEdit, "fusion_id_edit").setText("radar")
        dock.imagery.use_slots(api.SlotRule(api.SlotKind.EQUAL, 2))

    return fill


@pytest.fixture()
def parcel(qgis_new_project):
    """A layer of two polygons, the first of which is selected."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "parcels", "memory")
    for name in ("north", "south"):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromPolygonXY([[QgsPointXY(*point) for point in RING]]))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    layer.selectByIds([1])
    return layer


def test_fusion_over_a_polygon_with_options_and_outputs(recorded, stand_in_account, provider, qtbot, parcel):
    asked, images = recorded(fused_by_api(*stand_in_account), "api")
    assert sorted(name.rsplit("_", 1)[1] for name in images) == ["index.tif", "index.tif", "radar.tif", "radar.tif"]
    assert len(set(images.values())) == 4, "every image and output differs"
    payload = next(json.loads(text) for text in asked if "evalscript" in text)
    assert payload["input"]["data"][1]["processing"] == RADAR["processing"]
    assert [len(payload["input"]["data"]), len(payload["output"]["responses"])] == [2, 3]
    assert payload["input"]["bounds"]["geometry"]["type"] == "Polygon"
    assert recorded(fused_by_algorithm(parcel), "algorithm") == (asked, images)
    layers = 1 + len(images) + 3  # the polygons, the rasters, the tables of images, tiles and user data
    assert recorded(by_dock(qtbot, fill_fusion(parcel), layers), "dock") == (asked, images)
