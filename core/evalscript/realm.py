"""What both engines share: their interface, the program they start with, and how commands travel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Optional, Protocol, Sequence, Tuple

import numpy as np

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
