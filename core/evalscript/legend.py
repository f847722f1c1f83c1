"""Legends that scripts carry in their comments, so that numbers come into QGIS with their meaning.

A ramp has stops with values and colours, and labels where a word helps; classes have a line each::

    // legend: -0.2 #8c510a, 0 #f6f3e0 bare, 0.8 #0b5d1e dense
    // class: 6 #2a5fd0 water

Both belong to the output ``default``; another output's name stands before the colon: ``// legend index: ...``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Tuple

_LINE = re.compile(r"^[ \t]*//[ \t]*(legend|class)(?:[ \t]+(\w+))?[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_ENTRY = re.compile(r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s+(#[0-9a-fA-F]{6})(?:\s+(.+))?")


@dataclass(frozen=True)
class LegendEntry:
    """One value, its colour as ``#rrggbb``, and what it means in a word or nothing."""

    value: float
    colour: str
    label: str = ""


@dataclass(frozen=True)
class Legend:
    """The meaning of a single-band output's values: stops of a ramp in ascending order, or distinct classes."""

    is_ramp: bool
    entries: Tuple[LegendEntry, ...]


def read_legends(script: str) -> Mapping[str, Legend]:
    """Legends by output identifier. Lines that are no legend are no error: they are comments."""
    stops: Dict[str, List[LegendEntry]] = {}
    classes: Dict[str, List[LegendEntry]] = {}
    for kind, output, text in _LINE.findall(script):
        found, parts = (stops, text.split(",")) if kind == "legend" else (classes, [text])
        entries = [_entry(part) for part in parts]
        found.setdefault(output or "default", []).extend(entry for entry in entries if entry)
    ramps = {name: Legend(True, _ascending(entries)) for name, entries in stops.items() if len(entries) > 1}
    lists = {name: Legend(False, _ascending(entries)) for name, entries in classes.items() if entries}
    return {**ramps, **lists}


def _entry(text: str) -> Optional[LegendEntry]:
    match = _ENTRY.fullmatch(text.strip())
    return LegendEntry(float(match[1]), match[2].lower(), (match[3] or "").strip()) if match else None


def _ascending(entries: List[LegendEntry]) -> Tuple[LegendEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.value))
