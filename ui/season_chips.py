"""Has the chips of the chosen parcel fetched and drawn, looked at closely, put on the map and saved."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple

from qgis.core import QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QImage

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import ChipSeries
from sentinel_workbench.core.progress import Part, Progress
from sentinel_workbench.core.qgis.chip_layers import add_chips, measure_chips, show_chip
from sentinel_workbench.core.qgis.chip_pictures import CLASSES, ParcelPictures, draw_views
from sentinel_workbench.core.qgis.contact_sheet import PICTURE_PX, compose_sheet
from sentinel_workbench.core.qgis.styles import Stretch
from sentinel_workbench.core.services.chip_stacks import stack_bands
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_histogram import Verdict
from sentinel_workbench.ui.chip_view import ChipView
from sentinel_workbench.ui.chips_page import ChipsPage
from sentinel_workbench.ui.class_bars import row_text
from sentinel_workbench.ui.file_saving import ChooseFile
from sentinel_workbench.ui.map_zoom import zoom_to
from sentinel_workbench.ui.season_rows import PassDates
from sentinel_workbench.ui.season_runner import Outcome, under
from sentinel_workbench.ui.season_state import SeasonState
from sentinel_workbench.ui.sheet_saving import save_under
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.verdict_words import signed_word

_KEPT_SHEETS = 12
Key = Tuple[int, Tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """The chips of a parcel and how they look.

    Attributes:
        series: one chip an image.
        pictures: to be drawn at any size.
        stretches: for layers on the map.
        asked: passes that were asked for; those without a picture have none.
    """

    series: ChipSeries
    pictures: ParcelPictures
    stretches: Mapping[tuple, Optional[Stretch]]
    asked: FrozenSet[dt.datetime]


class SeasonChips(QObject):
    """Keeps the page of the chips in step with the season.

    Args:
        page: the view.
        state: of the window.
        canvas: the map.
        choose_file: asks where a sheet is saved.
    """

    message = pyqtSignal(str, bool)

    def __init__(self, page: ChipsPage, state: SeasonState, canvas: QgsMapCanvas, choose_file: ChooseFile) -> None:
        super().__init__(page)
        self._page, self._state, self._canvas, self._choose_file = page, state, canvas, choose_file
        self._sheets: OrderedDict[Key, _Sheet] = OrderedDict()
        self._tried: Set[Key] = set()
        self._places: Optional[Tuple] = None
        self._shown: Optional[_Sheet] = None
        self._view: Optional[ChipView] = None
        page.offer_bands(state.desk.bands)
        page.bands_changed.connect(self.refresh)
        page.fetch_asked.connect(self.fetch)
        page.zoom_asked.connect(self.zoom)
        page.add_asked.connect(self.add)
        page.save_asked.connect(self.save)
        page.date_picked.connect(state.choose_date)
        state.runner.busy_changed.connect(lambda busy: None if busy else self.refresh())
        state.rows_changed.connect(self.refresh)
        state.parcels_changed.connect(self.refresh)
        state.date_changed.connect(self._follow_date)

    # ---- what is shown ---------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what is there of the chosen parcel; the scene classes cost nothing, so they are drawn unasked."""
        number, bands = self._state.number, self._bands()
        if number is None or bands is None:
            self._page.show_places(())
            self._places = None
            if number is None:
                self._page.note.setText(tr("Choose one parcel on the left to see its chips."))
            return
        dates = self._dates(number)
        places = (number, bands, dates, [self._caption(number, date) for date in dates])
        sheet = self._sheets.get((number, bands))
        if (places, sheet) != (self._places, self._shown):  # else what is chosen there stays so
            rows = [self._state.rows.at(number, date) for date in dates]
            self._page.show_places(dates, places[-1], [row_text(row) if row else "" for row in rows])
            if sheet is not None:
                self._page.show_pictures(_drawn(sheet.pictures, self._state.rows.passes, dates))
            self._places, self._shown = places, sheet
        self._page.choose(self._state.date)
        missing = [date for date in dates if sheet is None or date not in sheet.asked]
        self._page.note.setText(self._note(dates, missing))
        is_new = bands == CLASSES and bool(missing) and (number, bands) not in self._tried
        self._page.fetch_button.setVisible(bands != CLASSES or (bool(missing) and not is_new))
        if is_new and self._page.isVisible() and not self._state.runner.busy:
            self._tried.add((number, bands))
            self.fetch()

    def fetch(self) -> None:
        """Ask for the chips of the chosen parcel and draw them."""
        number, bands = self._state.number, self._bands()
        if number is None or bands is None:
            return
        clear_only, dates = self._page.clear_check.isChecked() and bands != CLASSES, frozenset(self._dates(number))
        asked = dates if bands != CLASSES else frozenset(row.date for row in self._state.rows.of(number))
        clear = frozenset(self._state.rows.clear_dates(number))
        passes = self._state.rows.passes

        def work(season: ParcelSeason, progress: Progress) -> Outcome:
            series = _series_of(season, number, bands, clear_only, Part(progress, 0.0, 0.8))
            measured = {chip.date for chip in series.chips if passes.of(chip.date) in clear}
            pictures = draw_views(series, number, bands, measured, Part(progress, 0.8, 1.0))
            failed = {one.date for one in pictures.failures}
            chips = tuple(chip for chip in series.chips if chip.date not in failed)
            best = [chip for chip in chips if chip.date in measured] or chips
            sheet = _Sheet(replace(series, chips=chips), pictures, measure_chips(best), asked)
            return Outcome(sheet, (*series.failures, *pictures.failures), series.notes)

        self._state.runner.start(
            tr("Fetching chips of {parcel}").format(parcel=self._pid(number)), under(self._state.desk.rule, work),
            lambda sheet: self._take((number, bands), sheet),
        )

    def _take(self, key: Key, sheet: _Sheet) -> None:
        self._sheets[key] = sheet
        self._tried.discard(key)
        self._sheets.move_to_end(key)
        while len(self._sheets) > _KEPT_SHEETS:
            self._sheets.popitem(last=False)
        self.refresh()

    def _bands(self) -> Optional[Tuple[str, ...]]:
        try:
            return self._page.bands()
        except InvalidInput as problem:
            self._page.note.setText(str(problem))
            return None

    def _dates(self, number: int) -> List[dt.datetime]:
        rows = self._state.rows.of(number)
        return [
            row.date for row in rows if row.verdict is Verdict.CLEAR or not self._page.clear_check.isChecked()
        ]

    def _caption(self, number: int, date: dt.datetime) -> str:
        row = self._state.rows.at(number, date)
        return f"{date:%Y-%m-%d}\n{signed_word(row.verdict)}" if row is not None else f"{date:%Y-%m-%d}"

    def _note(self, dates: Sequence[dt.datetime], missing: Sequence[dt.datetime]) -> str:
        if not dates:
            return tr("No date is clear. Show all dates, or change the rule on the first page.")
        if missing:
            return tr("{count} chips are not here yet: Fetch chips asks the source for them.").format(
                count=len(missing))
        if len(self._state.chosen) > 1 and self._state.number is not None:
            return tr("Of the chosen parcels, {parcel} is shown.").format(parcel=self._pid(self._state.number))
        return ""

    def _sheet(self) -> Optional[_Sheet]:
        number, bands = self._state.number, self._bands()
        return None if number is None or bands is None else self._sheets.get((number, bands))

    def _pid(self, number: int) -> str:
        return self._state.desk.parcels[number].pid

    # ---- looking closely, the map, the sheet as a file ---------------------------------------------------------------

    def zoom(self, date: dt.datetime) -> None:
        """A chip in a window of its own, and on the map, which goes there."""
        sheet, number = self._sheet(), self._state.number
        if sheet is None or number is None:
            return
        self._state.choose_date(date)
        self._show_closely(sheet, number)
        chips = self._chips_at(sheet, [date])
        if chips.chips:
            try:
                show_chip(chips, QgsProject.instance(), self._group_title(number, sheet), sheet.stretches)
            except WorkbenchError as error:
                self.message.emit(str(error), True)
        zoom_to(self._canvas, sheet.pictures.bbox)

    def add(self, dates: Sequence[dt.datetime]) -> None:
        """The chips of these dates, or all that are shown, as a group of layers that follows the time."""
        sheet, number = self._sheet(), self._state.number
        if sheet is None or number is None:
            return
        chips = self._chips_at(sheet, dates or self._dates(number))
        try:
            add_chips(chips, QgsProject.instance(), self._group_title(number, sheet), sheet.stretches)
        except WorkbenchError as error:
            self.message.emit(str(error), True)
            return
        zoom_to(self._canvas, sheet.pictures.bbox)
        self.message.emit(tr("On the map: {parcel}, chips: {count}. The Temporal Controller goes through them.").format(
            parcel=self._pid(number), count=len(chips.chips)), False)

    def save(self) -> None:
        """The sheet as it is seen."""
        sheet, number = self._sheet(), self._state.number
        if sheet is None or number is None:
            return
        title = self._group_title(number, sheet)
        name = self._choose_file(self._page, title)
        if name:
            columns = self._page.pictures.columns()
            self._page.note.setText(save_under(compose_sheet(title, self._page.pictures.cells(), columns), name))

    def shut_down(self) -> None:
        """Close the window of one chip."""
        if self._view is not None:
            self._view.close()

    def _group_title(self, number: int, sheet: _Sheet) -> str:
        return f"{self._pid(number)}: {' '.join(sheet.pictures.bands)}"

    def _chips_at(self, sheet: _Sheet, dates: Sequence[dt.datetime]) -> ChipSeries:
        wanted, passes = set(dates), self._state.rows.passes
        return replace(sheet.series, chips=tuple(c for c in sheet.series.chips if passes.of(c.date) in wanted))

    def _show_closely(self, sheet: _Sheet, number: int) -> None:
        if self._view is None:
            self._view = ChipView(self._page.window())
            self._view.date_picked.connect(self._state.choose_date)
        passes = self._state.rows.passes
        dates = {passes.of(date): date for date in sheet.pictures.images}
        captions = {shown: self._caption(number, shown).replace("\n", "  ") for shown in dates}
        self._view.show_pictures(self._group_title(number, sheet), sheet.pictures, dates, captions)
        self._view.choose(self._state.date)
        self._view.show()
        self._view.raise_()

    def _follow_date(self, date: dt.datetime) -> None:
        self._page.choose(date)
        if self._view is not None:
            self._view.choose(date)


def _series_of(
    season: ParcelSeason, number: int, bands: Tuple[str, ...], clear_only: bool, progress: Progress
) -> ChipSeries:
    """One chip an image; the scene classes are there since the look."""
    if bands == CLASSES:
        chips = tuple(chip for chip in season.class_chips if number in chip.parcels)
        return stack_bands(ChipSeries(season.order, chips), bands)
    return stack_bands(season.views(number, bands, clear_only, progress), bands)


def _drawn(pictures: ParcelPictures, passes: PassDates, dates: Sequence[dt.datetime]) -> Dict[dt.datetime, QImage]:
    """The pictures of some passes, as large as the sheet needs them."""
    wanted, drawn = set(dates), {}
    for date in pictures.images:
        picture = pictures.draw(date, PICTURE_PX) if passes.of(date) in wanted else None
        if picture is not None:
            drawn[passes.of(date)] = picture
    return drawn
