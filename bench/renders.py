"""The local hub's renders: against GDAL's warper and numpy, one engine against the other, both cores, memory."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional
from urllib.parse import urlencode, urlsplit

from cpu_time import descendants_cpu_s
from report import Case, judge
from scenery import BBOX, SCRIPTS, make_data

from sentinel_workbench.core.evalscript.engine import available_engines

HERE = Path(__file__).resolve().parent
ROUNDS = 3
LARGEST = 2500
_ONE_CORE = {0}


def local_renders(work: Path) -> List[Case]:
    """All cases on one folder of COGs."""
    data = make_data(work)
    return [*_true_color(work, data), *_engines(work), *_parallel(data), *_memory(work, data)]


@contextmanager
def hub(data: Path, workers: int, engine: str, cores: Any = None) -> Iterator[Dict[str, str]]:
    """A running hub, on ``cores`` only."""
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--data", str(data), "--engine", engine,
               "--workers", str(workers), "--exit-with-stdin"]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=_keep_to(cores)
    )
    try:
        address = json.loads(process.stdout.readline())
        yield {**address, "token": _token(address)}
    finally:
        process.stdin.close()
        process.wait(15)
        process.stdout.close()


def _keep_to(cores: Any) -> Optional[Callable[[], None]]:
    """What a child does first so that it and its own children run on ``cores``; None where that can't be done."""
    if not cores or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, cores)


def _token(address: Dict[str, str]) -> str:
    form = {"grant_type": "client_credentials", "client_id": address["client_id"],
            "client_secret": address["client_secret"]}  # fmt: skip
    body = _post(address["token_url"], urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    return json.loads(body)["access_token"]


def _post(url: str, body: bytes, headers: Dict[str, str]) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=120)
    connection.request("POST", parts.path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {content[:500]!r}")
    return content


def ask(address: Dict[str, str], size: int, script: str, number: int = 0) -> bytes:
    """One image of the whole area, or of a part of it for ``number`` > 0."""
    west, south, east, north = BBOX
    shift = number * 0.01 * (east - west)
    body = {
        "input": {"bounds": {"bbox": [west + shift, south, east, north]}, "data": [{"type": "sentinel-2-l1c"}]},
        "output": {"width": size, "height": size,
                   "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}]},
        "evalscript": script,
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {address['token']}", "Content-Type": "application/json", "Accept": "*/*"}
    return _post(address["url"] + "/api/v1/process", json.dumps(body).encode(), headers)


def _true_color(work: Path, data: Path) -> List[Case]:
    """Rounds of the hub with V8, the hub with QJSEngine and the plain job take turns; medians."""
    plain: List[float] = []
    times: Dict[str, List[float]] = {name: [] for name in available_engines()}
    with ExitStack() as running:
        addresses = {name: running.enter_context(hub(data, 1, name, _ONE_CORE)) for name in times}
        for address in addresses.values():
            ask(address, 64, SCRIPTS["true color"])
        for _ in range(ROUNDS):
            for name, address in addresses.items():
                begun = time.perf_counter()
                ask(address, LARGEST, SCRIPTS["true color"])
                times[name].append(time.perf_counter() - begun)
            plain.append(_run("plain_render.py", str(work), str(LARGEST))["seconds"])
    took = {name: statistics.median(each) for name, each in times.items()}
    name = f"True colour of {LARGEST} x {LARGEST} px from local COGs over HTTP, one core"
    floor = statistics.median(plain)
    fastest = available_engines()[0]
    cases = [judge(f"{name}; floor: gdalwarp and numpy", "s", took[fastest], floor=floor, times_floor=3)]
    if len(took) > 1:
        cases.append(judge(f"{name}, QJSEngine; floor: V8", "s", took["qjs"], floor=took["v8"], times_floor=5))
    return cases


def _engines(work: Path) -> List[Case]:
    """A script that works harder, without reading and writing; told, not judged."""
    if set(available_engines()) < {"v8", "qjs"}:
        return []
    seconds = {engine: _run("engine_speed.py", engine, str(500))["seconds"] for engine in ("v8", "qjs")}
    return [judge("The script alone: NDVI through a colour ramp, 500 x 500 px, QJSEngine; floor: V8", "s",
                  seconds["qjs"], floor=seconds["v8"])]  # fmt: skip


def _parallel(data: Path) -> List[Case]:
    """Four requests at once against the same four one after the other, two render processes; best rounds."""
    at_once, in_turn, used = [], [], []
    with hub(data, 2, available_engines()[0]) as address, ThreadPoolExecutor(4) as pool:

        def send(number: int) -> None:
            ask(address, 512, SCRIPTS["clouds"], number)

        list(pool.map(send, range(4)))
        for _ in range(3 * ROUNDS):
            before, begun = descendants_cpu_s(os.getpid()), time.perf_counter()
            list(pool.map(send, range(4)))
            at_once.append(time.perf_counter() - begun)
            used.append({pid: now - before.get(pid, now) for pid, now in descendants_cpu_s(os.getpid()).items()})
            begun = time.perf_counter()
            for number in range(4):
                send(number)
            in_turn.append(time.perf_counter() - begun)
    title = "Four requests of 512 x 512 px at once"
    cases = [judge(f"{title}; floor: half the time of one after the other", "s", min(at_once), floor=min(in_turn) / 2,
                   times_floor=1.5)]  # fmt: skip
    shares = [max(each.values()) / sum(each.values()) for each in used if sum(each.values()) > 0]
    if shares:
        name = f"{title}: part of the processor time that the busier of two render processes has"
        cases.append(judge(name, "%", 100 * statistics.median(shares), floor=50, most=65))
    return cases


def _memory(work: Path, data: Path) -> List[Case]:
    peak = _run("render_memory.py", str(data), str(LARGEST), str(work))["peak_mb"]
    return [judge(f"Peak memory of a render of {LARGEST} x {LARGEST} px, 13 bands INT16", "MB", peak, most=1000)]


def _run(script: str, *arguments: str) -> Dict[str, Any]:
    """The JSON answer of a script of this folder, run on one core."""
    command = [sys.executable, str(HERE / script), *arguments]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, timeout=300, preexec_fn=_keep_to(_ONE_CORE)
    )
    return json.loads(done.stdout.strip().splitlines()[-1])
