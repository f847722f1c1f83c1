"""Connections together with their secrets: saved, renamed and deleted as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.qgis import log
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.credentials import CredentialStore


class ConnectionDesk:
    """The settings keep the connection, the auth manager its secret, or memory when it shall not be kept."""

    def __init__(self) -> None:
        self.store, self._credentials = ConnectionStore(), CredentialStore()

    def save(
        self,
        connection: Connection,
        credentials: Optional[Credentials],
        previous_name: Optional[str] = None,
        remember: bool = True,
    ) -> Connection:
        """Store a connection; ``credentials`` None keeps what is stored.

        Raises:
            WorkbenchError: the auth manager refused, or the name is taken.
        """
        previous = self.store.find(previous_name or connection.name)
        config_id = connection.auth_config_id or (previous.auth_config_id if previous else None)
        if credentials and remember:
            config_id = self._credentials.save(connection.name, credentials, config_id)
            self._credentials.forget_in_memory(connection.name)
        elif credentials:
            self._forget_stored(config_id)
            config_id = None
            self._credentials.remember_in_memory(connection.name, credentials)
        saved = replace(connection, auth_config_id=config_id)
        self.store.save(saved, previous_name)
        self._rename_memory(previous_name, saved.name, credentials)
        return saved

    def delete(self, name: str) -> None:
        """Forget a connection and its secret."""
        connection = self.store.find(name)
        self._forget_stored(connection.auth_config_id if connection else None)
        self._credentials.forget_in_memory(name)
        self.store.delete(name)

    def client_id(self, connection: Connection) -> Optional[str]:
        """The client id, or None when none is known or the auth manager stays locked."""
        remembered = self._credentials.in_memory(connection.name)
        if remembered:
            return remembered.client_id
        try:
            stored = self._credentials.load(connection.auth_config_id) if connection.auth_config_id else None
        except WorkbenchError as error:
            log.log_warning(str(error))
            return None
        return stored.client_id if stored else None

    def credentials_of(self, connection: Connection) -> Credentials:
        """The secret of a connection.

        Raises:
            WorkbenchError: there is none, or the auth manager stays locked.
        """
        return self._credentials.find(connection.name, connection.auth_config_id)

    def _forget_stored(self, config_id: Optional[str]) -> None:
        if config_id:
            self._credentials.delete(config_id)

    def _rename_memory(self, previous_name: Optional[str], name: str, credentials: Optional[Credentials]) -> None:
        if previous_name and previous_name != name:
            kept = self._credentials.in_memory(previous_name)
            self._credentials.forget_in_memory(previous_name)
            if kept and not credentials:
                self._credentials.remember_in_memory(name, kept)
