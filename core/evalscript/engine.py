"""JavaScript engines behind one small interface.

Two exist: V8 through ``mini-racer`` (fast, with time and memory budget) and Qt's ``QJSEngine`` (comes with QGIS).
Both load the same program (``realm.py``); pixels travel as whole buffers, all else as JSON text.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from typing import Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, ScriptError
from sentinel_workbench.core.evalscript.realm import Engine


def _qt_binding() -> Optional[str]:
    loaded = [name for name in ("PyQt6", "PyQt5") if name in sys.modules]
    for name in (*loaded, "PyQt5", "PyQt6"):
        try:
            if importlib.util.find_spec(f"{name}.QtQml"):
                return name
        except ModuleNotFoundError:
            continue
    return None


def available_engines() -> Tuple[str, ...]:
    """Names ``create_engine`` takes here, the preferred one first."""
    names = []
    if importlib.util.find_spec("py_mini_racer"):
        names.append("v8")
    if _qt_binding():
        names.append("qjs")
    return tuple(names)


@dataclass(frozen=True)
class EngineChoice:
    """What ``create_engine`` makes when it is not told otherwise.

    Attributes:
        name: ``v8`` or ``qjs``; None for the fastest there is.
        time_limit_s: of a realm's life; only V8 keeps it.
        memory_limit_bytes: of the JavaScript heap; only V8 keeps it.
    """

    name: Optional[str] = None
    time_limit_s: Optional[float] = None
    memory_limit_bytes: Optional[int] = None


_chosen = EngineChoice()


def choose_engine(choice: EngineChoice) -> None:
    """Set, for this process, what scripts run on from now on."""
    global _chosen
    _chosen = choice


def create_engine(
    name: Optional[str] = None, time_limit_s: Optional[float] = None, memory_limit_bytes: Optional[int] = None
) -> Engine:
    """A fresh realm.

    Args:
        name: ``v8`` or ``qjs``; None for the one chosen.
        time_limit_s: of its life, counted from now; None for the one chosen.
        memory_limit_bytes: of the JavaScript heap; None for the one chosen.

    Raises:
        ScriptError: no engine is installed.
        InvalidInput: this one is not.
    """
    names = available_engines()
    name = name or _chosen.name
    if not names:
        raise ScriptError(
            "No JavaScript engine is installed.",
            advice="Install python3-pyqt5.qtquick (Debian) or the Python package mini-racer.",
        )
    if name is not None and name not in names:
        raise InvalidInput("engine", f"The JavaScript engine '{name}' is not installed; there is {', '.join(names)}.")
    if (name or names[0]) == "v8":
        from sentinel_workbench.core.evalscript.v8 import V8Engine

        return V8Engine(time_limit_s or _chosen.time_limit_s, memory_limit_bytes or _chosen.memory_limit_bytes)
    from sentinel_workbench.core.evalscript.qjs import QtEngine

    return QtEngine(_qt_binding() or "PyQt5")
