"""Decides in the window that checks files: what is looked at, of which COGs are made, what is said then."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Sequence

from qgis.PyQt.QtCore import QObject

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.task_desk import TaskDesk
from sentinel_workbench.core.services.cog_batch import MadeFile
from sentinel_workbench.core.services.file_check import CheckedFiles, Finding, check_chosen, mend_files
from sentinel_workbench.ui.check_dialog import CheckDialog
from sentinel_workbench.ui.pane_jobs import Hear, PaneJobs
from sentinel_workbench.ui.translation import tr


class CheckController(QObject):
    """Nothing is read before the user asks for it; the files themselves are never changed."""

    def __init__(self, dialog: CheckDialog) -> None:
        super().__init__(dialog)
        self._dialog, self._tasks = dialog, TaskDesk()
        self._checked: Optional[CheckedFiles] = None
        self._said = ""
        self._jobs = PaneJobs(self._run, self)
        self._jobs.heard.connect(self._take)
        self._jobs.progressed.connect(dialog.show_progress)
        self._jobs.failed.connect(self._fail)
        self._jobs.changed.connect(self._show_step)
        dialog.changed.connect(self._follow_choice)
        dialog.selected.connect(self._show_step)
        dialog.check_asked.connect(self.check)
        dialog.make_asked.connect(self.make)
        dialog.stop_asked.connect(self.stop)
        dialog.finished.connect(lambda *_: self.shut_down())
        self._show_step()

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
        self._jobs.end()

    def check(self) -> None:
        """Look at the files anew."""
        files, folder = self._dialog.chosen_files(), self._dialog.chosen_folder()
        thorough, as_tiles = self._dialog.thorough_check.isChecked(), self._dialog.tiles_check.isChecked()
        self._checked, self._said = None, ""
        self._dialog.table.clear()

        def work(_services: Any, progress: Any, hear: Hear) -> CheckedFiles:
            return check_chosen(files, folder, thorough, as_tiles, progress, hear)

        self._jobs.start(tr("Checking files"), "", work, self._take_checked)

    def make(self) -> None:
        """Make COGs of what fails: of the selected files, or of all."""
        checked, sources, target = self._checked, self._sources(), self._target()
        if checked is None or not sources or target is None:
            return
        self._said = ""

        def work(_services: Any, progress: Any, hear: Hear) -> List[MadeFile]:
            return mend_files(checked, sources, target, progress, hear)

        self._jobs.start(tr("Making COGs"), "", work, self._take_made)

    def stop(self) -> None:
        """Stop; what was made stays."""
        self._said = tr("Stopped. What was checked or made is shown.")
        self._jobs.end()

    def _run(self, title: str, _place: Any, *how: Any) -> Any:
        return self._tasks.run_with(title, lambda: None, *how)

    def _follow_choice(self) -> None:
        folder = self._dialog.chosen_folder()
        files = self._dialog.chosen_files()
        start = Path(folder) if folder else Path(files[0]).parent if files else None
        if start is not None and not self._dialog.target.filePath():
            self._dialog.target.setFilePath(str(start.with_name(f"{start.name}-cogs")))
        self._show_step()

    def _take(self, found: Sequence[Finding]) -> None:
        self._dialog.table.take(found)

    def _take_checked(self, checked: CheckedFiles) -> None:
        self._checked = checked
        self._show_step()

    def _take_made(self, made: List[MadeFile]) -> None:
        done = sum(1 for one in made if one.targets)
        self._said = tr("COGs made of {done} of {count} files, in {folder}.").format(
            done=done, count=len(made), folder=self._dialog.target.filePath())
        self._show_step()

    def _fail(self, error: WorkbenchError) -> None:
        self._said = f"✗ {error}"
        self._show_step()

    def _sources(self) -> List[Path]:
        bad = self._dialog.table.bad_files()
        chosen = set(self._dialog.selected_files())
        return [path for path in bad if path in chosen] or bad

    def _target(self) -> Optional[Path]:
        text = self._dialog.target.filePath().strip()
        return Path(text) if text else None

    def _show_step(self) -> None:
        sources = self._sources() if self._checked is not None else []
        can_check = bool(self._dialog.chosen_folder() or self._dialog.chosen_files())
        can_make = bool(sources) and self._target() is not None
        self._dialog.show_step(self._summary(), can_check, can_make, self._make_note(len(sources)), self._jobs.busy)

    def _summary(self) -> str:
        bad, good = self._dialog.table.counts()
        if not bad and not good:
            return self._said or tr("Choose a folder or files, then 'Check'. Nothing is sent anywhere.")
        counted = tr("Refused: {bad}; good: {good}.").format(bad=bad, good=good)
        return f"{counted} {self._said}".rstrip()

    def _make_note(self, count: int) -> str:
        if count:
            return tr("Makes COGs of what is refused, files: {count}. They stay as they are.").format(count=count)
        return tr("Nothing to make: no file is refused.") if self._checked is not None else ""
