"""Has bands and indices measured over parcels, plots and tables what came, and saves it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Dict, List, Sequence, Tuple

from qgis.PyQt.QtCore import QObject

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.parcel_series import SeriesPoint, write_series
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.file_saving import ChooseFile
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.season_runner import Outcome, under
from sentinel_workbench.ui.season_state import SeasonState
from sentinel_workbench.ui.series_lines import line_of, line_of_all
from sentinel_workbench.ui.series_page import SeriesPage
from sentinel_workbench.ui.series_plot import PlotLine
from sentinel_workbench.ui.table_saving import by_date, save_table
from sentinel_workbench.ui.translation import tr

MOST_LINES = 8
_Key = Tuple[str, int, dt.datetime]


class SeasonSeries(QObject):
    """Keeps the page of the series in step with the season.

    Args:
        page: the view.
        state: of the window.
        backend: writes tables.
        choose_file: asks where to.
    """

    def __init__(self, page: SeriesPage, state: SeasonState, backend: Backend, choose_file: ChooseFile) -> None:
        super().__init__(page)
        self._page, self._state, self._backend, self._choose_file = page, state, backend, choose_file
        self._points: Dict[_Key, SeriesPoint] = {}
        self._order: List[str] = []
        page.choice.offer(state.desk.bands)
        page.choice.measure_asked.connect(self.measure)
        page.choice.changed.connect(self._tell_plan)
        page.shown_combo.currentIndexChanged.connect(lambda _row: self._show_lines())
        page.save_button.clicked.connect(lambda _=False: self.save())
        page.date_picked.connect(state.choose_date)
        state.parcels_changed.connect(self.refresh)
        state.rows_changed.connect(self.forget)
        state.date_changed.connect(page.choose)
        self.refresh()

    def measure(self) -> None:
        """Ask for what is checked, of the chosen parcels or all."""
        choice, state = self._page.choice, self._state
        chosen = None if choice.of_all() else state.chosen
        try:
            if chosen == ():
                raise InvalidInput("parcels", tr("No parcel is chosen."), tr("Choose some on the left, or all here."))
            bands, indices = choice.bands(), choice.indices()
            if not (bands or indices):
                raise InvalidInput("bands", tr("Nothing is checked."), tr("Check a band or an index."))
        except InvalidInput as problem:
            choice.note.setText(str(problem))
            return
        clear_only = choice.clear_check.isChecked()

        def work(season: ParcelSeason, progress: Progress) -> Outcome:
            points = season.measure(bands, indices, clear_only, progress=progress, only=chosen)
            return Outcome(points, season.failures, season.notes)

        names = [*bands, *(index.name for index in indices)]
        self._order += [name for name in names if name not in self._order]
        title = tr("Measuring {names}").format(names=", ".join(names))
        state.runner.start(title, under(state.desk.rule, work), self._take)

    def forget(self) -> None:
        """Another rule: what was measured by the one before no longer fits."""
        had_points = bool(self._points)
        self._points.clear()
        self.refresh()
        if had_points:
            self._page.choice.note.setText(tr("The rule is another one now: measure again."))

    def refresh(self) -> None:
        """Show what was measured of the chosen parcels."""
        page, names = self._page, self._names()
        page.offer_shown(names, tr("All together"))
        page.shown_combo.setEnabled(len(names) > 1)
        page.save_button.setEnabled(bool(self._points))
        self._tell_plan()
        chosen = set(self._state.chosen)
        page.table.show_records([point for point in self._ordered() if not chosen or point.number in chosen])
        self._show_lines()

    def _tell_plan(self) -> None:
        """How many images Measure will ask for."""
        choice, state = self._page.choice, self._state
        numbers = range(len(state.desk.parcels)) if choice.of_all() else state.chosen
        count = state.rows.count_images(tuple(numbers), choice.clear_check.isChecked())
        choice.note.setText(tr("Images to ask for: about {count}").format(count=number(count)) if count else "")

    def save(self) -> None:
        """All that was measured, of all parcels."""
        name = self._choose_file(self._page, f"{self._state.desk.title} {' '.join(self._names())}")
        points, parcels = self._ordered(), self._state.desk.parcels
        if name:
            save_table(
                self._backend, name,
                lambda geopackage, csv_file: write_series(by_date(points), parcels, geopackage, csv_file),
                self._state.runner.tell,
            )

    def _take(self, points: Sequence[SeriesPoint]) -> None:
        fresh = self._state.rows.by_pass(points)
        measured = {(point.band, point.number) for point in fresh}
        kept = {key: point for key, point in self._points.items() if key[:2] not in measured}
        self._points = {**kept, **{(point.band, point.number, point.date): point for point in fresh}}
        self.refresh()
        if not fresh:
            self._page.choice.note.setText(
                tr("No date is clear for these parcels. Measure all dates, or change the rule on the first page."))

    def _ordered(self) -> List[SeriesPoint]:
        return sorted(self._points.values(), key=lambda point: (point.number, point.date, point.band))

    def _names(self) -> List[str]:
        """Measured bands and indices, those asked for first in front."""
        measured = dict.fromkeys(band for band, _, _ in self._points)
        return [*(name for name in self._order if name in measured),
                *(name for name in measured if name not in self._order)]

    def _show_lines(self) -> None:
        page, state = self._page, self._state
        shown = [page.shown_combo.currentData()] if page.shown_combo.currentData() else self._names()
        lines = self._lines(shown)
        numbers = state.chosen or range(len(state.desk.parcels))
        dates = {row.date for number in numbers for row in state.rows.of(number)} if lines else ()
        page.plot.empty_text = self._empty_text()
        title = shown[0] if len(shown) == 1 else ""
        if len(lines) > MOST_LINES:
            title = tr("{title} ({shown} of {count})").format(title=title, shown=MOST_LINES, count=len(lines)).strip()
        page.plot.show_lines(lines[:MOST_LINES], tuple(dates), title)
        page.plot.choose(state.date)

    def _lines(self, names: Sequence[str]) -> List[PlotLine]:
        """Of each chosen parcel, or one over all of them."""
        by_line: Dict[Tuple[str, int], List[SeriesPoint]] = {}
        for (band, place, _), point in self._points.items():
            by_line.setdefault((band, place), []).append(point)
        if not self._state.chosen:
            return [
                line_of_all(tr("{band} of {count} parcels"), band, [p for p in self._points.values() if p.band == band])
                for band in names
            ]
        lines = []
        for chosen in self._state.chosen:
            pid = self._state.desk.parcels[chosen].pid
            for band in names:
                points = by_line.get((band, chosen), [])
                if any(math.isfinite(point.mean) for point in points):
                    lines.append(line_of(pid if len(names) == 1 else f"{band}, {pid}", points))
        return lines

    def _empty_text(self) -> str:
        if self._points:
            return tr("These parcels were not measured yet. Press Measure.")
        return tr("Nothing measured yet. Check bands or indices on the left, then Measure.")
