"""The window that checks files and makes COGs of those that are refused."""

from __future__ import annotations

import pytest
from made_cogs import memory_raster, pixels_of, write_cog, write_raster

from sentinel_workbench.core.progress import wait
from sentinel_workbench.core.services import file_check
from sentinel_workbench.ui.check_controller import CheckController
from sentinel_workbench.ui.check_dialog import CheckDialog
from sentinel_workbench.ui.check_table import FILE, RULE, VERDICT, texts_of

WAIT_MS = 30_000


@pytest.fixture()
def folder(tmp_path):
    """One good file, one in strips, one of eleven bands, one that is none, one note."""
    root = tmp_path / "my rasters"
    (root / "a").mkdir(parents=True)
    write_cog(root / "a" / "B02.tif", rows=20, cols=30, dtype="uint16")
    write_raster(root / "a" / "B03.tif", memory_raster(pixels_of(rows=20, cols=30, dtype="uint16")), "GTiff", ())
    many = memory_raster(pixels_of(bands=11, rows=20, cols=30, dtype="uint16"))
    write_raster(root / "many.tif", many, "GTiff", ("INTERLEAVE=PIXEL", "TILED=YES"))
    (root / "none.tif").write_bytes(b"no picture")
    (root / "readme.txt").write_text("x")
    return root


@pytest.fixture()
def dialog(qgis_app, qtbot):
    made = CheckDialog()
    qtbot.addWidget(made)
    made.controller = CheckController(made)
    made.controller.raise_window()
    yield made
    made.controller.shut_down()


def rest(dialog, qtbot):
    qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT_MS)


def rows(dialog):
    return [texts_of(dialog.table.finding_at(row)) for row in range(dialog.table.rowCount())]


def checked(dialog, qtbot, folder):
    dialog.places.setFilePath(str(folder))
    dialog.check_button.click()
    rest(dialog, qtbot)
    return rows(dialog)


def test_every_file_has_its_verdict_rule_reason_and_remedy(dialog, qtbot, folder):
    assert not dialog.check_button.isEnabled() and "Choose a folder or files" in dialog.summary.text()
    found = {(row[FILE], row[VERDICT], row[RULE]): row for row in checked(dialog, qtbot, folder)}
    assert ("a/B02.tif", "good", "") in found
    strips = found["a/B03.tif", "refused", "tile size"]
    assert "stored in strips" in strips[3] and "Make COG" in strips[4]
    assert "not a TIFF" in found["none.tif", "refused", "format"][3]
    assert ("many.tif", "refused", "interleaving") in found
    assert "Refused: 3; good: 1." in dialog.summary.text()
    dialog.trouble_check.setChecked(True)
    assert all(row[VERDICT] == "refused" for row in rows(dialog))
    dialog.view.selectRow(0)
    assert "not in internal tiles. Convert it with Make COG." in dialog.details.toPlainText()


def test_cogs_are_made_of_what_is_refused_and_checked(dialog, qtbot, folder):
    checked(dialog, qtbot, folder)
    assert dialog.target.filePath() == str(folder) + "-cogs" and "files: 3." in dialog.make_note.text()
    dialog.make_button.click()
    rest(dialog, qtbot)
    verdicts = {(row[FILE], row[VERDICT]) for row in rows(dialog)}
    assert {("a/B02.tif", "good"), ("a/B03.tif", "made good"), ("many.tif", "made good")} <= verdicts
    assert "COGs made of 2 of 3 files" in dialog.summary.text() and "Refused: 1; good: 3" in dialog.summary.text()
    (why,) = (row for row in rows(dialog) if row[FILE] == "none.tif")
    assert why[RULE] == "not made" and "none.tif is not an image" in why[3]
    target = folder.with_name("my rasters-cogs")
    names = {path.relative_to(target).as_posix() for path in target.rglob("*.tif")}
    assert "a/B03.tif" in names and len(names) == 12
    assert (folder / "none.tif").read_bytes() == b"no picture"


def test_only_the_selected_files_are_made(dialog, qtbot, folder):
    found = checked(dialog, qtbot, folder)
    dialog.view.selectRow(next(n for n, row in enumerate(found) if row[FILE] == "a/B03.tif"))
    assert "files: 1." in dialog.make_note.text()
    dialog.make_button.click()
    rest(dialog, qtbot)
    made = folder.with_name("my rasters-cogs")
    assert [path.relative_to(made).as_posix() for path in made.rglob("*.tif")] == ["a/B03.tif"]
    assert "files: 2." in dialog.make_note.text()


def test_chosen_files_are_checked_together_as_tiles(dialog, qtbot, folder):
    write_cog(folder / "a" / "B03.tif", rows=20, cols=60, dtype="uint16")
    dialog.kind_combo.setCurrentIndex(1)
    dialog.places.setFilePath(f'"{folder / "a" / "B02.tif"}" "{folder / "a" / "B03.tif"}"')
    assert dialog.target.filePath() == str(folder / "a-cogs")
    dialog.tiles_check.setChecked(True)
    dialog.check_button.click()
    rest(dialog, qtbot)
    assert [row[:2] for row in rows(dialog)] == [
        ("B02.tif", "good"), ("B03.tif", "good"), ("(BAND).tif", "refused")
    ]
    assert not dialog.make_button.isEnabled()


def test_a_stop_is_heard_and_esc_stops_first(dialog, qtbot, folder, monkeypatch):
    began = []

    def endless(paths, thorough, progress, on_report):
        began.append(1)
        while True:
            wait(progress, 0.01)

    monkeypatch.setattr(file_check, "check_files", endless)
    dialog.places.setFilePath(str(folder))
    dialog.check_button.click()
    qtbot.waitUntil(lambda: bool(began), timeout=WAIT_MS)
    assert dialog.stop_button.isVisible() and not dialog.check_button.isEnabled()
    dialog.reject()
    assert dialog.isVisible() and not dialog.busy and "Stopped" in dialog.summary.text()
    assert dialog.check_button.isEnabled()
    dialog.reject()
    assert not dialog.isVisible()


def test_nothing_to_check_is_said(dialog, qtbot, tmp_path):
    for place, sentence in ((tmp_path, "no raster to work on"), (tmp_path / "gone", "is not a folder")):
        dialog.places.setFilePath(str(place))
        dialog.check_button.click()
        rest(dialog, qtbot)
        assert sentence in dialog.summary.text() and not dialog.make_button.isEnabled()


def test_a_target_that_would_replace_the_sources_is_refused(dialog, qtbot, folder):
    checked(dialog, qtbot, folder)
    dialog.target.setFilePath(str(folder))
    dialog.make_button.click()
    rest(dialog, qtbot)
    assert "would replace its source" in dialog.summary.text()

