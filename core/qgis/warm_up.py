"""Modules read ahead in the background, so that QGIS starts at once and the plugin's window opens at once."""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress
from typing import Optional, Sequence

from qgis.PyQt.QtCore import QObject, pyqtSignal


class WarmUp(QObject):
    """Imports modules in a thread; whoever imports them meanwhile just waits for the rest.

    Signals:
        ready(): on the main thread, when the modules are there, or when one can't be imported: who needs it learns why.
    """

    ready = pyqtSignal()

    def __init__(self, modules: Sequence[str], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._modules = tuple(modules)
        self._thread = threading.Thread(target=self._read, name="warm-up")

    def start(self) -> None:
        """Begin; call it once."""
        self._thread.start()

    def wait(self) -> None:
        """Return when the modules are there. QGIS must not end its Python while they are being read."""
        if self._thread.is_alive():
            self._thread.join()

    def _read(self) -> None:
        try:
            for name in self._modules:
                importlib.import_module(name)
        finally:
            with suppress(RuntimeError):  # unloaded meanwhile
                self.ready.emit()
