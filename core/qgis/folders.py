"""Where the plugin keeps its files: below QGIS's profile, unless the settings name another place."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication, QgsSettings

_CACHE, _DEMO = "sentinel_workbench/cache_folder", "sentinel_workbench/demo_folder"


def profile_folder() -> Path:
    """The plugin's folder in the profile; not made here."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "sentinel_workbench"


def cache_folder() -> Path:
    """Responses and layer-ready rasters."""
    chosen = QgsSettings().value(_CACHE, None)
    return Path(chosen) if chosen else profile_folder() / "cache"


def demo_folder() -> Path:
    """The local hub's demo scenes."""
    chosen = QgsSettings().value(_DEMO, None)
    return Path(chosen) if chosen else profile_folder() / "demo-data"


def demo_parcels() -> Path:
    """The table of the demo's fields; there once the local hub was started."""
    return demo_folder() / "parcels.gpkg"


def tables_folder() -> Path:
    """Tables of series that were not delivered into a folder."""
    return profile_folder() / "tables"


def history_folder() -> Path:
    """Orders of earlier sessions."""
    return profile_folder() / "history"


def chips_folder() -> Path:
    """Image chips of seasons that were not given a folder."""
    return profile_folder() / "chips"


def converted_folder() -> Path:
    """Files converted for an upload that has not ended."""
    return profile_folder() / "converted"
