"""A QGIS of its own for these tests: a temporary profile, so that no user's settings or credentials are touched."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from qgis.PyQt.QtCore import QSettings

_PATIENCE_MS = 60_000
_PROFILE = tempfile.mkdtemp(prefix="workbench-profile-")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = _PROFILE
os.environ["QGIS_AUTH_DB_DIR_PATH"] = _PROFILE
# two test runs at once would otherwise see each other's connections, and ask each other's servers
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, _PROFILE)


def pytest_unconfigure():
    shutil.rmtree(_PROFILE, ignore_errors=True)


@pytest.fixture()
def qtbot(qtbot, monkeypatch):
    """A wait ends with the state it waits for, so patience costs nothing: none gives up within a minute."""
    for name in ("waitUntil", "waitSignal", "waitSignals"):
        monkeypatch.setattr(qtbot, name, _patient(getattr(qtbot, name)))
    return qtbot


def _patient(wait):
    return lambda *what, timeout=0, **more: wait(*what, timeout=max(timeout, _PATIENCE_MS), **more)


@pytest.fixture(autouse=True)
def forgotten_form(qgis_app):
    """Each test meets the form, its history and its limits as new."""
    from qgis.core import QgsSettings

    from sentinel_workbench.core.qgis.folders import history_folder

    for name in ("imagery_form", "ask_above_units", "cache_limit_gb", "spent_units"):
        QgsSettings().remove(f"sentinel_workbench/{name}")
    shutil.rmtree(history_folder(), ignore_errors=True)


@pytest.fixture()
def empty_settings(qgis_app):
    """No connection, no chosen folder."""
    from qgis.core import QgsSettings

    QgsSettings().remove("sentinel_workbench")
    yield QgsSettings()
    QgsSettings().remove("sentinel_workbench")


@pytest.fixture(scope="session")
def small_scenes(tmp_path_factory):
    """The first quarter of the demo year at 600 m."""
    from sentinel_workbench.localhub.demo.frame import Frame
    from sentinel_workbench.localhub.demo.passes import all_passes
    from sentinel_workbench.localhub.demo.radar_passes import all_radar_passes
    from sentinel_workbench.localhub.demo_scenes import make_demo_scenes

    folder = tmp_path_factory.mktemp("small-scenes")
    make_demo_scenes(folder, frame=Frame(600.0), passes=all_passes()[:9], radar_passes=all_radar_passes()[:15])
    return folder


@pytest.fixture(scope="session")
def small_hub(small_scenes):
    """A running local hub on them."""
    from sentinel_workbench.core.hub.local_scenes import LocalHub

    with LocalHub(small_scenes, with_demo_scenes=False, arguments=("--workers", "1")) as hub:
        yield hub


@pytest.fixture()
def stand_in():
    """A stand-in Sentinel Hub."""
    from stand_in import StandIn

    with StandIn() as hub:
        yield hub


@pytest.fixture()
def stand_in_account(stand_in, empty_settings, monkeypatch):
    """(connection, credentials) of the stand-in, saved; the credentials are in the environment."""
    from sentinel_workbench.core.hub.connection import Connection, Credentials
    from sentinel_workbench.core.qgis.connections import ConnectionStore

    connection = Connection("Stand-in", base_url=stand_in.url, token_url=stand_in.token_url)
    ConnectionStore().save(connection)
    ConnectionStore().choose("Stand-in")
    monkeypatch.setenv("SH_CLIENT_ID", stand_in.client_id)
    monkeypatch.setenv("SH_CLIENT_SECRET", stand_in.client_secret)
    return connection, Credentials(stand_in.client_id, stand_in.client_secret)


@pytest.fixture()
def no_window(qgis_app, monkeypatch):
    """Processing without a window, as in ``qgis_process``: newer QGIS refuses the stand-in of one."""
    from processing.gui import Postprocessing

    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)


@pytest.fixture(scope="module")
def provider(qgis_app):
    """The algorithms in QGIS's toolbox."""
    from processing.core.Processing import Processing
    from qgis.core import QgsApplication

    from sentinel_workbench.algorithms.provider import WorkbenchProvider

    Processing.initialize()
    registry, made = QgsApplication.processingRegistry(), WorkbenchProvider()
    registry.addProvider(made)
    yield made
    registry.removeProvider(made)


@pytest.fixture()
def own_cache(empty_settings, tmp_path):
    """What orders keep belongs to the test."""
    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / "cache"))
