"""The plugin's side of the dock, against a stand-in Sentinel Hub."""

from __future__ import annotations

import time

import pytest
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import AuthenticationFailed, ConnectionFailed, RequestRejected, UnexpectedAnswer
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.qgis.spending import SpendingLedger
from sentinel_workbench.ui.backend import Light, SeriesCallbacks

KEY = "pass-phrase-3c71"


@pytest.fixture()
def backend(empty_settings, tmp_path, small_scenes):
    empty_settings.setValue("sentinel_workbench/cache_folder", str(tmp_path / "cache"))
    backend = PluginBackend(small_scenes)
    yield backend
    backend.shut_down()
    QgsApplication.taskManager().cancelAll()


@pytest.fixture()
def order():
    slots = api.calendar_months(api.TimeRange.of_days("2019-01-01", "2019-06-30"))
    return api.series_order(
        api.BBox(46.2, -16.1, 46.4, -15.8), 600, "sentinel-2-l2a", api.library_script("true_colour"), slots,
        "Half a year", tile_metadata=api.TileMetadata.NONE,
    )


class Watched:
    """What the dock would hear."""

    def __init__(self):
        self.images, self.progress, self.ended = {}, [], []
        self.callbacks = SeriesCallbacks(
            lambda *told: self.progress.append(told), self.images.__setitem__, self.ended.append
        )


def test_of(backend, qtbot, connection, credentials):
    answers = []
    backend.test_connection(connection, credentials, answers.append, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def test_a_connection_test_tells_secret_url_and_network_apart(backend, qtbot, stand_in, stand_in_account, unused_port):
    connection, credentials = stand_in_account
    assert "1 collection" in test_of(backend, qtbot, connection, credentials)
    assert backend.connection_status("Stand-in").light is Light.OK
    wrong = Credentials(credentials.client_id, "wrong")
    assert isinstance(test_of(backend, qtbot, connection, wrong), AuthenticationFailed)
    assert backend.connection_status("Stand-in").light is Light.ERROR
    elsewhere = Connection("x", base_url=stand_in.url, token_url=stand_in.url + "/nothing/here")
    assert isinstance(test_of(backend, qtbot, elsewhere, credentials), (RequestRejected, UnexpectedAnswer))
    nowhere = Connection(
        "y", base_url=f"http://127.0.0.1:{unused_port}", token_url=f"http://127.0.0.1:{unused_port}/t"
    )
    assert isinstance(test_of(backend, qtbot, nowhere, credentials), ConnectionFailed)


test_of.__test__ = False


@pytest.fixture()
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_series_becomes_layers(backend, qtbot, stand_in_account, order, tmp_path, qgis_new_project):
    heard = Watched()
    backend.run_series(order, "Stand-in", heard.callbacks, tmp_path / "out")
    qtbot.waitUntil(lambda: bool(heard.ended), timeout=20_000)
    delivered = heard.ended[0]
    assert len(delivered.result.in_state(State.DONE)) == 6 and delivered.error is None
    assert sorted(heard.images) == list(range(6)) and heard.progress
    backend.add_series(delivered)
    layers = QgsProject.instance().mapLayers
    qtbot.waitUntil(lambda: len(layers()) == 8, timeout=5000)
    assert sum(isinstance(layer, QgsRasterLayer) for layer in layers().values()) == 6


def test_cancel_ends_at_once_and_keeps_what_is_done(backend, qtbot, stand_in, stand_in_account, order):
    stand_in.faults.when = lambda payload: "2019-01" not in str(payload["input"]["data"])
    stand_in.faults.silent = True
    heard = Watched()
    work = backend.run_series(order, "Stand-in", heard.callbacks)
    qtbot.waitUntil(lambda: 0 in heard.images, timeout=10_000)
    assert SpendingLedger().of("Stand-in").today >= 2.5, "units are written down while the order runs"
    began = time.monotonic()
    work.cancel()
    qtbot.waitUntil(lambda: bool(heard.ended), timeout=5000)
    assert time.monotonic() - began < 20, "the service says nothing for a minute"
    states = [image.state for image in heard.ended[0].result.images]
    assert states == [State.DONE] + [State.CANCELLED] * 5


def test_failed_slots_can_be_retried_alone(backend, qtbot, stand_in, stand_in_account, order):
    stand_in.faults.when = lambda payload: "2019-02" in str(payload["input"]["data"])
    stand_in.faults.rejected = {"error": {"status": 400, "reason": "Bad Request", "message": "No.", "code": "X"}}
    first, second = Watched(), Watched()
    backend.run_series(order, "Stand-in", first.callbacks)
    qtbot.waitUntil(lambda: bool(first.ended), timeout=20_000)
    result = first.ended[0].result
    assert [image.state for image in result.images].count(State.FAILED) == 1
    stand_in.faults.rejected = None
    sent = stand_in.seen.requests
    backend.run_series(order, "Stand-in", second.callbacks, only=[1], previous=result)
    qtbot.waitUntil(lambda: bool(second.ended), timeout=20_000)
    assert len(second.ended[0].result.in_state(State.DONE)) == 6
    assert stand_in.seen.requests == sent + 1


def test_an_order_without_credentials_fails_in_words(backend, qtbot, stand_in, empty_settings, order):
    backend.save_connection(Connection("Bare", base_url=stand_in.url, token_url=stand_in.token_url), None)
    heard = Watched()
    backend.run_series(order, "Bare", heard.callbacks)
    qtbot.waitUntil(lambda: bool(heard.ended), timeout=5000)
    assert "no client id" in heard.ended[0].error
    assert all(image.state is State.FAILED for image in heard.ended[0].result.images)


def test_a_secret_in_memory_only_is_on_no_disk(backend, stand_in, tmp_path):
    connection = Connection("Memory", base_url=stand_in.url, token_url=stand_in.token_url)
    saved = backend.save_connection(connection, Credentials("me", KEY), remember=False)
    assert saved.auth_config_id is None and backend.client_id(saved) == "me"
    renamed = backend.save_connection(
        Connection("Renamed", base_url=stand_in.url, token_url=stand_in.token_url), None, "Memory", remember=False
    )
    assert backend.client_id(renamed) == "me"
    assert [c.name for c in backend.connections()] == ["Renamed"]


def test_a_stored_secret_goes_with_its_connection(backend, stand_in):
    assert QgsApplication.authManager().setMasterPassword("only for this test", True)
    connection = Connection("Kept", base_url=stand_in.url, token_url=stand_in.token_url)
    saved = backend.save_connection(connection, Credentials("me", KEY))
    assert CredentialStore().load(saved.auth_config_id).client_secret == KEY
    backend.delete_connection("Kept")
    assert CredentialStore().load(saved.auth_config_id) is None and backend.connections() == ()


def test_the_local_hub_starts_serves_and_ends(backend, qtbot, order):
    ready, errors = [], []
    backend.start_local_hub(ready.append, errors.append, lambda fraction, message: None)
    qtbot.waitUntil(lambda: bool(ready or errors), timeout=60_000)
    assert errors == [] and backend.current_connection() == ready[0] and backend.local_hub_running()
    heard = Watched()
    backend.run_series(order, ready[0].name, heard.callbacks)
    qtbot.waitUntil(lambda: bool(heard.ended), timeout=60_000)
    assert heard.images[0].state is State.DONE
    backend.shut_down()
    assert not backend.local_hub_running()


def test_nothing_is_called_back_after_the_end(backend, qtbot, stand_in, stand_in_account, order):
    stand_in.faults.delay_s = 0.3
    heard = Watched()
    backend.run_series(order, "Stand-in", heard.callbacks)
    backend.shut_down()
    qtbot.waitUntil(lambda: QgsApplication.taskManager().countActiveTasks() == 0, timeout=10_000)
    qtbot.wait(100)
    assert heard.ended == [] and heard.images == {}
