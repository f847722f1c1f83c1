"""The local hub as a process of ours: started, asked for its address, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Callable, Deque, Dict, Iterator, List, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import LocalHubError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import LOCAL, find_deployment
from sentinel_workbench.core.model.collection import Collection, collection_from_json
from sentinel_workbench.core.progress import POLL_S, Progress, Silent, raise_if_cancelled

PACKAGE = "sentinel_workbench"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 5.0
_STDERR_LINES = 12
_TOLD = "error: "
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(frozen=True)
class LocalHubAddress:
    """Where a started hub listens, the client it made for us, and the collections of catalogs it serves.

    ``scenes`` stands for what it holds; the same text, the same images. ``serves_parcels``: it is a CbM server too.
    """

    url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    collections: Tuple[Collection, ...] = ()
    scenes: str = ""
    serves_parcels: bool = False

    def connection(self, name: Optional[str] = None) -> Connection:
        """A connection to it, without limits."""
        return Connection(name or find_deployment(LOCAL).title, LOCAL, self.url, self.token_url)

    def credentials(self) -> Credentials:
        """Its OAuth client."""
        return Credentials(self.client_id, self.client_secret)


def find_python() -> str:
    """A Python interpreter that can run the hub; inside QGIS ``sys.executable`` may be QGIS itself, or another Python
    of the search path that has no GDAL.

    Raises:
        LocalHubError: none is found.
    """
    tried = []
    for candidate in _candidates():
        if candidate.is_file() and str(candidate) not in tried:
            tried.append(str(candidate))
            if _answers_as_python(candidate):
                return str(candidate)
    raise LocalHubError(
        f"No Python interpreter with GDAL was found beside QGIS (looked at {', '.join(tried) or sys.prefix}).",
        "Start the local hub by hand: python3 -m sentinel_workbench.localhub serve --data FOLDER.",
    )


def _candidates() -> Iterator[Path]:
    executable = Path(sys.executable or "")
    if executable.name.lower().startswith("python"):
        yield executable
    for root in dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix)):
        for name in ("python.exe", "python3.exe", "bin/python3", f"bin/python3.{sys.version_info[1]}", "bin/python"):
            yield Path(root) / name
    for name in ("python3.exe", "python.exe", "python3", "bin/python3"):
        yield executable.parent / name


def _answers_as_python(candidate: Path) -> bool:
    command = [str(candidate), "-c", "import sys, numpy, osgeo.gdal; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, creationflags=_NO_WINDOW
        )
    except (OSError, subprocess.SubprocessError):
        return False
    parts = answer.stdout.split()
    return answer.returncode == 0 and len(parts) == 2 and (int(parts[0]), int(parts[1])) >= (3, 9)


class LocalHubProcess:
    """One hub process. It also ends by itself when we die: it watches the pipe we hold.

    Args:
        python: interpreter, see ``find_python``.
        data: folder of the hub's scenes; made when missing.
        arguments: further ones of ``serve``.
        port: 0 takes a free one.
        told: a line for its standard input, which may hold secrets: nobody else can read it there.
    """

    def __init__(
        self,
        python: str,
        data: Path,
        arguments: Sequence[str] = (),
        port: int = 0,
        told: str = "",
    ) -> None:
        self._python, self._data, self._arguments, self._port = python, Path(data), tuple(arguments), port
        self._told = told
        self._process: Optional[subprocess.Popen] = None
        self._link: Optional[tempfile.TemporaryDirectory] = None
        self._stderr: Deque[str] = deque(maxlen=_STDERR_LINES)
        self._readers: Tuple[threading.Thread, ...] = ()

    @property
    def pid(self) -> Optional[int]:
        """Of the running process, or None."""
        return self._process.pid if self._process is not None and self.running() else None

    def running(self) -> bool:
        """True while the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, progress: Optional[Progress] = None, timeout_s: float = START_TIMEOUT_S) -> LocalHubAddress:
        """Start the hub and wait until it tells its address.

        Raises:
            LocalHubError: it ended or said nothing in time; the sentence ends with what it complained about.
            Cancelled: the user asked to stop; the process is ended.
        """
        if self.running():
            raise LocalHubError("The local hub is already running.", "Stop it first.")
        progress = progress or Silent()
        progress.report(0.0, "Starting the local hub")
        lines = self._launch()
        with contextlib.ExitStack() as unless_ready:
            unless_ready.callback(self.stop)
            address = self._wait_for_address(lines, progress, timeout_s)
            unless_ready.pop_all()
        progress.report(1.0, "The local hub is ready")
        return address

    def stop(self) -> None:
        """End the process: ask by closing its input, then by signal, then by force."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            for reader in self._readers:
                reader.join(1.0)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        if self._link is not None:
            self._link.cleanup()
            self._link = None

    def __enter__(self) -> LocalHubProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _command(self) -> List[str]:
        serve = ["serve", "--port", str(self._port), "--data", str(self._data), "--exit-with-stdin"]
        return [self._python, "-m", f"{PACKAGE}.localhub", *serve, *self._arguments]

    def _launch(self) -> queue.Queue[Optional[str]]:
        """Start the process; the queue gets the lines of its standard output and None at the end."""
        self._stderr.clear()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=self._environment(),
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            raise LocalHubError(
                f"The local hub could not be started: {error.strerror or error} ({error.filename or self._python}).",
                "Check the data folder and the Python interpreter.",
            ) from error
        self._process = process
        self._tell(process)
        lines: queue.Queue[Optional[str]] = queue.Queue()
        self._readers = (
            threading.Thread(target=_read_lines, args=(process.stdout, lines.put), daemon=True),
            threading.Thread(target=_read_lines, args=(process.stderr, self._keep), daemon=True),
        )
        for reader in self._readers:
            reader.start()
        return lines

    def _tell(self, process: subprocess.Popen) -> None:
        if self._told and process.stdin is not None:
            try:
                process.stdin.write(self._told + "\n")
                process.stdin.flush()
            except OSError:
                pass  # it ended already; why is told by its standard error

    def _keep(self, line: Optional[str]) -> None:
        if line:
            self._stderr.append(line)

    def _environment(self) -> Dict[str, str]:
        """Ours, with the package importable. A checkout under another name is reached through a link."""
        package = Path(__file__).resolve().parents[2]
        parent = package.parent
        if package.name != PACKAGE:
            self._link = tempfile.TemporaryDirectory(prefix="workbench-hub-")
            parent = Path(self._link.name)
            (parent / PACKAGE).symlink_to(package, target_is_directory=True)
        known = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([str(parent), *([known] if known else [])])
        return {**os.environ, "PYTHONPATH": path}

    def _wait_for_address(
        self, lines: queue.Queue[Optional[str]], progress: Progress, timeout_s: float
    ) -> LocalHubAddress:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            raise_if_cancelled(progress)
            try:
                line = lines.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if line is None:
                self._readers[1].join(1.0)
                raise self._failure("The local hub ended before it was ready")
            address = _parse_address(line)
            if address is not None:
                return address
        raise self._failure(f"The local hub did not get ready within {timeout_s:.0f} s")

    def _failure(self, what: str) -> LocalHubError:
        complaint = next((line.strip() for line in reversed(self._stderr) if line.strip()), "")
        if complaint.startswith(_TOLD):  # the hub's own sentence, which says what is wrong and what to do
            return LocalHubError(f"{complaint[len(_TOLD):].rstrip('.')}.")
        said = f": {complaint[-300:].rstrip('.')}." if complaint else "."
        return LocalHubError(what + said, "Start it again; if that fails, choose another data folder.")


def _read_lines(stream: Optional[IO[str]], receive: Callable[[Optional[str]], None]) -> None:
    """Hand over every line, then None. Keeps the pipe empty, so that the hub never blocks on it."""
    try:
        for line in stream or ():
            receive(line.rstrip("\n"))
    except ValueError:
        return  # closed while reading
    receive(None)


def _parse_address(line: str) -> Optional[LocalHubAddress]:
    try:
        value = json.loads(line)
        collections = tuple(collection_from_json(entry) for entry in value.get("collections", ()))
        return LocalHubAddress(
            value["url"], value["token_url"], value["client_id"], value["client_secret"], collections,
            str(value.get("scenes", "")), value.get("parcels") is True,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _end(process: subprocess.Popen) -> None:
    try:
        if process.stdin is not None:
            process.stdin.close()
    except OSError:
        pass  # it is already gone
    for ask in (None, process.terminate, process.kill):
        if ask is not None:
            ask()
        try:
            process.wait(STOP_TIMEOUT_S if ask is not None else 2.0)
            return
        except subprocess.TimeoutExpired:
            continue
