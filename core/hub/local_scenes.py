"""The local hub on the demo scenes, or on another folder: made when missing, started, ended."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import LocalHubError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.local import PACKAGE, LocalHubProcess, find_python
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.progress import Part, Progress, Silent, wait

DEMO_AREA = (46.16, -16.15, 46.51, -15.58)
"""West, south, east, north of the demo scenes, lon/lat."""
DEMO_YEAR = 2019
_POLL_S = 0.2


class LocalHub:
    """The hub's process with the connection and credentials to reach it.

    ``collections`` are those the hub told of at its start: of catalogs, whose bands nobody else knows.
    ``serves_parcels`` tells whether it is a CbM server too, for the same account.

    Args:
        data: folder of its scenes.
        with_demo_scenes: make the demo scenes there that are missing.
        arguments: further ones of ``serve``.
        name: of the connection; the usual one of local hubs when None.
        source: says what is served where that is not what lies in ``data``; stands for it in cache keys.
        told: a line for the standard input of the process; may hold secrets.
    """

    def __init__(
        self,
        data: Path,
        with_demo_scenes: bool = True,
        arguments: Sequence[str] = (),
        name: Optional[str] = None,
        source: str = "",
        told: str = "",
    ) -> None:
        self._data, self._with_demo_scenes, self._arguments = Path(data), with_demo_scenes, tuple(arguments)
        self._name, self._source, self._told = name, source, told
        self.collections: Tuple[Collection, ...] = ()
        self.serves_parcels = False
        self._process: Optional[LocalHubProcess] = None
        self.connection: Optional[Connection] = None
        self.credentials: Optional[Credentials] = None

    def start(self, progress: Optional[Progress] = None) -> Connection:
        """Make the scenes when missing and start the process. Takes a minute the first time, else a second.

        Raises:
            LocalHubError: it did not start.
            Cancelled: the user asked to stop.
        """
        progress = progress or Silent()
        python = find_python()
        if self._with_demo_scenes:
            run_hub_command(python, ["demo-scenes", "--data", str(self._data)], Part(progress, 0.0, 0.9))
        process = LocalHubProcess(python, self._data, self._arguments, told=self._told)
        address = process.start(Part(progress, 0.9, 1.0))
        self._process = process
        self.credentials = address.credentials()
        self.collections, self.serves_parcels = address.collections, address.serves_parcels
        self.connection = replace(address.connection(self._name), cache_url=cache_url(self._source or address.scenes))
        return self.connection

    @property
    def buckets(self) -> Path:
        """The folder whose folders are the buckets of own collections."""
        named = dict(zip(self._arguments, self._arguments[1:])).get("--buckets")
        return Path(named) if named else self._data / "buckets"

    def serves_as(self, other: LocalHub) -> bool:
        """Whether another hub would serve the same in the same way, with the same keys and logins."""
        return (self._data, self._arguments, self._told) == (other._data, other._arguments, other._told)

    def running(self) -> bool:
        """True while the process lives."""
        return self._process is not None and self._process.running()

    def stop(self) -> None:
        """End the process; a second call does nothing."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def __enter__(self) -> LocalHub:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def cache_url(identity: str) -> str:
    """Stands for the hub's address in cache keys: the same for the same scenes whatever the port, else another.

    Args:
        identity: of the scenes, as the hub tells it, or of the catalog it serves.
    """
    return f"http://localhub/{hashlib.sha256(identity.encode('utf-8')).hexdigest()[:16]}"


def run_hub_command(python: str, arguments: Sequence[str], progress: Progress) -> str:
    """Run one command of the hub's command line to its end; returns its standard output.

    Raises:
        LocalHubError: it failed; the sentence holds its last words.
        Cancelled: the user asked to stop; the process is ended.
    """
    with tempfile.TemporaryDirectory(prefix="workbench-hub-") as scratch:
        told, said = Path(scratch, "out.txt"), Path(scratch, "err.txt")
        command = [python, "-m", f"{PACKAGE}.localhub", *arguments]
        with told.open("wb") as out, said.open("wb") as err:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=_environment(Path(scratch))
            )
            _watch(process, said, progress)
        if process.returncode != 0:
            complaint = " ".join(_lines(said)[-2:])[-400:].removeprefix("error: ").rstrip(".")
            raise LocalHubError(f"The local hub's command '{arguments[0]}' failed: {complaint}.")
        return told.read_text(encoding="utf-8", errors="replace")


def _watch(process: subprocess.Popen, said: Path, progress: Progress) -> None:
    try:
        while process.poll() is None:
            wait(progress, _POLL_S)
            lines = _lines(said)
            if lines:
                progress.report(*_progress_line(lines[-1]))
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(10)


def _lines(path: Path) -> List[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _progress_line(line: str) -> Tuple[float, str]:
    """``" 12% message"`` as (0.12, message)."""
    percent, _, message = line.strip().partition("% ")
    return (int(percent) / 100.0, message) if percent.isdigit() else (0.0, line.strip())


def _environment(link: Path) -> Dict[str, str]:
    """Ours, with the package importable under its name whatever its folder is called."""
    package = Path(__file__).resolve().parents[2]
    parent = package.parent
    if package.name != PACKAGE:
        parent = link
        (parent / PACKAGE).symlink_to(package, target_is_directory=True)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(parent), *([known] if known else [])])}
