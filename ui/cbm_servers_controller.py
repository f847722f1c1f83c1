"""Decides for the dialog of CbM servers: what is saved, what a test says."""

from __future__ import annotations

from typing import Any, Optional, Tuple
from urllib.parse import urlsplit

from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.records import CbmInfo
from sentinel_workbench.core.errors import InvalidInput, NotThere, WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.cbm_servers import CbmServers
from sentinel_workbench.ui.backend import Backend, Light
from sentinel_workbench.ui.cbm_servers_dialog import CbmServersDialog
from sentinel_workbench.ui.entry_test import EntryTest
from sentinel_workbench.ui.questions import ask
from sentinel_workbench.ui.translation import tr

_MOST_AREAS = 12


class CbmServersController:
    """One dialog's life; ``run`` returns the name of the server to use."""

    def __init__(self, backend: Backend, current: str, parent: Optional[QWidget] = None) -> None:
        self._backend, self._servers = backend, CbmServers()
        self._shown: Optional[CbmConnection] = None
        self._user: Optional[str] = None
        self._chosen = current
        self.dialog = dialog = CbmServersDialog(parent)
        self._test = EntryTest(dialog, explain=_explain)
        dialog.selected.connect(self._show)
        dialog.add_asked.connect(self._show_new)
        dialog.remove_asked.connect(self._remove)
        dialog.save_asked.connect(self.save)
        dialog.test_asked.connect(self.test)
        dialog.finished.connect(lambda *_: self._test.stop())
        self._fill(current)

    def run(self) -> str:
        """Show the dialog until it is closed."""
        self.dialog.exec()
        self.dialog.deleteLater()
        return self._chosen

    def _names(self) -> Tuple[str, ...]:
        return tuple(server.name for server in self._servers.all())

    def _fill(self, name: str) -> None:
        names = self._names()
        if not names:
            self._show_new()
            return
        chosen = name if name in names else names[0]
        self.dialog.show_names(names, chosen)
        self._show(chosen)

    def _show(self, name: str) -> None:
        self._show_server(self._servers.find(name))

    def _show_new(self) -> None:
        self.dialog.show_names(self._names(), "")
        self._show_server(None)
        self.dialog.name_edit.setFocus()

    def _show_server(self, server: Optional[CbmConnection]) -> None:
        self._test.stop()
        self._shown = server
        self._user = self._servers.user(server) if server else None
        self.dialog.show_server(server, self._user or "", self._user is not None)
        self.dialog.show_verdict(Light.UNKNOWN, "")

    def _entered(self) -> Tuple[CbmConnection, Optional[CbmLogin]]:
        """What the fields say; the login is None when the kept one stays.

        Raises:
            InvalidInput: a field can't be used, or the kept password is another user's or another server's.
        """
        dialog, shown = self.dialog, self._shown
        server = dialog.entered(shown.auth_config_id if shown else None)
        login = dialog.entered_login()
        if login is not None:
            return server, login
        user = dialog.user_edit.text().strip()
        if user != (self._user or ""):
            raise InvalidInput("password", tr("The password of '{user}' is missing.").format(user=user) if user
                               else tr("A password is kept for '{user}'.").format(user=self._user),
                               tr("Type user and password."))
        if shown is not None and self._user and _host(shown) != _host(server):
            raise InvalidInput("password", tr("The kept password belongs to {host}.").format(host=_host(shown)),
                               tr("Type it again to send it to another server."))
        return server, None

    def save(self) -> None:
        """Keep what is typed, and use it."""
        try:
            server, login = self._entered()
            if server.name in {one.name for one in self._backend.cbm_servers()} - {self._shown and self._shown.name}:
                raise InvalidInput("name", tr("There is a server '{name}' already.").format(name=server.name),
                                   tr("Choose another name."))
            self._servers.save(server, self._shown.name if self._shown else None, login)
        except WorkbenchError as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        self._chosen = server.name
        self._fill(server.name)
        self.dialog.show_verdict(Light.OK, tr("Saved; parcels are asked for there now."))

    def _remove(self) -> None:
        if self._shown is None:
            return
        question = tr("Forget the server '{name}' and its stored password?").format(name=self._shown.name)
        if not ask(self.dialog, tr("Remove server"), question, tr("Remove")):
            return
        try:
            self._servers.delete(self._shown.name)
        except WorkbenchError as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        self._fill("")

    def test(self) -> None:
        """Ask for areas and years."""
        self._test.stop()
        try:
            server, login = self._entered()
        except InvalidInput as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        title = tr("Testing {name}").format(name=server.name)
        self._test.start(server.url, lambda done, failed: self._backend.run_cbm(
            title, server, _describe, done, failed, login=login))


def _explain(error: WorkbenchError) -> Tuple[Light, str]:
    if isinstance(error, NotThere):
        return Light.WARNING, tr(
            "The server answers, but can't tell its areas and years: it is of an early generation, or another "
            "kind of server. Type area and year by hand.")
    return Light.ERROR, str(error)


def _host(server: CbmConnection) -> str:
    parts = urlsplit(server.url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _describe(client: Any, progress: Progress) -> str:
    """One sentence about what answered.

    Raises:
        WorkbenchError: no CbM server, or no access.
    """
    info: CbmInfo = client.info(progress, again=True)
    if not info.areas:
        raise WorkbenchError(tr("The server answers, but your account has no area."), tr("Ask for access."))
    told = [f"{area.aoi} ({_years(area.years)})" for area in info.areas[:_MOST_AREAS]]
    more = len(info.areas) - len(told)
    if more:
        told.append(tr("and {count} more").format(count=more))
    name = info.server if len(info.server) < 60 else ""
    return tr("{name} answers. Areas and years: {areas}.").format(
        name=name or tr("The server"), areas=", ".join(told))


def _years(years: Tuple[str, ...]) -> str:
    """``2018 to 2021``, or each where one is missing between."""
    if not years:
        return tr("no year")
    numbers = [int(year) for year in years if year.isdigit()]
    if len(numbers) == len(years) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return tr("{first} to {last}").format(first=years[0], last=years[-1])
    return ", ".join(years)
