"""What runs inside a render process: jobs in, outcomes or errors out, until the pipe closes."""

from __future__ import annotations

import faulthandler
import importlib
import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Tuple

from osgeo import gdal

from sentinel_workbench.core.errors import ScriptError, StorageError, WorkbenchError
from sentinel_workbench.core.evalscript.engine import EngineChoice, choose_engine
from sentinel_workbench.localhub.records import HubError

if TYPE_CHECKING:
    from sentinel_workbench.localhub.sources import Places

READY = "ready"
LAST_RESORT_EXTRA_S = 5
_BLOCK_CACHE_BYTES = 128_000_000
Work = Callable[[Any, Any, Path], Any]
"""What a job does: request, folder of the scene store, work folder -> outcome; all of them can be sent by pipe."""


@dataclass(frozen=True)
class RenderBudget:
    """Of one job: wall clock in seconds, resident memory of its process in MiB, and the engine its scripts run on.

    Attributes:
        engine: ``v8``, ``qjs``, or None for the fastest there is.
    """

    seconds: float = 60.0
    memory_mb: float = 1024.0
    engine: Optional[str] = None

    def engine_choice(self) -> EngineChoice:
        """Engine and limits of the scripts: half of the memory is left to images."""
        return EngineChoice(self.engine, self.seconds, int(self.memory_mb * 1024 * 1024 / 2))


def load_work(name: str) -> Work:
    """The function called ``package.module:function``."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def serve_jobs(pipe: Connection, jobs: Mapping[str, str], data: Places, work_dir: Path, budget: RenderBudget) -> None:
    """Do the jobs from ``pipe``, each a name of ``jobs`` and a request, one after the other.

    Any unforeseen exception ends the process, on purpose. The parent kills a process that is over its budget. Should
    the parent be gone, the C-level timer does it, even while a script holds the interpreter's lock.

    Args:
        pipe: to the hub.
        jobs: job to its function, as ``package.module:function``.
        data: folder of the scene store.
        work_dir: folder for the files of the outcomes.
        budget: of a job.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    works: Dict[str, Work] = {job: load_work(name) for job, name in jobs.items()}
    _live_in_utc()
    choose_engine(budget.engine_choice())
    limit_block_cache()
    pipe.send(READY)
    while True:
        try:
            job, request = pipe.recv()
        except (EOFError, OSError):
            return
        faulthandler.dump_traceback_later(budget.seconds + LAST_RESORT_EXTRA_S, exit=True)
        outcome = work_once(works[job], request, data, work_dir)
        faulthandler.cancel_dump_traceback_later()
        pipe.send(outcome)


def limit_block_cache() -> None:
    """Keep GDAL from filling a twentieth of the machine's memory with blocks, which would count against the budget."""
    gdal.SetCacheMax(_BLOCK_CACHE_BYTES)


def work_once(work: Work, request: Any, data: Places, work_dir: Path) -> Any:
    """The outcome of one job; the errors made on purpose come back as ``HubError`` values."""
    try:
        return work(request, data, work_dir)
    except HubError as error:
        return error
    except WorkbenchError as error:
        status, code = _status_of(error)
        return HubError(status, code, error.message)
    except MemoryError:
        return HubError(400, "RENDERER_EXCEPTION", "The request needs more memory than a render may use.")


def _status_of(error: WorkbenchError) -> Tuple[int, str]:
    if isinstance(error, ScriptError):
        return 400, "RENDERER_EXCEPTION"
    if isinstance(error, StorageError):
        return 500, "RENDERER_EXCEPTION"
    return 400, "COMMON_BAD_PAYLOAD"


def _live_in_utc() -> None:
    # Scripts ask for days and months of local time; where the service runs, that is UTC.
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
