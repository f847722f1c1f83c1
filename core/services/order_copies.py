"""An order as text for elsewhere, at the service of a connection."""

from __future__ import annotations

from typing import Callable, Mapping, Optional

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.notebook_writing import as_python
from sentinel_workbench.core.services.ordertext import as_curl, as_json

PROCESS_PLACE = "https://services.sentinel-hub.com/api/v1/process"
"""Where a copy goes as long as there is no connection."""


def copy_as_json(order: ImageOrder, _connection: Optional[Connection]) -> str:
    """The request's body."""
    return as_json(order)


def copy_as_python(order: ImageOrder, connection: Optional[Connection]) -> str:
    """A script for the public library, at the connection's service."""
    if connection is None:
        return as_python(order)
    home = connection.serving(order.sources[0].collection)
    return as_python(order, home.base_url, home.token_url)


def copy_as_curl(order: ImageOrder, connection: Optional[Connection]) -> str:
    """A command for a shell."""
    if connection is None:
        return as_curl(order, PROCESS_PLACE)
    return as_curl(order, connection.serving(order.sources[0].collection).url("process"))


_FORMS: Mapping[str, Callable[[ImageOrder, Optional[Connection]], str]] = {
    "json": copy_as_json, "curl": copy_as_curl, "python": copy_as_python,
}


def copy_order(order: ImageOrder, form: str, connection: Optional[Connection]) -> str:
    """The order as ``json``, ``curl`` or ``python``.

    Raises:
        InvalidInput: another form.
    """
    write = _FORMS.get(form)
    if write is None:
        raise InvalidInput("form", f"An order can't be written as '{form}'.", f"Use {', '.join(_FORMS)}.")
    return write(order, connection)
