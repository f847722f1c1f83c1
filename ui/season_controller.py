"""Opens windows of seasons, and keeps parcels, dates and the rule in step in each of them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Dict, List, Optional

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_tables import write_histograms
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.clear_rule_box import rule_text
from sentinel_workbench.ui.file_saving import ChooseFile
from sentinel_workbench.ui.plan_texts import number as written
from sentinel_workbench.ui.season_chips import SeasonChips
from sentinel_workbench.ui.season_desk import SeasonDesk
from sentinel_workbench.ui.season_runner import Outcome, sentences_of
from sentinel_workbench.ui.season_series import SeasonSeries
from sentinel_workbench.ui.season_state import SeasonState
from sentinel_workbench.ui.season_window import SeasonWindow
from sentinel_workbench.ui.sheet_saving import choose_sheet_file
from sentinel_workbench.ui.table_saving import by_date, choose_table_file, save_table
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.verdict_words import signed_word

_SETTLE_MS = 350


class SeasonWindows(QObject):
    """The windows that are open.

    Args:
        parent: of the windows.
        backend: writes tables.
        canvas: the map.
        choose_sheet: asks where a sheet of chips is saved.
        choose_table: asks where a table is saved.
    """

    message = pyqtSignal(str, bool)
    """A sentence for the message bar; True when it is an error."""

    def __init__(
        self, parent: QWidget, backend: Backend, canvas: QgsMapCanvas,
        choose_sheet: Optional[ChooseFile] = None, choose_table: Optional[ChooseFile] = None,
    ) -> None:
        super().__init__(parent)
        self._parent, self._backend, self._canvas = parent, backend, canvas
        self._choose_sheet, self._choose_table = choose_sheet or choose_sheet_file, choose_table or choose_table_file
        self._open: Dict[int, SeasonController] = {}

    def show(self, desk: SeasonDesk) -> SeasonWindow:
        """The window of a season: the one that is open, else a new one."""
        key = id(desk)
        if key not in self._open:
            window = SeasonWindow(desk.title, self._parent.window())
            opened = SeasonController(
                window, desk, self._backend, self._canvas, self._choose_sheet, self._choose_table
            )
            opened.chips.message.connect(self.message)
            window.finished.connect(lambda _result: self._close(key))
            self._open[key] = opened
            window.show()
            opened.begin()
        window = self._open[key].window
        window.raise_()
        window.activateWindow()
        return window

    def shut_down(self) -> None:
        """Close every window; nothing is heard of what ran there."""
        for opened in tuple(self._open.values()):
            opened.window.close()

    def _close(self, key: int) -> None:
        opened = self._open.pop(key)
        opened.shut_down()
        opened.window.deleteLater()


class SeasonController(QObject):
    """One window."""

    def __init__(
        self, window: SeasonWindow, desk: SeasonDesk, backend: Backend, canvas: QgsMapCanvas,
        choose_sheet: ChooseFile, choose_table: ChooseFile,
    ) -> None:
        super().__init__(window)
        self.window, self._desk, self._backend, self._choose_table = window, desk, backend, choose_table
        self.state = SeasonState(desk, self)
        self.chips = SeasonChips(window.chips, self.state, canvas, choose_sheet)
        self.series = SeasonSeries(window.series, self.state, backend, choose_table)
        self._closed = False
        self._looked: List[str] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.judge)
        self._connect()

    def _connect(self) -> None:
        window, state, runner = self.window, self.state, self.state.runner
        window.parcels.chosen_changed.connect(lambda: state.choose_parcels(window.parcels.chosen()))
        window.classes.date_picked.connect(state.choose_date)
        window.classes.rule_box.changed.connect(self._settle.start)
        window.classes.save_button.clicked.connect(lambda _=False: self.save_classes())
        window.tabs.currentChanged.connect(lambda _page: self.chips.refresh())
        window.cancel_button.clicked.connect(lambda _=False: self.cancel())
        state.rows_changed.connect(self._show_rows)
        state.parcels_changed.connect(self._show_classes)
        state.date_changed.connect(lambda _date: self._show_date())
        runner.busy_changed.connect(window.show_busy)
        runner.progressed.connect(window.show_progress)
        runner.told.connect(window.note.setText)
        runner.noted.connect(self._show_notes)

    def begin(self) -> None:
        """Show what the look brought, the first parcel chosen, and ask what is missing of it."""
        self.window.classes.rule_box.show_rule(self._desk.rule)
        self._show_rows()
        self.window.parcels.choose((0,))
        self._desk.run(
            tr("Reading what the source says"), lambda season, _progress: (season.failures, season.notes),
            self._take_notes, lambda _error: None,
        )

    def judge(self) -> None:
        """Look again by the rule of the fields; once what runs has ended."""
        rule = self.window.classes.rule_box.rule()
        if rule == self._desk.rule:
            return
        if self.state.runner.busy:
            self._settle.start()
            return

        def work(season: ParcelSeason, progress: Progress) -> Outcome:
            return Outcome(tuple(season.look(rule, progress)), season.failures, season.notes)

        self.state.runner.start(tr("Judging again"), work, lambda rows: self.state.take_rows(rows, rule))

    def cancel(self) -> None:
        """Stop what runs; the fields tell the rule that holds."""
        self._settle.stop()
        self.state.runner.cancel()
        self.window.classes.rule_box.show_rule(self._desk.rule)

    def save_classes(self) -> None:
        """The rows of all parcels."""
        name = self._choose_table(self.window, f"{self._desk.title} classes")
        rows, parcels = tuple(self._desk.rows), self._desk.parcels
        if name:
            save_table(
                self._backend, name,
                lambda geopackage, csv_file: write_histograms(by_date(rows), parcels, geopackage, csv_file),
                self.state.runner.tell,
            )

    def shut_down(self) -> None:
        """Stop what runs; nothing is heard of it."""
        self._closed = True
        self._settle.stop()
        self.chips.shut_down()
        self.state.runner.shut_down()

    def _show_rows(self) -> None:
        self.window.classes.rule_label.setText(rule_text(self._desk.rule))
        self.window.parcels.show_counts(self.state.rows.counts())
        self._show_classes()

    def _show_classes(self) -> None:
        page, number = self.window.classes, self.state.number
        if number is None:
            page.bars.show_parcels(self.state.rows.rows)
            page.table.show_records(self.state.rows.rows)
        else:
            page.bars.show_parcel(self.state.rows.of(number))
            page.table.show_records([row for one in self.state.chosen for row in self.state.rows.of(one)])
        self._show_date()

    def _show_date(self) -> None:
        date, number = self.state.date, self.state.number
        self.window.classes.choose(date, number)
        text = "" if date is None else self._date_text(date, number)
        self.window.date_label.setText(text)
        self.window.date_label.setToolTip(text)

    def _date_text(self, date: dt.datetime, number: Optional[int]) -> str:
        if number is None:
            return self.window.classes.bars.describe(date).replace("\n", "   ")
        row = self.state.rows.at(number, date)
        parts = [f"{date:%Y-%m-%d %H:%M} UTC", self._desk.parcels[number].pid]
        if row is None:
            return "   ".join([*parts, tr("no image")])
        share = tr("{share} % clear").format(share=written(100 * row.clear_share, 1))
        return "   ".join([*parts, signed_word(row.verdict), share, row.product])

    def _take_notes(self, told: Any) -> None:
        if not self._closed:
            failures, notes = told
            self._looked = [*sentences_of(failures, self._desk.parcels), *notes]
            self._show_notes([])

    def _show_notes(self, fresh: List[str]) -> None:
        """Of what ended just now, then of the look."""
        self.window.show_notes(list(dict.fromkeys([*fresh, *self._looked])))
