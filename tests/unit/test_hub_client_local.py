"""Starting the local hub, with a small script in its place where its own failures are wanted."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sentinel_workbench.core.errors import Cancelled, LocalHubError
from sentinel_workbench.core.hub import local, local_scenes
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.local import LocalHubProcess, find_python
from sentinel_workbench.core.progress import Watched


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def pretend(monkeypatch, program):
    """Run ``program`` instead of the hub."""
    monkeypatch.setattr(LocalHubProcess, "_command", lambda self: [sys.executable, "-c", program])


def test_the_python_found_runs():
    assert subprocess.run([find_python(), "-c", "import json"], check=False).returncode == 0


def test_qgis_itself_is_not_taken_for_python(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "qgis-bin"))
    assert "python" in Path(find_python()).name
    for name in ("prefix", "exec_prefix", "base_prefix"):
        monkeypatch.setattr(sys, name, str(tmp_path))
    with pytest.raises(LocalHubError, match="No Python interpreter"):
        find_python()


def test_the_hub_starts_answers_and_ends(tmp_path):
    with LocalHubProcess(find_python(), tmp_path / "data") as hub:
        address = hub.start()
        assert address.client_secret not in repr(address)
        HubClient(address.connection(), address.credentials()).test_connection()
        pid = hub.pid
        assert alive(pid)
        with pytest.raises(LocalHubError, match="already running"):
            hub.start()
    assert not alive(pid) and hub.pid is None


def test_the_hub_ends_when_we_die(tmp_path):
    program = (
        "import os, sys; from pathlib import Path; from sentinel_workbench.core.hub.local import *\n"
        "hub = LocalHubProcess(find_python(), Path(sys.argv[1])); hub.start(); print(hub.pid, flush=True); os._exit(9)"
    )
    packages = str(Path(local.__file__).parents[3])
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": packages},
        timeout=60,
    )
    pid = int(answer.stdout)
    deadline = time.monotonic() + 60
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def test_a_hub_that_ends_at_once_says_why(monkeypatch, tmp_path):
    pretend(monkeypatch, "import sys; print('error: the store is locked.', file=sys.stderr); sys.exit(1)")
    with pytest.raises(LocalHubError, match="^the store is locked.$") as caught:
        LocalHubProcess(sys.executable, tmp_path).start()
    assert caught.value.advice is None, "the hub's own sentence says what to do"
    pretend(monkeypatch, "import sys; print('ImportError: osgeo', file=sys.stderr); sys.exit(1)")
    with pytest.raises(LocalHubError, match="ImportError: osgeo. Start it again"):
        LocalHubProcess(sys.executable, tmp_path).start()


def test_a_hub_that_says_nothing_is_ended(monkeypatch, tmp_path):
    pretend(monkeypatch, "import sys; print('not the address', flush=True); sys.stdin.read()")
    hub = LocalHubProcess(sys.executable, tmp_path)
    with pytest.raises(LocalHubError, match="within 0 s|within 1 s"):
        hub.start(timeout_s=0.6)
    assert not hub.running()


def test_cancel_while_it_starts(monkeypatch, tmp_path):
    pretend(monkeypatch, "import sys; sys.stdin.read()")
    progress = Watched()
    threading.Timer(0.2, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        LocalHubProcess(sys.executable, tmp_path).start(progress)
    assert time.monotonic() - began < 20, "what it waited for never comes"


def test_a_hub_that_ignores_its_input_is_ended_by_signal(monkeypatch, tmp_path):
    monkeypatch.setattr(local, "STOP_TIMEOUT_S", 0.3)
    pretend(
        monkeypatch,
        "import signal, time, json; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(json.dumps(dict(url='http://127.0.0.1:1', token_url='http://127.0.0.1:1/t', client_id='a',"
        " client_secret='b')), flush=True)\ntime.sleep(60)",
    )
    hub = LocalHubProcess(sys.executable, tmp_path)
    hub.start()
    pid = hub.pid
    hub.stop()
    assert not alive(pid)


def test_much_talk_does_not_block_the_hub(monkeypatch, tmp_path):
    pretend(
        monkeypatch,
        "import sys, json; sys.stderr.write('talk\\n' * 100000)\n"
        "print(json.dumps(dict(url='http://127.0.0.1:1', token_url='http://127.0.0.1:1/t', client_id='a',"
        " client_secret='b')), flush=True)\nsys.stdin.read()",
    )
    with LocalHubProcess(sys.executable, tmp_path) as hub:
        assert hub.start().client_id == "a"


@pytest.mark.parametrize("python, data", [("/nonexistent/python", "data"), (sys.executable, "/proc/1/data")])
def test_what_can_not_be_started_is_said(tmp_path, python, data):
    with pytest.raises(LocalHubError, match="could not be started"):
        LocalHubProcess(python, tmp_path / data).start()


def test_a_checkout_under_another_name_is_reached_through_a_link(tmp_path):
    hub = LocalHubProcess(sys.executable, tmp_path)
    first = hub._environment()["PYTHONPATH"].split(os.pathsep)[0]
    program = "import sentinel_workbench.localhub"
    environment = {**os.environ, "PYTHONPATH": first}
    assert subprocess.run([sys.executable, "-S", "-c", program], env=environment, check=False).returncode == 0
    hub.stop()


def test_an_older_folder_is_asked_for_missing_demo_scenes(monkeypatch, tmp_path):
    (tmp_path / "scenes.sqlite").write_bytes(b"")
    ran = []
    monkeypatch.setattr(local_scenes, "run_hub_command", lambda python, arguments, progress: ran.append(arguments))
    with local_scenes.LocalHub(tmp_path) as hub:
        assert hub.running()
    assert ran == [["demo-scenes", "--data", str(tmp_path)]]
    with local_scenes.LocalHub(tmp_path, with_demo_scenes=False):
        assert len(ran) == 1
