"""Values in QGIS's settings that are kept as JSON. What was edited into something else counts as not there."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from qgis.core import QgsSettings

from sentinel_workbench.core.qgis.log import log_warning


def read_object(key: str) -> Dict[str, Any]:
    """The object at ``key``; empty when there is none that can be read."""
    try:
        found = json.loads(QgsSettings().value(key, "{}"))
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def read_list(key: str, complaint: str = "") -> List[Any]:
    """The list at ``key``; empty when there is none. ``complaint`` is logged when what is there is no JSON."""
    try:
        found = json.loads(QgsSettings().value(key, "[]"))
    except (TypeError, ValueError):
        if complaint:
            log_warning(complaint)
        return []
    return found if isinstance(found, list) else []


def write_json(key: str, value: Any) -> None:
    """Keep ``value`` at ``key``."""
    QgsSettings().setValue(key, json.dumps(value))
