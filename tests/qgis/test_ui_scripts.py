"""Choosing and writing evalscripts: library, own scripts, checks while typing, generated ones, preview."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.core import QgsSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtWidgets import QDialogButtonBox

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.script_library import LibraryScript, read_library
from sentinel_workbench.core.hub.catalog import CatalogCollection
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import PNG, TIFF, DataSource, ImageOrder
from sentinel_workbench.core.model.projection import grid_for_resolution
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.qgis.own_scripts import OwnScripts
from sentinel_workbench.core.services.scriptcheck import find_problems
from sentinel_workbench.ui.band_picker import BandPicker
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.script_chooser import UNSAVED, ScriptChooser
from sentinel_workbench.ui.script_dialog import ScriptDialog, ScriptTools

L2A = find_collection("sentinel-2-l2a")
GOOD = '//VERSION=3\nfunction setup() { return {input: ["B04"], output: {bands: 1}}; }\nfunction evaluatePixel(s) {}'


class Recorder:
    """Stands for a preview or a download: remembers what it was asked."""

    def __init__(self):
        self.asked, self.cancelled = [], 0

    def __call__(self, text, on_result, on_error):
        self.asked.append((text, on_result, on_error))
        return self

    def cancel(self):
        self.cancelled += 1


@pytest.fixture
def own(tmp_path, qgis_app):
    QgsSettings().remove("sentinel_workbench/favourite_scripts")
    return OwnScripts(tmp_path / "scripts")


@pytest.fixture
def dialog(own, qtbot):
    preview, download = Recorder(), Recorder()
    library = [script for script in read_library() if script.fits("sentinel-2-l2a")]
    tools = ScriptTools(
        L2A, library, own, lambda text: find_problems(text, (DataSource("sentinel-2-l2a"),), TIFF), preview, download
    )
    made = ScriptDialog(LibraryScript("", "", "", (), GOOD), tools)
    made.preview_recorder, made.download_recorder = preview, download
    qtbot.addWidget(made)
    made.show()
    return made


def titles(dialog):
    return [dialog.browser.list.item(i).text().split("\n")[0] for i in range(dialog.browser.list.count())]


def choose(dialog, title):
    dialog.browser.list.setCurrentRow(titles(dialog).index(title))


def test_problems_are_listed_with_their_line(dialog):
    editor = dialog.editor
    assert editor.problems.count() == 0 and editor.verdict.text() == "No problem seen."
    dialog.set_text("//VERSION=3\nfunction setup() {}\nfunction evaluatePixel(s) { return [1; }")
    assert editor.problems.item(0).text().startswith("Line 3:")
    editor.problems.itemActivated.emit(editor.problems.item(0))
    assert editor.code.getCursorPosition()[0] == 2
    dialog.set_text("  ")
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_typing_is_checked_by_itself(dialog, qtbot):
    dialog.editor.code.setText("//VERSION=3\nfunction setup() {")
    qtbot.waitUntil(lambda: dialog.editor.problems.count() == 1, timeout=2000)


def test_files_are_loaded_or_refused(dialog, tmp_path):
    good, odd = tmp_path / "good.js", tmp_path / "odd.js"
    good.write_text("//VERSION=3\n// ä", encoding="utf-8-sig")
    odd.write_bytes(b"\xff\xfe\x00\x80")
    dialog.load(good)
    assert dialog.text() == "//VERSION=3\n// ä"
    dialog.load(odd)
    assert "can't be read" in dialog.editor.verdict.text() and dialog.text() == "//VERSION=3\n// ä"
    dialog.load(tmp_path / "missing.js")
    assert "missing.js" in dialog.editor.verdict.text()


def test_a_script_of_the_list_comes_with_picture_and_sentence(dialog):
    choose(dialog, "Burn index (NBR)")
    assert "B12" in dialog.text()
    assert dialog.browser.about.text().startswith("Burnt ground")
    assert not dialog.browser.picture.pixmap().isNull()


def test_search_narrows_the_list(dialog):
    dialog.browser.search.setText("snow ndsi")
    assert titles(dialog) == ["Snow index (NDSI)"]


def test_favourites_come_first_and_stay(dialog, own):
    choose(dialog, "Snow index (NDSI)")
    dialog.browser.favourite_button.click()
    assert titles(dialog)[0] == "★ Snow index (NDSI)"
    assert own.favourites() == {"snow_index"}
    dialog.browser.favourite_button.click()
    assert own.favourites() == set()


def test_own_scripts_are_kept_replaced_and_deleted(dialog, own, tmp_path):
    dialog.set_text(GOOD)
    dialog.save_as_mine("Größe / test")
    dialog.save_as_mine("Größe / test")
    (kept,) = own.all()
    assert kept.title == "Größe / test" and kept.text.splitlines()[:2] == ["//VERSION=3", "// title: Größe / test"]
    assert titles(dialog)[0] == "Größe / test"
    dialog.browser.delete_button.click()
    assert own.all() == () and not list((tmp_path / "scripts").iterdir())


def test_the_library_can_not_be_deleted(dialog):
    choose(dialog, "True colour")
    assert not dialog.browser.delete_button.isEnabled()


def test_a_preview_shows_the_text_as_it_stands(dialog):
    dialog.preview_button.click()
    text, on_picture, on_error = dialog.preview_recorder.asked[0]
    assert text == GOOD
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    on_picture(image)
    assert dialog.browser.picture.pixmap().width() > 100
    on_error("Line 3 threw.")
    assert dialog.editor.verdict.text() == "Line 3 threw."
    dialog.preview_button.click()
    assert dialog.preview_recorder.cancelled == 1


def test_closing_stops_what_runs(dialog):
    dialog.download("https://example.org/script.js")
    dialog.reject()
    assert dialog.download_recorder.cancelled == 1


def test_bands_become_a_script(qgis_app, qtbot):
    picker = BandPicker(L2A)
    qtbot.addWidget(picker)
    ok = picker.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    for row in (1, 3):
        picker.list.item(row).setCheckState(Qt.CheckState.Checked)
    picker.units_combo.setCurrentIndex(picker.units_combo.findData("DN"))
    picker.type_combo.setCurrentIndex(picker.type_combo.findData("UINT16"))
    assert ok.isEnabled()
    assert picker.script() == (
        '//VERSION=3\n// title: B02, B04\nfunction setup() {\n  return {\n    input: [{ bands: ["B02", "B04"], '
        'units: "DN" }],\n    output: { bands: 2, sampleType: "UINT16" }\n  };\n}\n\n'
        "function evaluatePixel(sample) {\n  return [sample.B02, sample.B04];\n}\n"
    )
    assert find_problems(picker.script(), (DataSource("sentinel-2-l2a"),), TIFF) == ()


@pytest.mark.parametrize("script, mime, line, told", [
    (GOOD.replace("B04", "B99"), TIFF, 2, "no band 'B99'"),
    (GOOD.replace("bands: 1", "bands: 13"), PNG, 2, "13 bands"),
    (GOOD.replace("bands: 1", "bands: 1, sampleType: 'FLOAT32'"), PNG, 2, "FLOAT32"),
    (GOOD.replace('input: ["B04"]', 'input: [{bands: ["B04"], units: "DN"}]').replace(
        "bands: 1}", "bands: 1, sampleType: 'UINT8'}"), TIFF, 2, "cut off"),
])
def test_scripts_are_checked_against_collection_and_format(script, mime, line, told):
    (problem,) = find_problems(script, (DataSource("sentinel-2-l2a"),), mime)
    assert problem.line == line and told in problem.message


def test_a_text_nobody_knows_is_the_unsaved_script(own):
    chooser = ScriptChooser(FakeBackend(), own)
    assert chooser.take_text(read_library()[0].text, "sentinel-2-l2a") == read_library()[0].name
    assert chooser.take_text(GOOD, "sentinel-2-l2a") == UNSAVED
    assert chooser.offered("dem")[-1].text == GOOD


def test_what_the_service_said_is_shown_at_its_line(qgis_app, qtbot, qgis_new_project, monkeypatch):
    backend = FakeBackend()
    backend.add_connection()
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    dock.show()
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.refresh()
    dock.imagery_panel.get_button.click()
    said = "The service could not run the evalscript at line 14: ReferenceError: nope is not defined. Correct it."
    backend.series[0].finish(0, State.FAILED, said)
    backend.series[0].end()
    tree = dock.downloads_panel.tree
    tree.setCurrentItem(tree.topLevelItem(0).child(1))
    assert not dock.downloads_panel.script_button.isVisible()
    tree.setCurrentItem(tree.topLevelItem(0).child(0))
    seen = {}

    def look(dialog):
        seen.update(line=dialog.editor.code.getCursorPosition()[0] + 1, verdict=dialog.editor.verdict.text(),
                    problem=dialog.editor.problems.item(0).text(), text=dialog.text())
        return ScriptDialog.DialogCode.Rejected

    monkeypatch.setattr(ScriptDialog, "exec", look)
    dock.downloads_panel.script_button.click()
    assert seen["line"] == 14 and seen["verdict"] == "The service said:" and "nope is not defined" in seen["problem"]
    assert seen["text"] == backend.series[0].order.image.evalscript
    dock.shut_down()


def preview_of(backend, collection="sentinel-2-l2a"):
    order = ImageOrder(grid_for_resolution(BBox(*DEMO_AREA), 600), (DataSource(collection),), GOOD)
    return ScriptChooser(backend)._preview(collection, lambda text: replace(order, evalscript=text))


def test_a_preview_is_drawn_by_a_local_hub_that_holds_the_collection(qgis_app):
    backend = FakeBackend()
    backend.add_connection()
    assert preview_of(backend) is None
    scenes = Connection("Landsat scenes", LOCAL, "http://127.0.0.1:2", "http://127.0.0.1:2/auth")
    backend.save_connection(scenes, None)
    backend.open_collections[scenes.name] = find_collection("landsat-ot-l2")
    assert preview_of(backend) is None and preview_of(backend, "landsat-ot-l2") is not None
    demo = backend.start_hub_now()
    backend.choose_connection("My account")
    said = []
    preview_of(backend)(GOOD, said.append, said.append)
    title, where, work, _, on_error, _ = backend.runs[-1]
    assert where == demo.name, "though the current connection is another"
    empty = SimpleNamespace(client=SimpleNamespace(collections=lambda progress: (CatalogCollection("dem", "DEM"),)))
    with pytest.raises(InvalidInput, match="no scenes of Sentinel-2 L2A") as refusal:
        work(empty, Silent())
    on_error(refusal.value)
    assert "no scenes" in said[0]


def test_a_text_one_has_worked_on_is_not_lost_to_a_click(dialog):
    choose(dialog, "True colour")
    assert "Ctrl+Z" not in dialog.editor.verdict.text(), "nobody had changed the text"
    first = dialog.text()
    dialog.editor.code.insert("// mine\n")
    choose(dialog, "Vegetation index (NDVI)")
    assert "NDVI" in dialog.text() and "Ctrl+Z brings it back" in dialog.editor.verdict.text()
    dialog.editor.code.undo()
    assert dialog.text() == "// mine\n" + first
