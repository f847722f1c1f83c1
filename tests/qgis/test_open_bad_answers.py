"""What catalogs and their files do wrong, met in tab, toolbox and console: one sentence, and what was cut stays."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsProcessingException, QgsProcessingFeedback
from qgis.gui import QgsMapCanvas
from stac_catalog_files import RIGHT, SOUTH, TOP, WEST, scene_items, write_scene_files
from stac_server import StacServer

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http import ranges
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services.clip_order import NATIVE
from sentinel_workbench.ui.clip_dialog import ClipChoice
from sentinel_workbench.ui.dock import WorkbenchDock

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")
AREA = api.BBox(301000, 4998000, 301600, 4998600, "EPSG:32633")
EXTENT = "301000,301600,4998000,4998600 [EPSG:32633]"


@pytest.fixture()
def server(tmp_path, monkeypatch):
    """Three scenes; the files of the second lie in a folder of their own, so that they alone go wrong."""
    monkeypatch.setattr(ranges, "READ_POLICY", RetryPolicy(attempts=2, first_delay_s=0.001, rate_limit_delay_s=0.001))
    folder = tmp_path / "files"
    (folder / "second").mkdir(parents=True)
    write_scene_files(folder)
    items = scene_items(thumbnails=False)
    for asset in items[1]["assets"].values():
        (folder / "second" / asset["href"]).write_bytes((folder / asset["href"]).read_bytes())
        asset["href"] = f"second/{asset['href']}"
    with StacServer(folder, items) as running:
        yield running


@pytest.fixture()
def dock(qtbot, server, qgis_app, empty_settings, qgis_new_project):
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    CatalogStore().choose("Test catalog")
    backend = PluginBackend()
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.show()
    form = made.search_panel.form
    form.any_time_check.setChecked(True)
    form.area.type_bounds(f"{WEST}, {SOUTH}, {RIGHT}, {TOP}")
    made.tabs.setCurrentWidget(made.search_panel)
    yield made
    made.shut_down()
    backend.shut_down()


class Listening(QgsProcessingFeedback):
    def __init__(self):
        super().__init__(False)
        self.said = []

    def reportError(self, text, fatal=False):
        self.said.append(text)


def search_in_tab(dock, qtbot):
    """What the tab says of a search."""
    panel = dock.search_panel
    qtbot.waitUntil(lambda: "Asking" not in panel.form.catalog_note.text(), timeout=10_000)
    panel.search_button.click()
    qtbot.waitUntil(lambda: not panel.bar.isVisibleTo(panel), timeout=15_000)
    return panel.message.text()


def search_by_algorithm(server, folder):
    with pytest.raises(QgsProcessingException) as caught:
        processing.run("sentinelworkbench:stacsearch", {
            "CATALOG": server.root, "COLLECTIONS": "sentinel-2-l2a", "OUTPUT": str(folder / "s.gpkg")})
    return str(caught.value)


def search_in_console(server):
    with pytest.raises(WorkbenchError) as caught, api.stac(server.root) as open_data:
        open_data.search("sentinel-2-l2a")
    return str(caught.value)


@pytest.mark.parametrize("wrong, words", [
    (lambda server: setattr(server.ways, "html", True), "sent a web page instead of JSON"),
    (lambda server: setattr(server, "root", server.base + "/elsewhere"), "was not found"),
    (lambda server: setattr(server, "root", server.url("not.json")), "is no STAC catalog"),
    (lambda server: setattr(server.ways, "header", ("X-Key", "k")), "asks for a login"),
    (lambda server: [item.update(id=None) for item in server.items], "no STAC item"),
])
def test_catalogs_that_are_none(server, dock, qtbot, tmp_path, wrong, words):
    (server.folder / "not.json").write_text('{"hello": "world"}')
    wrong(server)
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    dock.search.choose_catalog("Test catalog")
    said = [search_in_tab(dock, qtbot), search_by_algorithm(server, tmp_path), search_in_console(server)]
    for one in said:
        assert words in one and "\n" not in one and "Traceback" not in one, said


FILES = {
    "403": ({"status": 403}, "does not let you read"), "404": ({"status": 404}, "does not exist"),
    "stops": ({"stop_after": 3000}, "broke off "), "page": ({"html": 99}, "sent a web page"),
    "whole": ({"no_range": True}, "sends whole files only"), "zeros": ({"zeros": True}, "can't be read"),
    "503": ({"status": 503}, "failed several times"),
}


@pytest.mark.parametrize("fault", list(FILES))
def test_files_that_can_t_be_read_cost_their_scene_alone(server, dock, qtbot, tmp_path, fault):
    faults, words = FILES[fault]
    assert search_in_tab(dock, qtbot) == ""
    with api.stac(server.root) as open_data:
        items = open_data.search("sentinel-2-l2a").items
        open_data.save(items, tmp_path / "items.geojson")
        server.faults.when = lambda path: "/second/" in path
        for name, value in faults.items():
            setattr(server.faults, name, value)
        result = open_data.clip(items, ("B04",), AREA, tmp_path / "console")
    (failed,) = result.in_state(State.FAILED)
    feedback = Listening()
    found = processing.run("sentinelworkbench:stacclip", {
        "ITEMS": str(tmp_path / "items.geojson"), "EXTENT": EXTENT, "BANDS": "B04", "LOAD": False,
        "FOLDER": str(tmp_path / "tool")}, feedback=feedback)
    panel = dock.search_panel
    panel.results.view.selectAll()
    dock.search.scenes.clip(ClipChoice(("B04",), NATIVE, None, False, False, False, tmp_path / "tab", False))
    qtbot.waitUntil(lambda: not panel.bar.isVisibleTo(panel), timeout=15_000)
    said = [failed.error, "\n".join(feedback.said), panel.message.text()]
    assert all(words in one and "Band B04" in one for one in said), said
    assert (found["DONE"], found["FAILED"]) == (2, 1) and "S2A_33TVL_20200602_0_L2A" in said[1] + said[2]
    for folder in ("console", "tool", "tab"):
        assert len(list((tmp_path / folder).glob("*.tif"))) == 2, folder
        assert not [path for path in (tmp_path / folder).iterdir() if path.suffix != ".tif"]


@pytest.mark.parametrize("band, change, words", [
    ("B99", {}, "has no band or asset 'B99'. It has: B02"),
    ("B04", {"href": "https://x.test/T33TVL_B04_10m.jp2", "type": "image/jp2"}, "JPEG 2000 file, of which a window"),
    ("B04", {"href": "ftp://x.test/B04.tif"}, "lies at a ftp:// address"),
    ("B04", {"href": "s3://x/B04.tif", "storage:requester_pays": True}, "whose reader pays"),
])
def test_what_can_t_be_cut_is_told_before_anything_is_asked_for(server, dock, qtbot, tmp_path, band, change, words):
    for item in server.items:
        item["assets"]["red"].update(change)
    assert search_in_tab(dock, qtbot) == ""
    with api.stac(server.root) as open_data:
        items = open_data.search("sentinel-2-l2a").items
        open_data.save(items, tmp_path / "items.geojson")
        server.log.clear()
        with pytest.raises(WorkbenchError) as console:
            open_data.clip(items, (band,), AREA, tmp_path / "out")
    with pytest.raises(QgsProcessingException) as tool:
        processing.run("sentinelworkbench:stacclip", {
            "ITEMS": str(tmp_path / "items.geojson"), "EXTENT": EXTENT, "BANDS": band, "FOLDER": str(tmp_path / "out")})
    panel = dock.search_panel
    panel.results.view.selectAll()
    dock.search.scenes.clip(ClipChoice((band,), NATIVE, None, False, False, False, tmp_path / "out", False))
    qtbot.waitUntil(lambda: bool(panel.message.text()), timeout=15_000)
    said = [str(console.value), str(tool.value), panel.message.text()]
    assert all(words in one and "\n" not in one for one in said), said
    assert server.files_log() == [] and not list((tmp_path / "out").glob("*.tif"))
    assert json.loads((tmp_path / "items.geojson").read_text())["features"]
