"""Units spent, the cache's size, its limit, and clearing it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from fake_backend import FakeBackend
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication
from sample_series import image_order, write_raster

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.qgis.cache_keeping import CacheKeeping
from sentinel_workbench.core.qgis.folders import cache_folder
from sentinel_workbench.core.qgis.preferences import Preferences
from sentinel_workbench.core.qgis.spending import Spending
from sentinel_workbench.ui.limits_dialog import LimitsDialog
from sentinel_workbench.ui.usage_box import UsageBox
from sentinel_workbench.ui.usage_controller import UsageController


def entry(root: Path, number: int, size: int = 1000) -> Path:
    """An entry of the cache, used the later the greater its number."""
    with ResponseCache(root).begin("https://hub.test", {"n": number}, "image/tiff") as pending:
        pending.response_path("tiff").write_bytes(b"x" * size)
        kept = pending.commit({}, 200, 0.1)
    os.utime(kept.folder, (1e9 + number, 1e9 + number))
    return kept.folder


@pytest.fixture
def root(qgis_app, empty_settings, tmp_path, qgis_new_project):
    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / "cache"))
    return cache_folder()


@pytest.fixture
def usage(root, qtbot):
    """(box, controller, backend, questions); the next answer is the last item of ``answers``."""
    box, backend, questions, answers = UsageBox(), FakeBackend(), [], [True]
    qtbot.addWidget(box)
    box.show()
    backend.add_connection("My account")

    def confirm(_parent, _title, question, _yes):
        questions.append(question)
        return answers[-1]

    controller = UsageController(box, backend, confirm)
    yield box, controller, backend, questions, answers
    controller.shut_down()


def show_in_project(folder: Path) -> QgsRasterLayer:
    order = image_order(4, 4)
    path = write_raster(folder / "default.tif", order.grid, np.ones((1, 4, 4), "uint8"))
    layer = QgsRasterLayer(str(path), "shown")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def test_what_a_project_shows_is_spared_when_the_cache_shrinks(root):
    folders = [entry(root, number) for number in range(4)]
    show_in_project(folders[0])
    Preferences().cache_limit_gb = 1e-9
    left = CacheKeeping(QgsProject.instance()).trim()
    assert folders[0].is_dir() and not any(folder.exists() for folder in folders[1:])
    assert left >= 1000


def test_without_limit_nothing_goes(root):
    folders = [entry(root, number) for number in range(3)]
    Preferences().cache_limit_gb = 0
    CacheKeeping(QgsProject.instance()).trim()
    assert all(folder.exists() for folder in folders)


def test_the_oldest_go_first(root):
    folders = [entry(root, number, 100_000) for number in range(4)]
    Preferences().cache_limit_gb = 0.00025
    CacheKeeping(QgsProject.instance()).trim()
    assert [folder.exists() for folder in folders] == [False, False, True, True]


def test_size_and_units_are_told(usage, root):
    box, controller, backend, _, _ = usage
    assert box.cache_label.text() == "Cache: not measured yet"
    entry(root, 1, 2_500_000)
    backend.spent["My account"] = Spending(3.25, 145.6)
    controller.refresh()
    assert box.units_label.text() == "Spent with My account: 3.25 units today, 145.60 this month."
    backend.do_alone()
    assert box.cache_label.text() == "Cache: 2.5 MB of 20.0 GB"
    backend.delete_connection("My account")
    controller.show_units()
    assert not box.units_label.isVisible()


def test_clearing_asks_and_warns_of_what_the_project_shows(usage, root):
    box, controller, backend, questions, answers = usage
    folders = [entry(root, number) for number in range(3)]
    show_in_project(folders[1])
    answers.append(False)
    controller.clear()
    backend.do_alone()
    assert "1 images of this project" in questions[0] and all(folder.exists() for folder in folders)
    answers.append(True)
    controller.clear()
    backend.do_alone()
    assert not any(folder.exists() for folder in folders)
    assert box.cache_label.text().startswith("Cache: 0 bytes")


def test_limits_are_kept_and_take_effect(usage, root, qtbot):
    box, controller, backend, _, _ = usage
    folders = [entry(root, number, 100_000) for number in range(3)]

    def fill_in():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, LimitsDialog)
        dialog.units_spin.setValue(12.5)
        dialog.cache_spin.setValue(0)
        dialog.clear_button.click()
        dialog.accept()

    QTimer.singleShot(0, fill_in)
    box.limits_button.click()
    assert (Preferences().ask_above_units, Preferences().cache_limit_gb) == (12.5, 0.0)
    backend.do_alone()
    assert box.cache_label.text().startswith("Cache: ") and " of " not in box.cache_label.text()
    assert not any(folder.exists() for folder in folders)


def test_a_cancelled_dialog_changes_nothing(usage):
    box = usage[0]

    def leave():
        QApplication.activeModalWidget().units_spin.setValue(1)
        QApplication.activeModalWidget().reject()

    QTimer.singleShot(0, leave)
    before = Preferences().ask_above_units
    box.limits_button.click()
    assert Preferences().ask_above_units == before
