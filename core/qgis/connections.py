"""Saved connections in QGIS's settings. No secret is among them: only the id of an auth config."""

from __future__ import annotations

import dataclasses
from typing import Any, List, Mapping, Optional, Tuple

from qgis.core import QgsSettings

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.qgis.json_setting import read_list, write_json
from sentinel_workbench.core.qgis.log import log_warning

_LIST, _CURRENT = "sentinel_workbench/connections", "sentinel_workbench/current_connection"
_FIELDS = tuple(field.name for field in dataclasses.fields(Connection))
_COMPLAINT = "The saved connections can't be read and are ignored."


class ConnectionStore:
    """The list of connections, in the order they were made, and which one is current."""

    def all(self) -> Tuple[Connection, ...]:
        """Every saved connection; entries that can't be read are left out and logged."""
        return tuple(connection for connection in map(_from_entry, read_list(_LIST, _COMPLAINT)) if connection)

    def find(self, name: str) -> Optional[Connection]:
        """The connection of that name, or None."""
        return next((connection for connection in self.all() if connection.name == name), None)

    def save(self, connection: Connection, previous_name: Optional[str] = None) -> None:
        """Add or replace; ``previous_name`` is the entry it replaces when the name changed.

        Raises:
            InvalidInput: another connection already has the new name.
        """
        replaced = previous_name or connection.name
        others = [entry for entry in self.all() if entry.name != replaced]
        if any(entry.name == connection.name for entry in others):
            raise InvalidInput("name", f"There already is a connection '{connection.name}'.", "Choose another name.")
        names = [entry.name for entry in self.all()]
        position = names.index(replaced) if replaced in names else len(others)
        _write([*others[:position], connection, *others[position:]])
        if replaced != connection.name and self.current_name() == replaced:
            self.choose(connection.name)

    def delete(self, name: str) -> None:
        """Forget it; an unknown name is ignored."""
        _write([entry for entry in self.all() if entry.name != name])
        if self.current_name() == name:
            QgsSettings().remove(_CURRENT)

    def current_name(self) -> Optional[str]:
        """The one the user chose last, whether it still exists or not."""
        return QgsSettings().value(_CURRENT, None) or None

    def choose(self, name: str) -> None:
        """Remember ``name`` as the current connection."""
        QgsSettings().setValue(_CURRENT, name)


def _from_entry(entry: Any) -> Optional[Connection]:
    if not isinstance(entry, Mapping):
        return None
    try:
        return Connection(**{name: entry[name] for name in _FIELDS if name in entry})
    except (InvalidInput, TypeError, AttributeError) as error:
        log_warning(f"The saved connection '{entry.get('name')}' can't be used: {error}")
        return None


def _write(connections: List[Connection]) -> None:
    write_json(_LIST, [dataclasses.asdict(connection) for connection in connections])
