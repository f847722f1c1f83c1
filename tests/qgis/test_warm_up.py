"""Modules are read ahead between QGIS's own work, never beside it."""

from __future__ import annotations

import importlib
import threading

from sentinel_workbench.core.qgis import warm_up
from sentinel_workbench.core.qgis.warm_up import WarmUp, modules_of


def test_every_module_is_read_on_the_main_thread(qgis_app, qtbot, monkeypatch):
    read = []
    monkeypatch.setattr(
        warm_up.importlib, "import_module", lambda name: read.append((name, threading.current_thread()))
    )
    made = WarmUp(["a", "b", "c"])
    with qtbot.waitSignal(made.ready, timeout=2000):
        made.start()
    assert read == [(name, threading.main_thread()) for name in "abc"]


def test_qgis_gets_its_window_back_in_between(qgis_app, qtbot, monkeypatch):
    monkeypatch.setattr(warm_up, "BUDGET_S", 0.0)
    read = []
    monkeypatch.setattr(warm_up.importlib, "import_module", read.append)
    made = WarmUp(["a", "b", "c"])
    made._turn()
    assert read == ["a"]
    made.start()
    made.stop()
    qtbot.wait(50)
    assert read == ["a"]


def test_a_module_that_can_not_be_read_is_told_where_it_is_needed(qgis_app, qtbot):
    made = WarmUp(["sentinel_workbench.no_such_module", "never"])
    with qtbot.waitSignal(made.ready, timeout=2000):
        made.start()


def test_rooms_give_their_modules():
    names = modules_of(("core/cache", "api"))
    assert [name.split(".", 1)[1] for name in names] == ["core.cache.key", "core.cache.store", "api"]
    for name in names:
        importlib.import_module(name)
