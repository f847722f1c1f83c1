"""Loading asks nothing of the network; unloading leaves nothing behind."""

from __future__ import annotations

import socket

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QWidget

import sentinel_workbench
from sentinel_workbench.plugin import MENU

TURNS = 3


@pytest.fixture()
def menus(qgis_iface, monkeypatch):
    """What the plugin put into QGIS's menus and docks, beside what pytest-qgis's interface already keeps."""
    kept = {"toolbar": [], "menu": [], "docks": []}
    calls = {
        "addRasterToolBarIcon": lambda action: kept["toolbar"].append(action),
        "removeRasterToolBarIcon": lambda action: kept["toolbar"].remove(action),
        "addPluginToRasterMenu": lambda name, action: kept["menu"].append((name, action)),
        "removePluginRasterMenu": lambda name, action: kept["menu"].remove((name, action)),
        "addDockWidget": lambda area, dock: kept["docks"].append(dock),
        "removeDockWidget": lambda dock: kept["docks"].remove(dock),
    }
    for name, call in calls.items():
        monkeypatch.setattr(qgis_iface, name, call, raising=False)
    return kept


@pytest.fixture()
def no_network(monkeypatch):
    """Fails the test when anything connects."""

    def refuse(*arguments):
        raise AssertionError(f"connected to {arguments[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def provider_ids():
    return [provider.id() for provider in QgsApplication.processingRegistry().providers()]


def leftovers(window):
    QgsApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QgsApplication.processEvents()
    own = [w for w in window.findChildren(QWidget) if w.objectName().startswith("SentinelWorkbench")]
    own += [a for a in window.findChildren(QAction) if a.objectName().startswith("SentinelWorkbench")]
    return own + [w for w in QgsApplication.topLevelWidgets() if isinstance(w, QDockWidget)]


def test_three_loads_and_unloads_leave_nothing(qgis_iface, menus, no_network, empty_settings, qtbot):
    window = qgis_iface.mainWindow()
    signals = QgsProject.instance().receivers(QgsProject.instance().layersAdded)
    for _ in range(TURNS):
        plugin = sentinel_workbench.classFactory(qgis_iface)
        plugin.initGui()
        qtbot.waitUntil(lambda: "sentinelworkbench" in provider_ids(), timeout=20_000)
        assert [name for name, _ in menus["menu"]] == [MENU] and len(menus["toolbar"]) == 1
        plugin.show_dock(True)
        assert len(menus["docks"]) == 1
        plugin.unload()
        assert menus == {"toolbar": [], "menu": [], "docks": []}
        assert "sentinelworkbench" not in provider_ids()
        assert plugin.dock is None and plugin.backend is None
        assert leftovers(window) == []
    assert QgsProject.instance().receivers(QgsProject.instance().layersAdded) == signals


def test_the_dock_is_made_only_when_wanted(qgis_iface, menus, empty_settings):
    plugin = sentinel_workbench.classFactory(qgis_iface)
    plugin.initGui()
    assert plugin.dock is None and menus["docks"] == []
    menus["toolbar"][0].trigger()
    assert plugin.dock is not None
    plugin.unload()


def test_an_unload_right_after_the_start_leaves_nothing(qgis_iface, menus, empty_settings, qtbot):
    plugin = sentinel_workbench.classFactory(qgis_iface)
    plugin.initGui()
    plugin.unload()
    qtbot.wait(50)
    assert "sentinelworkbench" not in provider_ids() and menus["toolbar"] == []


def test_qgis_process_needs_no_window(qgis_app):
    plugin = sentinel_workbench.classFactory(None)
    plugin.initProcessing()
    algorithms = {a.id() for a in QgsApplication.processingRegistry().providerById("sentinelworkbench").algorithms()}
    plugin.unload()
    assert algorithms >= {"sentinelworkbench:image", "sentinelworkbench:series"}
