"""The dialogs of the plugin's algorithms, opened from the dock."""

from __future__ import annotations

from typing import Any, Callable, Mapping

OpenAlgorithm = Callable[[str, Mapping[str, Any]], None]


def open_algorithm(name: str, values: Mapping[str, Any]) -> None:
    """Open the dialog of an algorithm, some of its fields filled in."""
    import processing  # QGIS's own plugin, there only inside QGIS

    processing.execAlgorithmDialog(f"sentinelworkbench:{name}", dict(values))
