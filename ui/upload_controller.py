"""Decides in the window that takes a folder to a collection: checks what is chosen, says what is next, does it."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.qgis.folder_memory import keep_folder, unfinished_folder
from sentinel_workbench.core.qgis.folders import converted_folder
from sentinel_workbench.core.qgis.tasks import WorkTask, add_task
from sentinel_workbench.core.services.converted_files import forget_converted
from sentinel_workbench.core.services.upload_flow import TakenFolder, take_folder
from sentinel_workbench.core.services.upload_plan import UploadPlan, plan_upload
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.upload_dialog import UploadDialog
from sentinel_workbench.ui.upload_texts import found_note, found_rows, missing_step, ready_text, taken_text


class UploadController(QObject):
    """The window stays open from the choice of the folder to the use of the collection.

    Signals:
        taken(object): a ``TakenFolder``: collections and tiles are others now.
        use_asked(str): the id of the collection to order from.
    """

    taken = pyqtSignal(object)
    use_asked = pyqtSignal(str)

    def __init__(self, dialog: UploadDialog, backend: Backend, connection: str) -> None:
        super().__init__(dialog)
        self._dialog, self.connection = dialog, connection
        self._folder = backend.bucket_folder(connection)
        self._plan: Optional[UploadPlan] = None
        self._trouble = ""
        self._result: Optional[TakenFolder] = None
        self._task: Optional[WorkTask] = None
        self._jobs = PaneJobs(backend.run, self)
        self._jobs.progressed.connect(dialog.show_progress)
        self._jobs.failed.connect(self._fail)
        dialog.files_changed.connect(self.check)
        dialog.target_changed.connect(self._follow_target)
        dialog.start_asked.connect(self.start)
        dialog.stop_asked.connect(self.stop)
        dialog.use_asked.connect(self._use)
        dialog.finished.connect(lambda *_: self.shut_down())
        dialog.use_folder(self._folder)
        dialog.setWindowTitle(tr("From a folder to a collection, {connection}").format(connection=connection))
        self._show_step()

    def show_collections(self, collections: Sequence[ByocCollection], current: str = "") -> None:
        """Offer these; what was cut off the last time is filled in again."""
        self._dialog.show_collections(collections, current)
        cut_off = unfinished_folder(self.connection)
        if cut_off is not None:
            self._dialog.fill_in(cut_off)

    def is_idle_elsewhere(self, connection: str) -> bool:
        """Belongs to another connection, and does nothing."""
        return self.connection != connection and not self._jobs.busy

    def raise_window(self) -> None:
        """Show it before all others."""
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def end(self) -> None:
        """Stop, and let the window go."""
        self.shut_down()
        self._dialog.hide()
        self._dialog.deleteLater()

    def shut_down(self) -> None:
        """Stop what runs."""
        self._end_check()
        self._jobs.end()

    def check(self) -> None:
        """Look at the files; nothing is changed or sent."""
        self._end_check()
        self._plan, self._result, self._trouble = None, None, ""
        self._dialog.show_found((), "")
        order = self._dialog.order()
        if not self._dialog.folder.filePath().strip():
            self._show_step()
            return
        task = WorkTask(
            tr("Checking files"),
            lambda progress: plan_upload(order.folder, order.template, order.time_pattern, progress=progress),
        )
        task.progressed.connect(lambda _fraction, text: self._dialog.next_label.setText(tr("Checking: {text}").format(
            text=text)))
        task.succeeded.connect(self._take_plan)
        task.failed.connect(self._fail)
        task.settled.connect(self._forget_check)
        self._dialog.show_step(tr("Checking the files…"), False, False, False)
        self._task = add_task(task)

    def start(self) -> None:
        """Do it with what is chosen now."""
        order = self._dialog.order()
        try:
            open_bucket = self._dialog.storage.opener()
        except WorkbenchError as error:
            self._fail(error)
            return

        def work(services: Any, progress: Any, _hear: Any) -> TakenFolder:
            return take_folder(services.byoc, order, open_bucket, converted_folder(), progress)

        self._trouble, self._result = "", None
        given_up = unfinished_folder(self.connection)
        if given_up is not None and given_up.job != order.job:
            forget_converted(converted_folder(), given_up.job)
        keep_folder(self.connection, order)
        self._jobs.start(tr("From a folder to a collection"), self.connection, work, self._take_result)
        self._show_step()

    def stop(self) -> None:
        """Stop; what was done stays done."""
        self._jobs.end()
        self._trouble = tr("Stopped. What was sent stays; 'Start' goes on with the rest.")
        self._show_step()

    def _take_plan(self, plan: UploadPlan) -> None:
        self._plan = plan
        if self._folder is not None:
            self._dialog.propose_collection(self._dialog.order().folder.name)
        self._follow_target()

    def _take_result(self, taken: TakenFolder) -> None:
        self._result = taken
        keep_folder(self.connection, None)
        self._show_step()
        self.taken.emit(taken)

    def _follow_target(self) -> None:
        if self._jobs.busy:
            return
        self._trouble, self._result = "", None
        if self._plan is not None:
            convert = self._dialog.convert_check.isChecked()
            self._dialog.show_found(found_rows(self._plan, convert), found_note(self._plan, convert))
        self._show_step()

    def _show_step(self) -> None:
        order = self._dialog.order()
        missing = missing_step(order, self._plan)
        can_use = self._result is not None and bool(self._result.ingested.ingested)
        if self._result is not None:
            text = taken_text(self._result)
        elif self._trouble:
            text = self._trouble
        else:
            name = self._dialog.collection_combo.currentText().strip()
            text = missing or ready_text(order, self._plan, name, self._folder is not None)
        self._dialog.show_step(text, not missing, can_use, self._jobs.busy)

    def _fail(self, error: WorkbenchError) -> None:
        self._trouble = f"✗ {error}"
        self._show_step()

    def _use(self) -> None:
        if self._result is not None:
            self.use_asked.emit(self._result.collection.collection_id)
            self._dialog.accept()

    def _end_check(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.silence()
            task.cancel()

    def _forget_check(self) -> None:
        self._task = None
