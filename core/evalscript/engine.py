"""JavaScript engines behind one small interface.

Two exist: V8 through ``mini-racer`` (fast, with time and memory budget) and Qt's ``QJSEngine`` (comes with QGIS).
Both load the same ``prelude.js`` and ``runner.js``; pixels travel as whole buffers, all else as JSON text.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any, Mapping, Optional, Protocol, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import InvalidInput, ScriptError

_FOLDER = Path(__file__).resolve().parent
SCRIPT_FILE = "evalscript.js"
"""The script's file name in stacks and messages, as the service has it."""


class EngineFault(Exception):
    """JavaScript threw or did not parse. Internal: ``faults.py`` turns it into the service's message.

    Attributes:
        name: of the error class, None when something else than an Error was thrown.
        message: its text.
        stack: as the engine writes it.
        line: 1-based line of a parse error, or None.
        shape: the fault is one of ours: the script is of the wrong shape.
    """

    def __init__(
        self, name: Optional[str], message: str, stack: str = "", line: Optional[int] = None, shape: bool = False
    ) -> None:
        super().__init__(message)
        self.name, self.message, self.stack, self.line, self.shape = name, message, stack, line, shape


def fault_from_json(fault: Mapping[str, Any]) -> EngineFault:
    """What ``describe`` of runner.js made of a caught value."""
    if "shape" in fault:
        return EngineFault(None, fault["shape"], shape=True)
    if "thrown" in fault:
        return EngineFault(None, fault["thrown"])
    return EngineFault(fault["name"], fault["message"], fault["stack"])


class Engine(Protocol):
    """One JavaScript realm. Not thread-safe; used in the thread that made it."""

    name: str

    def load(self, source: str) -> None:
        """Run ``source`` at top level.

        Raises:
            EngineFault: it does not parse, or threw.
            ScriptLimitExceeded: the budget is used up.
        """

    def call(self, command: str, argument: Any = None) -> Any:
        """Run a command of runner.js; argument and result are JSON values. Raises as ``load``."""

    def write(self, key: str, parts: Sequence[np.ndarray]) -> None:
        """Make the parts, flattened one after the other and all of one dtype, the buffer ``key``."""

    def read(self, key: str, shape: Tuple[int, ...]) -> np.ndarray:
        """The buffer ``key`` as float64 of ``shape``; valid until the next ``call``."""

    def close(self) -> None:
        """Free the realm. The engine can't be used afterwards."""


def runtime_source() -> str:
    """The program every realm starts with; defines ``__workbench``."""
    library, prelude, runner = (
        (_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("library", "prelude", "runner")
    )
    return f"{library}var __workbench = ({runner})({prelude});"


def call_source(command: str, argument: Any) -> str:
    """The expression that runs a command of runner.js."""
    text = json.dumps(argument, allow_nan=False)
    return f"__workbench.call({json.dumps(command)}, {json.dumps(text)})"


def unpack(answer: str) -> Any:
    """The value of a command's answer; raises ``EngineFault`` when it holds a fault."""
    result = json.loads(answer)
    if "fault" in result:
        raise fault_from_json(result["fault"])
    return result["value"]


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


def create_engine(
    name: Optional[str] = None, time_limit_s: Optional[float] = None, memory_limit_bytes: Optional[int] = None
) -> Engine:
    """A fresh realm.

    Args:
        name: ``v8`` or ``qjs``; None for the fastest there is.
        time_limit_s: per call; only V8 keeps it.
        memory_limit_bytes: of the JavaScript heap; only V8 keeps it.

    Raises:
        ScriptError: no engine is installed.
        InvalidInput: this one is not.
    """
    names = available_engines()
    if not names:
        raise ScriptError(
            "No JavaScript engine is installed.",
            advice="Install python3-pyqt5.qtquick (Debian) or the Python package mini-racer.",
        )
    if name is not None and name not in names:
        raise InvalidInput("engine", f"The JavaScript engine '{name}' is not installed; there is {', '.join(names)}.")
    if (name or names[0]) == "v8":
        from sentinel_workbench.core.evalscript.v8 import V8Engine

        return V8Engine(time_limit_s, memory_limit_bytes)
    from sentinel_workbench.core.evalscript.qjs import QtEngine

    return QtEngine(_qt_binding() or "PyQt5")
