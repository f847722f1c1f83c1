"""What the user prefers, in QGIS's settings."""

from __future__ import annotations

from qgis.core import QgsSettings

_ASK_ABOVE = "sentinel_workbench/ask_above_units"
_CACHE_LIMIT = "sentinel_workbench/cache_limit_gb"
ASK_ABOVE_UNITS = 500.0
CACHE_LIMIT_GB = 20.0
GB = 1_000_000_000


class Preferences:
    """Each is read afresh, for another window of QGIS may have changed it."""

    @property
    def ask_above_units(self) -> float:
        """An order that costs more is asked about first; 0 asks never."""
        return _number(_ASK_ABOVE, ASK_ABOVE_UNITS)

    @ask_above_units.setter
    def ask_above_units(self, units: float) -> None:
        QgsSettings().setValue(_ASK_ABOVE, max(0.0, float(units)))

    @property
    def cache_limit_gb(self) -> float:
        """The cache is kept below this, in units of 1e9 bytes; 0 is no limit."""
        return _number(_CACHE_LIMIT, CACHE_LIMIT_GB)

    @cache_limit_gb.setter
    def cache_limit_gb(self, gigabytes: float) -> None:
        QgsSettings().setValue(_CACHE_LIMIT, max(0.0, float(gigabytes)))


def _number(key: str, otherwise: float) -> float:
    """Not below 0; a setting that is no number counts as unset."""
    try:
        value = float(QgsSettings().value(key, otherwise))
    except (TypeError, ValueError):
        return otherwise
    return value if 0 <= value < float("inf") else otherwise
