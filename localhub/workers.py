"""The pool of render processes, with a time and a memory budget for every job."""

from __future__ import annotations

import multiprocessing
import queue
import shutil
import signal
import tempfile
import threading
import time
import uuid
from dataclasses import replace
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional

from sentinel_workbench.localhub.process_memory import resident_mb
from sentinel_workbench.localhub.records import HubError, OverTime, RenderedAnswer
from sentinel_workbench.localhub.render_process import READY, RenderBudget, serve_jobs
from sentinel_workbench.localhub.work_folder import make_work_folder

if TYPE_CHECKING:
    from sentinel_workbench.localhub.sources import Places

PROCESS, CHECK_STATISTICS, MEASURE_INTERVAL = "process", "check-statistics", "measure-interval"
REAL_JOBS: Mapping[str, str] = {
    PROCESS: "sentinel_workbench.localhub.render:render",
    CHECK_STATISTICS: "sentinel_workbench.localhub.statistics:check_script",
    MEASURE_INTERVAL: "sentinel_workbench.localhub.statistics:measure_interval",
}
"""What render processes can do: job to function."""
START_LIMIT_S = 60.0
_LOOK_EVERY_S = 0.025
_ASK_CLIENT_EVERY_S = 0.25
_GRACE_S = 0.25
"""For an engine that watches the time itself, before its whole process is killed."""
_WINDOWS_FAULT = 0xC0000000


class ClientGone(Exception):
    """The client closed its connection; nobody waits for the answer."""


class PoolClosed(Exception):
    """The hub is ending."""


class RenderProcess:
    """One render process and the pipe to it."""

    def __init__(self, jobs: Mapping[str, str], data: Places, work_dir: Path, budget: RenderBudget) -> None:
        context = multiprocessing.get_context("spawn")
        self._budget = budget
        self._work_dir = work_dir
        self._ready = False
        self.pipe, far_end = context.Pipe()
        self._process = context.Process(
            target=serve_jobs,
            args=(far_end, dict(jobs), data, work_dir, budget),
            name="render",
            daemon=True,
        )
        self._process.start()
        far_end.close()

    def run(self, job: str, request: Any, abandoned: Callable[[], bool]) -> Any:
        """One job within the budget.

        Raises:
            HubError: the job's own error, or the budget's, or that the process died; see ``usable``.
            ClientGone: ``abandoned`` said so.
        """
        try:
            if not self._ready:
                self._await_start(abandoned)
            self.pipe.send((job, request))
            outcome = self._await_outcome(abandoned)
        except (EOFError, OSError) as error:
            self.kill()
            raise self._died() from error
        if isinstance(outcome, HubError):
            raise outcome
        return outcome

    @property
    def usable(self) -> bool:
        """False once the process was killed or died."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End the process, whatever it does, and remove what it had written."""
        self._process.kill()
        self._process.join()
        self.pipe.close()
        shutil.rmtree(self._work_dir, ignore_errors=True)

    def _await_start(self, abandoned: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not self.pipe.poll(_ASK_CLIENT_EVERY_S):
            if time.monotonic() > deadline:
                self.kill()
                raise HubError(500, "COMMON_EXCEPTION", "The render process did not start in time.")
            if abandoned():
                raise ClientGone()
        self._ready = self.pipe.recv() == READY

    def _await_outcome(self, abandoned: Callable[[], bool]):
        deadline = time.monotonic() + self._budget.seconds + _GRACE_S
        ask_client_at = time.monotonic() + _ASK_CLIENT_EVERY_S
        while not wait_for([self.pipe], _LOOK_EVERY_S):
            now = time.monotonic()
            used_mb = resident_mb(self._process.pid or 0)
            if now > deadline or (used_mb or 0.0) > self._budget.memory_mb:
                self.kill()
                raise self._over_time() if now > deadline else self._over_memory()
            if now > ask_client_at:
                ask_client_at = now + _ASK_CLIENT_EVERY_S
                if abandoned():
                    self.kill()
                    raise ClientGone()
        return self.pipe.recv()

    def _over_time(self) -> HubError:
        message = (
            f"Failed to evaluate script!\nThe render took longer than the allowed {self._budget.seconds:g} s and was"
            " stopped. Look for an endless loop in the evalscript, or ask for a smaller image."
        )
        return OverTime(400, "RENDERER_EXCEPTION", message)

    def _over_memory(self) -> HubError:
        message = (
            f"Failed to evaluate script!\nThe render used more than the allowed {self._budget.memory_mb:g} MB of memory"
            " and was stopped. Look for a growing array in the evalscript, or ask for a smaller image."
        )
        return HubError(400, "RENDERER_EXCEPTION", message)

    def _died(self) -> HubError:
        code = self._process.exitcode or 0
        if code < 0 or code >= _WINDOWS_FAULT:
            # An engine that gets no more memory or stack ends its process.
            message = (
                f"Failed to evaluate script!\nThe script engine broke down ({_fault_name(code)}). Look for endless"
                " recursion and for arrays or texts of hundreds of megabytes in the evalscript."
            )
            return HubError(400, "RENDERER_EXCEPTION", message)
        return HubError(500, "RENDERER_EXCEPTION", f"The render process ended unexpectedly (exit code {code}).")


def _fault_name(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"exit code {exit_code:#x}"


class RenderPool:
    """``size`` render processes; a request takes a free one, waits for one when all are busy."""

    def __init__(
        self, size: int, data: Places, budget: Optional[RenderBudget] = None, jobs: Mapping[str, str] = REAL_JOBS
    ) -> None:
        self.size = size
        self._data, self._jobs = data, jobs
        self._budget = budget or RenderBudget()
        self._work_dir = make_work_folder()
        self._answers = Path(tempfile.mkdtemp(dir=self._work_dir, prefix="answers-"))
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._all: List[RenderProcess] = []
        self._free: queue.LifoQueue[RenderProcess] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(self._start())

    def run(self, job: str, request: Any, abandoned: Callable[[], bool] = lambda: False) -> Any:
        """Do a job in the next free process.

        Args:
            job: its name among those of the pool.
            request: what the job's function takes.
            abandoned: True once nobody waits for the outcome.

        Returns:
            What the job's function returned. The file of a ``RenderedAnswer`` is the receiver's to delete.

        Raises:
            HubError: the job failed; only this request is affected.
            ClientGone: ``abandoned`` returned True while the request waited or ran.
            PoolClosed: the hub is ending.
        """
        process = self._take(abandoned)
        try:
            return self._keep(process.run(job, request, abandoned))
        finally:
            if not self._closing.is_set():
                self._free.put(process if process.usable else self._replace(process))

    def close(self) -> None:
        """End every process and remove their files."""
        self._closing.set()
        with self._lock:
            processes, self._all = self._all, []
        for process in processes:
            process.kill()
        shutil.rmtree(self._work_dir, ignore_errors=True)

    def _take(self, abandoned: Callable[[], bool]) -> RenderProcess:
        while not self._closing.is_set():
            try:
                return self._free.get(timeout=_ASK_CLIENT_EVERY_S)
            except queue.Empty:
                if abandoned():
                    raise ClientGone() from None
        raise PoolClosed()

    def _keep(self, outcome: Any) -> Any:
        """Move an answer out of the process's folder, which is removed when the process is killed."""
        if not isinstance(outcome, RenderedAnswer):
            return outcome
        kept = self._answers / f"{uuid.uuid4().hex}{outcome.body.suffix}"
        Path(outcome.body).replace(kept)
        return replace(outcome, body=kept)

    def _start(self) -> RenderProcess:
        with self._lock:
            if self._closing.is_set():
                raise PoolClosed()
            work_dir = Path(tempfile.mkdtemp(dir=self._work_dir, prefix="render-"))
            process = RenderProcess(self._jobs, self._data, work_dir, self._budget)
            self._all.append(process)
            return process

    def _replace(self, dead: RenderProcess) -> RenderProcess:
        dead.kill()
        with self._lock:
            if dead in self._all:
                self._all.remove(dead)
        return self._start()
