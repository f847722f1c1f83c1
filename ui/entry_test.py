"""The test of an entry in a dialog of entries: one at a time, and a late answer to an earlier one is not heard."""

from __future__ import annotations

from typing import Callable, Optional, Tuple

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.ui.backend import Light, RunningWork
from sentinel_workbench.ui.entries_dialog import EntriesDialog
from sentinel_workbench.ui.translation import tr

Ask = Callable[[Callable[[str], None], Callable[[WorkbenchError], None]], RunningWork]
"""Starts it with what hears the sentence of success, and what hears the error."""


class EntryTest:
    """Asks, and shows the verdict in the dialog.

    Args:
        dialog: of the entries.
        ended: called whenever none runs any more.
        explain: an error as a light and a sentence.
    """

    def __init__(
        self, dialog: EntriesDialog, ended: Callable[[], None] = lambda: None,
        explain: Optional[Callable[[WorkbenchError], Tuple[Light, str]]] = None,
    ) -> None:
        self._dialog, self._ended = dialog, ended
        self._explain = explain or _as_failure
        self._work: Optional[RunningWork] = None
        self._round = 0

    @property
    def runs(self) -> bool:
        """One is under way."""
        return self._work is not None

    def start(self, url: str, ask: Ask) -> None:
        """Stop the one before and ask ``url``."""
        self.stop()
        this_round = self._round
        self._dialog.show_verdict(Light.BUSY, tr("Asking {url}…").format(url=url))
        self._work = ask(
            lambda text: self._end(this_round, Light.OK, text),
            lambda error: self._end(this_round, *self._explain(error)),
        )

    def stop(self) -> None:
        """Nothing is heard of it any more."""
        self._round += 1
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
        self._ended()

    def _end(self, this_round: int, light: Light, text: str) -> None:
        if this_round == self._round:
            self._round += 1
            self._work = None
            self._ended()
            self._dialog.show_verdict(light, text)


def _as_failure(error: WorkbenchError) -> Tuple[Light, str]:
    return Light.ERROR, str(error)
