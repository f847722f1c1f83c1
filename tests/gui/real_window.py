"""Starts QGIS Desktop with the plugin on a display of its own, and ends every process it started, by its id."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Optional

ROOT = Path(__file__).resolve().parents[2]
MOST_GAP_MS = 5000
"""A window that renders, fetches or measures by itself stands still for longer, on machines five times slower than this
one too; how short the gaps are is measured by ``make bench``."""
SCREENS = ROOT / "build" / "screens"
DATA = Path(os.environ.get("WORKBENCH_STORY_DATA", ROOT / "build" / "demo-data"))
SCREEN = "1280x800x24"


def needed_programs():
    """Names of programs that are missing."""
    return [name for name in ("qgis", "Xvfb") if shutil.which(name) is None]


def make_profile(folder: Path, demo_data: Path) -> None:
    """A fresh profile in which the plugin is linked and enabled; the local hub's scenes lie in ``demo_data``."""
    home = folder / "profiles" / "default"
    (home / "python" / "plugins").mkdir(parents=True)
    (home / "python" / "plugins" / "sentinel_workbench").symlink_to(ROOT)
    settings = home / "QGIS" / "QGIS3.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        "[PythonPlugins]\nsentinel_workbench=true\n[app]\ncheckVersion=false\n[qgis]\ncheckVersion=false\n"
        "[locale]\noverrideFlag=true\nuserLocale=en_US\n[Qgis]\nlastTipShown=999\n"
        f"[sentinel_workbench]\ndemo_folder={demo_data}\n", encoding="utf-8",
    )


def end(process: subprocess.Popen) -> None:
    """Ask, then force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


class Display:
    """An Xvfb on a number nobody uses."""

    def __enter__(self) -> str:
        read_end, write_end = os.pipe()
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        self._process = subprocess.Popen(command, pass_fds=(write_end,), stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            end(self._process)
            raise RuntimeError("Xvfb did not start")
        return f":{number}"

    def __exit__(self, *_) -> None:
        end(self._process)


def collect(out: Path, printed: str) -> Dict[str, Any]:
    """The facts a story told, its pictures copied to ``build/screens``; fails with what QGIS printed."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for made in out.glob("*.png"):
        shutil.copy2(made, SCREENS / made.name)
    told = out / "story.json"
    assert told.exists(), f"QGIS ended before the story did:\n{printed[-4000:]}"
    answer = json.loads(told.read_text(encoding="utf-8"))
    threads = out / "threads.txt"
    stood = threads.read_text(encoding="utf-8") if threads.exists() else ""
    assert "failure" not in answer, "\n".join(
        [answer["failure"], f"Tasks of QGIS: {answer.get('tasks')}", stood, printed[-4000:]])
    return answer


def need_programs() -> None:
    """Fail at once where a story can't run."""
    missing = needed_programs()
    assert not missing, f"install {missing}: `make setup` does"


def demo_data() -> Path:
    """The demo scenes, made when they are not there yet."""
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "demo-scenes", "--data", str(DATA)]
    subprocess.run(command, check=True, timeout=900)
    return DATA


def run_story(
    story: Path, out: Path, work: Path, demo_data: Path, timeout_s: float = 1200, more: Optional[Dict[str, str]] = None
) -> str:
    """Run ``story`` inside QGIS; returns what QGIS printed. The story writes its facts into ``out``.

    ``more`` goes into its environment.
    """
    make_profile(work, demo_data)
    work.chmod(0o700)
    out.mkdir(parents=True, exist_ok=True)
    log = work / "qgis.log"
    with Display() as display, log.open("w", encoding="utf-8") as printed:
        variables = {
            **os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "WORKBENCH_STORY_DIR": str(out),
            "XDG_RUNTIME_DIR": str(work), "NO_PROXY": "127.0.0.1,localhost", "LC_ALL": "C.UTF-8", **(more or {}),
        }
        variables["PYTHONPATH"] = str(story.parent)
        command = ["qgis", "--nologo", "--noversioncheck", "--profiles-path", str(work), "--code", str(story)]
        process = subprocess.Popen(command, env=variables, stdout=printed, stderr=subprocess.STDOUT, cwd=work)
        try:
            deadline = time.monotonic() + timeout_s
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.2)
        finally:
            end(process)
    return log.read_text(encoding="utf-8", errors="replace")
