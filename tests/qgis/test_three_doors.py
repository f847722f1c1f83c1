"""The same order through the Python API, the Processing toolbox and the dock: same requests, same bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import processing
import pytest
from processing.core.Processing import Processing
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt

from sentinel_workbench import api
from sentinel_workbench.algorithms.provider import WorkbenchProvider
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.dock import WorkbenchDock

AREA = (46.20, -16.10, 46.40, -15.80)
RESOLUTION_M = 600.0
FIRST, LAST = "2019-01-01", "2019-03-31"
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


@pytest.fixture()
def provider(qgis_app):
    Processing.initialize()
    provider = WorkbenchProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


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


def by_dock(qtbot):
    def door(folder: Path):
        canvas = QgsMapCanvas()
        qtbot.addWidget(canvas)
        canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
        backend = PluginBackend()
        dock = WorkbenchDock(backend, canvas)
        qtbot.addWidget(dock)
        panel = dock.imagery_panel
        panel.area.choose_kind(AreaKind.TYPED)
        panel.area.type_bounds(", ".join(str(value) for value in AREA))
        panel.resolution_spin.setValue(RESOLUTION_M)
        panel.first_edit.setDate(QDate.fromString(FIRST, Qt.DateFormat.ISODate))
        panel.last_edit.setDate(QDate.fromString(LAST, Qt.DateFormat.ISODate))
        panel.projection_combo.setCurrentIndex(panel.projection_combo.findData("EPSG:4326"))
        panel.cloud_spin.setValue(80)
        panel.folder.setFilePath(str(folder))
        dock.imagery.refresh()
        try:
            qtbot.mouseClick(panel.get_button, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == 5, timeout=60_000)
        finally:
            dock.shut_down()
            backend.shut_down()

    return door


def test_same_requests_and_same_bytes(recorded, stand_in_account, provider, qtbot, qgis_new_project):
    asked, images = recorded(by_api(*stand_in_account), "api")
    assert len(images) == 3 and len(set(images.values())) == 3
    assert sum("workbench_tiles" in text for text in asked) == 3
    assert recorded(by_algorithm, "algorithm") == (asked, images)
    assert recorded(by_dock(qtbot), "dock") == (asked, images)
    assert QgsProject.instance().layerTreeRoot().children()[0].name() == TITLE
