"""The last folder that was taken to a collection, by connection, so that a job that was cut off is gone on with."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Optional

from sentinel_workbench.core.qgis.json_setting import read_object, write_json
from sentinel_workbench.core.services.upload_flow import FolderOrder

_KEY = "sentinel_workbench/unfinished_folders"


def unfinished_folder(connection: str) -> Optional[FolderOrder]:
    """What was begun at a connection and not brought to its end, or None."""
    kept = read_object(_KEY).get(connection)
    if not isinstance(kept, dict) or set(kept) != {field.name for field in fields(FolderOrder)}:
        return None
    flags = ("convert", "create")
    if not all(isinstance(value, bool if name in flags else str) for name, value in kept.items()):
        return None
    return FolderOrder(**{**kept, "folder": Path(kept["folder"])})


def keep_folder(connection: str, order: Optional[FolderOrder]) -> None:
    """Begun with a connection; None when it came to its end."""
    kept = read_object(_KEY)
    kept.pop(connection, None)
    if order is not None:
        kept[connection] = {**asdict(order), "folder": str(order.folder)}
    write_json(_KEY, kept)
