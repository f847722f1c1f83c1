"""CbM servers the user knows, in QGIS's settings. No secret is among them: only the id of an auth config."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import replace
from typing import Any, List, Mapping, Optional, Tuple

from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.hub.connection import Credentials
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.qgis.json_setting import read_list, write_json
from sentinel_workbench.core.qgis.log import log_warning
from sentinel_workbench.core.qgis.network import read_network_settings

ENVIRONMENT_USER, ENVIRONMENT_WORD = "CBM_USER", "CBM_PASSWORD"
READ_TIMEOUT_S = 300.0
"""Chips are made while one waits."""
_LIST = "sentinel_workbench/cbm_servers"
_COMPLAINT = "The saved CbM servers can't be read and are ignored."


class CbmServers:
    """The list of servers, in the order they were added."""

    def all(self) -> Tuple[CbmConnection, ...]:
        """Every saved server; entries that can't be read are left out and logged."""
        return tuple(server for server in map(_from_entry, read_list(_LIST, _COMPLAINT)) if server)

    def find(self, name: str) -> Optional[CbmConnection]:
        """The server of that name, or None."""
        return next((server for server in self.all() if server.name == name), None)

    def save(
        self, server: CbmConnection, previous_name: Optional[str] = None, login: Optional[CbmLogin] = None
    ) -> CbmConnection:
        """Add or replace, and return it as it is kept.

        Args:
            server: what to keep.
            previous_name: the entry it replaces when the name changed.
            login: to keep in the auth manager, main thread; what ``server`` refers to stays when None.

        Raises:
            InvalidInput: another server already has the new name.
            WorkbenchError: the auth manager refused.
        """
        replaced = previous_name or server.name
        known = list(self.all())
        if any(one.name == server.name and one.name != replaced for one in known):
            raise InvalidInput("name", f"There already is a CbM server '{server.name}'.", "Choose another name.")
        if login is not None:
            pair = Credentials(login.user, login.password)
            kept = CredentialStore().save(f"CbM {server.name}", pair, server.auth_config_id)
            server = replace(server, auth_config_id=kept)
        names = [one.name for one in known]
        if replaced in names:
            known[names.index(replaced)] = server
        else:
            known.append(server)
        _write(known)
        return server

    def delete(self, name: str) -> None:
        """Forget it and its login; an unknown name is ignored.

        Raises:
            WorkbenchError: the auth manager refused.
        """
        known = self.all()
        left = [server for server in known if server.name != name]
        in_use = {server.auth_config_id for server in left}
        for config_id in {server.auth_config_id for server in known if server.name == name} - in_use - {None}:
            CredentialStore().delete(str(config_id))
        _write(left)

    def user(self, server: CbmConnection) -> Optional[str]:
        """The user name of the kept login; None when there is none, or the auth manager stays locked. Main thread."""
        try:
            kept = CredentialStore().load(server.auth_config_id) if server.auth_config_id else None
        except WorkbenchError as error:
            log_warning(str(error))
            return None
        return kept.client_id if kept else None


def named_server(named: str, auth_config_id: Optional[str] = None) -> CbmConnection:
    """A saved server by its name, or one by its address.

    Args:
        named: name or address.
        auth_config_id: login in the QGIS authentication database, instead of the saved one.

    Raises:
        InvalidInput: no such server, and no address.
    """
    saved = CbmServers().find(named.strip())
    if saved is None and "://" not in named:
        known = ", ".join(server.name for server in CbmServers().all()) or "none"
        raise InvalidInput("server", f"There is no CbM server '{named}'.", f"Saved ones: {known}; or give its address.")
    server = saved or CbmConnection(named.strip(), named)
    return replace(server, auth_config_id=auth_config_id) if auth_config_id else server


def open_server(server: CbmConnection) -> CbmClient:
    """A client signed in by the auth manager, or by the environment. Main thread; close it at the end.

    Raises:
        WorkbenchError: there is no login, or it stays locked.
    """
    network = read_network_settings(server.url)
    return CbmClient(server, read_login(server), RequestsTransport(patient(network)))


def local_client(hub: LocalHub) -> CbmClient:
    """A client of a local hub that runs, with the hub's own account; close it at the end.

    Raises:
        InvalidInput: it knows no parcels.
    """
    connection, account = hub.connection, hub.credentials
    if connection is None or account is None or not hub.serves_parcels:
        raise InvalidInput(
            "server", "The local hub has no parcels.", "Put parcels.gpkg into its folder, or use its demo scenes."
        )
    server = CbmConnection(connection.name, connection.base_url, generation=4)
    return CbmClient(
        server, CbmLogin(account.client_id, account.client_secret), RequestsTransport(patient(NetworkSettings()))
    )


def read_login(server: CbmConnection) -> CbmLogin:
    """User and password of a server: of the auth manager, else of the environment. Main thread.

    Raises:
        WorkbenchError: there are none.
    """
    found = CredentialStore().load(server.auth_config_id) if server.auth_config_id else None
    if found is not None:
        return CbmLogin(found.client_id, found.client_secret)
    user, word = os.environ.get(ENVIRONMENT_USER), os.environ.get(ENVIRONMENT_WORD)
    if user and word:
        return CbmLogin(user, word)
    raise WorkbenchError(
        f"The CbM server '{server.name}' has no user and password.",
        f"Enter them, choose an authentication that holds them, or set {ENVIRONMENT_USER} and {ENVIRONMENT_WORD}.",
    )


def patient(network: NetworkSettings) -> NetworkSettings:
    """The same settings, but waiting minutes for an answer."""
    return replace(network, read_timeout_s=max(network.read_timeout_s, READ_TIMEOUT_S))


def _from_entry(entry: Any) -> Optional[CbmConnection]:
    if not isinstance(entry, Mapping):
        return None
    names = [field.name for field in dataclasses.fields(CbmConnection)]
    try:
        return CbmConnection(**{name: entry[name] for name in names if name in entry})
    except (InvalidInput, TypeError, AttributeError) as error:
        log_warning(f"The saved CbM server '{entry.get('name')}' can't be used: {error}")
        return None


def _write(servers: List[CbmConnection]) -> None:
    write_json(_LIST, [dataclasses.asdict(server) for server in servers])
