"""Decides which CbM server is asked, and for the parcels of which area and year."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.records import CbmArea, CbmInfo, ParcelTable
from sentinel_workbench.core.errors import InvalidInput, NotThere, WorkbenchError
from sentinel_workbench.core.qgis.json_setting import read_object, write_json
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.cbm_servers_controller import CbmServersController
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_finder import ParcelFinder
from sentinel_workbench.ui.translation import tr

_CURRENT, _TABLES = "sentinel_workbench/current_cbm_server", "sentinel_workbench/cbm_tables"
_USUAL_BACKGROUNDS = ("google", "bing", "osm")


class ParcelTableController(QObject):
    """The upper rows of the box. What a server told is remembered for the session, what was chosen for longer."""

    changed = pyqtSignal()

    def __init__(self, box: ParcelFinder, backend: Backend) -> None:
        super().__init__(box)
        self._box, self._backend = box, backend
        self._told: Dict[CbmConnection, Optional[CbmInfo]] = {}
        self._servers: List[CbmConnection] = []
        self._jobs = PaneJobs(backend.run_cbm, self)
        self._jobs.failed.connect(self._fail)
        self._asked: Optional[CbmConnection] = None
        self._starting: Optional[RunningWork] = None
        box.server_chosen.connect(self._choose)
        box.edit_button.clicked.connect(self.edit)
        box.hub_button.clicked.connect(self._start_hub)
        box.ask_button.clicked.connect(lambda: self.ask(again=True))
        box.area_changed.connect(lambda: self._show_area(*box.table_texts[1:]))
        box.table_changed.connect(self._take_typed)
        box.shown.connect(self._look)
        backend.watch(self.refresh)
        self._fill(str(QgsSettings().value(_CURRENT, "") or ""))

    def shut_down(self) -> None:
        """Ask nobody any more."""
        self._backend.unwatch(self.refresh)
        self._jobs.end()

    @property
    def server(self) -> Optional[CbmConnection]:
        """The chosen server."""
        row = self._box.server_combo.currentIndex()
        return self._servers[row] if 0 <= row < len(self._servers) else None

    @property
    def table(self) -> Optional[ParcelTable]:
        """The chosen parcels, None while they can't be asked for."""
        try:
            return self.need_table()
        except InvalidInput:
            return None

    def need_server(self) -> CbmConnection:
        """The chosen server.

        Raises:
            InvalidInput: there is none.
        """
        server = self.server
        if server is None:
            raise InvalidInput("server", tr("No CbM server is chosen."), tr("Add one with 'Edit…'."))
        return server

    def need_table(self) -> ParcelTable:
        """The chosen parcels.

        Raises:
            InvalidInput: no area, or no year the server could have.
        """
        aoi, year, parcel_type = self._box.table_texts
        if not aoi:
            raise InvalidInput("area", tr("No area is chosen."), tr("Choose one, or type what the server calls it."))
        if not year:
            raise InvalidInput("year", tr("No year is chosen."), tr("Choose one, or type it."))
        table = ParcelTable(aoi, year, parcel_type)
        info = self._told.get(self.need_server())
        area = info.area(aoi) if info is not None else None
        if info is not None and area is None:
            raise InvalidInput(
                "area", tr("The server has no area '{area}'.").format(area=aoi),
                tr("Your account's areas: {areas}.").format(areas=", ".join(one.aoi for one in info.areas) or "–"),
            )
        if area is not None and area.years and table.year not in area.years:
            raise InvalidInput(
                "year", tr("'{area}' has no parcels of {year}.").format(area=area.aoi, year=table.year),
                tr("There are: {years}.").format(years=", ".join(area.years)),
            )
        return table

    def refresh(self) -> None:
        """Servers may have come or gone."""
        known = list(self._backend.cbm_servers())
        if known != self._servers or self._box.hub_button.isVisibleTo(self._box) == bool(known):
            before = self.server
            self._fill(before.name if before else "")
            if self._box.isVisible():
                self._look()

    def edit(self) -> None:
        """Open the dialog of servers."""
        server = self.server
        chosen = CbmServersController(self._backend, server.name if server else "", self._box.window()).run()
        self._fill(chosen)
        self._choose()

    def ask(self, again: bool = False) -> None:
        """Ask the server for areas and years, unless it told already."""
        server = self.server
        if server is None or server == self._asked or (server in self._told and not again):
            return
        self._asked = server
        self._box.server_note.setText(tr("Asking for its areas and years…"))
        self._box.server_note.show()
        self._jobs.start(
            tr("Asking {name}").format(name=server.name), server,
            lambda client, progress, _hear: client.info(progress, again=again),
            lambda info: self._take(server, info),
        )

    def _look(self) -> None:
        """The box came into view: ask when that needs no master password."""
        server = self.server
        if server is not None and (not server.auth_config_id or QgsApplication.authManager().masterPasswordIsSet()):
            self.ask()

    def _choose(self) -> None:
        server = self.server
        self._jobs.end()
        self._asked = None
        if server is not None:
            QgsSettings().setValue(_CURRENT, server.name)
        self._show_table()
        self.changed.emit()
        self.ask()

    def _start_hub(self) -> None:
        self._box.hub_button.setEnabled(False)
        self._box.show_message("")
        self._box.show_busy(0.0, tr("Starting the local hub"))
        self._starting = self._backend.start_local_hub(
            lambda _connection: self._end_hub_start(""), lambda error: self._end_hub_start(str(error)),
            lambda fraction, text: self._box.show_busy(fraction, text),
        )

    def stop(self) -> None:
        """Start no hub, where one is being started; it tells nothing of its end then."""
        if self._starting is not None:
            self._starting.cancel()
            self._end_hub_start("")

    def _end_hub_start(self, problem: str) -> None:
        self._starting = None
        self._box.show_busy(None)
        self._box.hub_button.setEnabled(True)
        if problem:
            self._box.show_message(problem, is_error=True)
        self.refresh()

    def _fill(self, wanted: str) -> None:
        self._servers = list(self._backend.cbm_servers())
        names = [server.name for server in self._servers]
        chosen = wanted if wanted in names else names[0] if names else ""
        note = "" if names else tr("No CbM server yet: add that of your paying agency, or try the local hub.")
        self._box.show_servers(names, chosen, note, offer_hub=not names)
        self._show_table()
        self.changed.emit()

    def _take(self, server: CbmConnection, info: CbmInfo) -> None:
        self._asked = None
        self._told[server] = info
        if server == self.server:
            note = "" if info.areas else tr("Your account has no area there.")
            self._box.server_note.setText(note)
            self._box.server_note.setVisible(bool(note))
            self._show_table()
            self.changed.emit()

    def _fail(self, error: WorkbenchError) -> None:
        server, self._asked = self._asked, None
        if isinstance(error, NotThere) and server is not None:
            self._told[server] = None
            self._box.server_note.setText(tr("This server can't tell its areas and years: type them."))
        else:
            self._box.server_note.setText(str(error))
        self._box.server_note.show()

    def _show_table(self) -> None:
        """Areas, years and types of the server, with what was chosen last; else the first area, its newest year."""
        server = self.server
        info = self._told.get(server) if server is not None else None
        kept = read_object(_TABLES).get(server.name) if server is not None else None
        texts = [str(text) for text in kept] if isinstance(kept, list) and len(kept) == 3 else ["", "", ""]
        areas = [area.aoi for area in info.areas] if info else []
        aoi = texts[0] if texts[0] in areas or not areas else areas[0]
        self._box.show_choices(self._box.area_combo, areas, aoi)
        self._show_area(texts[1], texts[2] if aoi == texts[0] else "")

    def _show_area(self, year: str, parcel_type: str) -> None:
        server = self.server
        info = self._told.get(server) if server is not None else None
        area = info.area(self._box.table_texts[0]) if info else None
        years = area.years if area else ()
        self._box.show_choices(self._box.year_combo, years, year if year in years or not years else years[-1])
        types = area.parcel_types if area else ()
        self._box.show_choices(self._box.type_combo, ("", *types) if types else (), parcel_type)
        self._box.type_combo.setVisible(bool(types) or area is None)
        self._offer(area)

    def _offer(self, area: Optional[CbmArea]) -> None:
        self._box.show_backgrounds(area.backgrounds if area and area.backgrounds else _USUAL_BACKGROUNDS)
        self._box.show_series(area.series if area else ())

    def _take_typed(self) -> None:
        server = self.server
        if server is not None:
            kept: Dict[str, Any] = read_object(_TABLES)
            write_json(_TABLES, {**kept, server.name: list(self._box.table_texts)})
        self.changed.emit()
