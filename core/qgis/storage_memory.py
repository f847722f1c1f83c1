"""Which storage was used the last time, in QGIS's settings; of its keys only which configuration holds them."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsSettings

from sentinel_workbench.core.services.storage import DEFAULT_ENDPOINT, DEFAULT_REGION

_ADDRESS, _REGION, _CONFIG = (f"sentinel_workbench/storage_{name}" for name in ("address", "region", "login"))


@dataclass(frozen=True)
class StoragePlace:
    """Where a bucket lies and which configuration of the auth manager opens it (empty: the environment's keys)."""

    endpoint: str = DEFAULT_ENDPOINT
    region: str = DEFAULT_REGION
    config_id: str = ""


def last_storage() -> StoragePlace:
    """The one kept, else Amazon's."""
    settings = QgsSettings()
    return StoragePlace(
        str(settings.value(_ADDRESS, "") or DEFAULT_ENDPOINT), str(settings.value(_REGION, "") or DEFAULT_REGION),
        str(settings.value(_CONFIG, "") or ""),
    )


def keep_storage(place: StoragePlace) -> None:
    """For the next time."""
    settings = QgsSettings()
    for key, value in ((_ADDRESS, place.endpoint), (_REGION, place.region), (_CONFIG, place.config_id)):
        settings.setValue(key, value)
