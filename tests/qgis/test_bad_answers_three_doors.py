"""Servers that refuse or lie, met in the dock, the toolbox and the console: one sentence each, nothing done is lost."""

from __future__ import annotations

import io
import tarfile
from contextlib import contextmanager

import processing
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingException, QgsProcessingFeedback
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt
from stand_in import error_body, image_bytes

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub import client as hub_client
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.dock import WorkbenchDock

AREA = (46.20, -16.10, 46.40, -15.80)
SCRIPT = """//VERSION=3
function setup() {
  return { input: ["B04"], output: { bands: 1 } };
}
function evaluatePixel(s) {
  return [s.B04 * wrong];
}
"""
TELLING_SCRIPT = SCRIPT + "function updateOutputMetadata(s, i, o) { o.userData = { a: 1 }; }\n"
QUOTA = "Insufficient processing units or requests available in your account."
OF_SCRIPT = "Failed to evaluate script!\nevalscript.js:6: ReferenceError: wrong is not defined\n  return [1];\n ^"


def hostile_archive():
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as tar:
        for name, content in (("../../default.tif", image_bytes(36, 55)), ("userdata.json", b"{}")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return memory.getvalue()


def refuse(status, message, code="COMMON_BAD_PAYLOAD", **more):
    return "rejected", error_body(status, message, code, **more)


CASES = {
    "400 of the script": (refuse(400, OF_SCRIPT, "RENDERER_EXCEPTION"),
                          "could not run the evalscript at line 6: ReferenceError: wrong is not defined."),
    "400 of a field": (refuse(400, "Bad", errors=[{"parameter": "output->width", "violation": "too big"}]),
                       "refused the request (HTTP 400): Bad; output->width: too big."),
    "401": (refuse(401, "You are not authorized.", "COMMON_UNAUTHORIZED"), "did not accept the token"),
    "403": (refuse(403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS"), "does not allow this"),
    "403 quota": (refuse(403, QUOTA, "ACCESS_INSUFFICIENT_PROCESSING_UNITS"), "are used up"),
    "404": (refuse(404, "Collection 1-2 not found.", "COMMON_NOT_FOUND"), "Collection 1-2 not found."),
    "413": (refuse(413, "Payload too large"), "The request is too large"),
    "429": (("rate_limits", 1000), "still has too many requests"),
    "5xx": (("server_errors", 1000), "failed several times (HTTP 500)"),
    "HTML": (("html", 1000), "sent a web page instead of image/tiff"),
    "cut TIFF": (("answer", ("image/tiff", image_bytes(36, 55)[:900])), "is damaged or cut short"),
    "broken off": (("truncated", 1000), "broke off "),
    "hostile TAR": (("answer", ("application/x-tar", hostile_archive())), "holds '../../default.tif', which was not"),
}


class Log(QgsProcessingFeedback):
    def __init__(self):
        super().__init__()
        self.errors = []

    def reportError(self, text, fatalError=False):
        self.errors.append(text)


@pytest.fixture(params=CASES)
def liar(request, stand_in, stand_in_account, empty_settings, tmp_path, monkeypatch):
    """A service that is well in January and lies in February and March."""
    monkeypatch.setattr(hub_client, "RetryPolicy", lambda: RetryPolicy(
        attempts=2, first_delay_s=0.01, rate_limit_attempts=2, rate_limit_delay_s=0.01))
    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / "cache"))
    (what, value), stand_in.sentence = CASES[request.param]
    honest, stand_in.case = stand_in.answer, request.param

    def in_january(payload):
        return payload["input"]["data"][0]["dataFilter"]["timeRange"]["from"].startswith("2019-01")

    def heal():
        stand_in.faults, stand_in.answer = type(stand_in.faults)(), honest

    if what == "answer":
        stand_in.answer = lambda payload, accept: honest(payload, accept) if in_january(payload) else value
    else:
        setattr(stand_in.faults, what, value)
        stand_in.faults.when = lambda payload: not in_january(payload)
    stand_in.heal = heal
    stand_in.script = TELLING_SCRIPT if request.param == "hostile TAR" else SCRIPT
    return stand_in


def test_in_the_console(liar, tmp_path):
    slots = api.calendar_months(api.TimeRange.of_days("2019-01-01", "2019-03-31"))
    order = api.series_order(
        api.BBox(*AREA), 600.0, "sentinel-2-l2a", liar.script, slots, tile_metadata=api.TileMetadata.NONE)
    with api.connect("Stand-in") as workbench:
        workbench.image(order.orders()[0])
        with pytest.raises(WorkbenchError) as caught:
            workbench.image(order.orders()[1])
        said = str(caught.value)
        assert liar.sentence in said and "\n" not in said and str(tmp_path) not in said
        result = workbench.series(order, tmp_path / "out")
        assert [image.error for image in result.images] == [None, said, said]
        assert list((tmp_path / "out").glob("*.tif")) and not list((tmp_path / "cache").glob(".pending-*"))
        liar.heal()
        asked = liar.seen.requests
        assert not any(image.error for image in workbench.series(order, tmp_path / "out").images)
        assert liar.seen.requests - asked == 2, "January is not asked for again"


def test_in_the_toolbox(liar, provider, tmp_path):
    values = {
        "CONNECTION": "Stand-in", "COLLECTION": "sentinel-2-l2a", "EVALSCRIPT": liar.script, "METADATA": "none",
        "EXTENT": f"{AREA[0]},{AREA[2]},{AREA[1]},{AREA[3]} [EPSG:4326]", "RESOLUTION": 600.0,
        "USERDATA": str(tmp_path / "data.json") if liar.script == TELLING_SCRIPT else None,
    }
    february, quarter = {"START": "2019-02-01", "END": "2019-02-28"}, {"START": "2019-01-01", "END": "2019-03-31"}
    log = Log()
    with pytest.raises(QgsProcessingException) as caught:
        values["OUTPUT"] = str(tmp_path / "a.tif")
        processing.run("sentinelworkbench:image", {**values, **february}, feedback=log)
    assert liar.sentence in str(caught.value) and not (tmp_path / "a.tif").exists()
    quoted = ["Line 6 of the evalscript: return [s.B04 * wrong];"] if liar.case == "400 of the script" else []
    assert log.errors == quoted
    values.update(quarter, FOLDER=str(tmp_path / "out"), LOAD=False, SLOTS="months")
    log = Log()
    told = processing.run("sentinelworkbench:series", values, feedback=log)
    assert (told["SUCCEEDED"], told["FAILED"]) == (1, 2) and any(liar.sentence in line for line in log.errors)
    assert log.errors[-len(quoted):] == quoted or not quoted
    liar.heal()
    told = processing.run("sentinelworkbench:series", values)
    assert (told["SUCCEEDED"], told["FROM_CACHE"], told["REQUESTS"]) == (3, 1, 2)


@contextmanager
def dock_on(backend, qtbot, script):
    canvas = QgsMapCanvas()
    qtbot.addWidget(canvas)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    dock = WorkbenchDock(backend, canvas)
    qtbot.addWidget(dock)
    panel = dock.imagery_panel
    panel.resolution_spin.setValue(600.0)
    panel.first_edit.setDate(QDate(2019, 1, 1))
    panel.last_edit.setDate(QDate(2019, 3, 31))
    panel.metadata_combo.setCurrentIndex(panel.metadata_combo.findData(api.TileMetadata.NONE))
    panel.area.choose_kind(AreaKind.TYPED)
    panel.area.type_bounds(", ".join(str(value) for value in AREA))
    dock.imagery.use_own_script(script)
    dock.imagery.refresh()
    try:
        yield dock
    finally:
        dock.shut_down()
        backend.shut_down()


def test_in_the_dock(liar, qtbot, qgis_new_project):
    with dock_on(PluginBackend(), qtbot, liar.script) as dock:
        panel, downloads = dock.imagery_panel, dock.downloads_panel
        assert panel.get_button.isEnabled(), panel.reason_label.text()
        qtbot.mouseClick(panel.get_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: downloads.buttons["retry"].isEnabled(), timeout=30_000)
        order = downloads.tree.topLevelItem(0)
        assert order.text(0).startswith("1 of 3 done")
        downloads.tree.setCurrentItem(order.child(1))
        assert liar.sentence in downloads.details.toPlainText()
        assert downloads.script_button.isVisibleTo(dock) == (liar.case == "400 of the script")
        liar.heal()
        asked = liar.seen.requests
        downloads.tree.setCurrentItem(order)
        qtbot.mouseClick(downloads.buttons["retry"], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: order.text(0).startswith("3 of 3 done"), timeout=30_000)
        assert liar.seen.requests - asked == 2, "what was done is not asked for again"


def test_each_has_a_sentence_of_its_own():
    sentences = [sentence for _, sentence in CASES.values()]
    assert len(set(sentences)) == len(CASES) == 13
