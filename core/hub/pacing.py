"""One pace an account: the service counts all its clients together, so they share their turns."""

from __future__ import annotations

import threading
from typing import Dict, Optional, Tuple

from sentinel_workbench.core.http.pace import Pace
from sentinel_workbench.core.hub.connection import Connection, Credentials

_Key = Tuple[str, str, Optional[float], Optional[float], Optional[int]]


class PaceBook:
    """Paces of this process by client id, token URL and limits. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paces: Dict[_Key, Pace] = {}

    def pace(self, connection: Connection, credentials: Credentials) -> Pace:
        """The account's, made from the connection's limits the first time."""
        limits = (connection.requests_per_minute, connection.units_per_minute, connection.burst)
        with self._lock:
            return self._paces.setdefault((credentials.client_id, connection.token_url, *limits), Pace(*limits))


PROCESS_PACES = PaceBook()
"""Shared by the dock, the toolbox and the console of one QGIS."""
