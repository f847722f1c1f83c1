"""Background work of the dock: started, kept until it ends, stopped together."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Union

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.tasks import NoWork, WorkTask, add_task, later

Hear = Callable[[float, str], None]


class TaskDesk:
    """Runs ``WorkTask``s. Main thread."""

    def __init__(self) -> None:
        self._tasks: List[WorkTask] = []

    def run(self, task: WorkTask) -> WorkTask:
        """Hand a task to QGIS."""
        self._tasks.append(task)
        task.settled.connect(lambda: self._tasks.remove(task) if task in self._tasks else None)
        return add_task(task)

    def run_with(
        self,
        title: str,
        find_services: Callable[[], Any],
        work: Callable[[Any, Progress], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Hear] = None,
    ) -> Union[WorkTask, NoWork]:
        """Run ``work(services, progress)``; that there are no services is told like any other error."""
        try:
            services = find_services()
        except WorkbenchError as error:
            later(on_error, error)
            return NoWork()
        task = WorkTask(title, lambda progress: work(services, progress))
        task.succeeded.connect(on_done)
        task.failed.connect(on_error)
        if on_progress:
            task.progressed.connect(on_progress)
        return self.run(task)

    def stop(self) -> None:
        """Cancel everything; nobody is called back afterwards."""
        for task in tuple(self._tasks):
            task.silence()
            task.cancel()
        self._tasks.clear()
