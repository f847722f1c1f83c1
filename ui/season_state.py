"""What the pages of a season's window share: its rows, and the parcels and the date that are chosen."""

from __future__ import annotations

import datetime as dt
from typing import Optional, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.services.scl_histogram import ClearRule, SclRow
from sentinel_workbench.ui.season_desk import SeasonDesk
from sentinel_workbench.ui.season_rows import SeasonRows
from sentinel_workbench.ui.season_runner import SeasonRunner


class SeasonState(QObject):
    """Changes are told after they happened."""

    rows_changed = pyqtSignal()
    parcels_changed = pyqtSignal()
    date_changed = pyqtSignal(object)

    def __init__(self, desk: SeasonDesk, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.runner = SeasonRunner(desk, self)
        self.rows = SeasonRows(desk.parcels, desk.rows)
        self.chosen: Tuple[int, ...] = ()
        self.date: Optional[dt.datetime] = None

    @property
    def number(self) -> Optional[int]:
        """The parcel looked at; None when it is all of them."""
        return self.chosen[0] if self.chosen else None

    def choose_parcels(self, chosen: Tuple[int, ...]) -> None:
        """Other parcels, the one looked at first; none for all."""
        self.chosen = chosen
        self.parcels_changed.emit()

    def choose_date(self, date: dt.datetime) -> None:
        """Another date."""
        if date != self.date:
            self.date = date
            self.date_changed.emit(date)

    def take_rows(self, rows: Tuple[SclRow, ...], rule: ClearRule) -> None:
        """Rows under another rule; the tab's desk keeps them too, for when the window is opened again."""
        self.desk.rows, self.desk.rule = rows, rule
        self.rows = SeasonRows(self.desk.parcels, rows)
        self.rows_changed.emit()
