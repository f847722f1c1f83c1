"""What both engines share: their interface, the program they start with, and how commands travel."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Protocol, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import ScriptRuntimeError

_FOLDER = Path(__file__).resolve().parent
_BROKEN = "Failed to evaluate script! \nThe script replaced parts of JavaScript that are needed to run it."
# V8 writes halves of surrogate pairs as escapes, pairs never. A backslash before is an escaped one.
_HALF_SURROGATE = re.compile(r"(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}")
_JSON_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"[\[\]{}]")
MAX_DEPTH = 500
"""Of what a script returns besides pixels."""
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
        return EngineFault(None, str(fault["shape"]), shape=True)
    if "thrown" in fault:
        return EngineFault(None, str(fault["thrown"]))
    return EngineFault(str(fault["name"]), str(fault["message"]), str(fault["stack"]))


class Engine(Protocol):
    """One JavaScript realm. Not thread-safe; used in the thread that made it."""

    name: str
    allocates_slowly: bool
    """Objects cost so much that sparing two a pixel is worth a look at the script's text."""

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
    """The program every realm starts with; defines ``__workbench``, which scripts can't replace."""
    library, prelude, scenes, pixels, runner = (
        (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
        for name in ("library", "prelude", "scenes", "pixels", "runner")
    )
    made = f"({runner})({prelude}, {scenes}, {pixels})"
    return f'{library}Object.defineProperty(this, "__workbench", {{value: {made}}}); null'


def call_source(command: str, argument: Any) -> str:
    """The expression that runs a command of runner.js."""
    text = json.dumps(argument, allow_nan=False)
    return f"__workbench.call({json.dumps(command)}, {json.dumps(text)})"


def broken_realm() -> EngineFault:
    """The fault of a script that tampered with the objects the realm itself needs."""
    return EngineFault(None, _BROKEN, shape=True)


@contextmanager
def reading_answer() -> Iterator[None]:
    """Around looking into an answer, which may be of any shape when a script tampered with the realm."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ScriptRuntimeError(_BROKEN) from error


def unpack(answer: Any) -> Any:
    """The value of a command's answer; raises ``EngineFault`` when it holds a fault, or is none at all."""
    try:
        text = _HALF_SURROGATE.sub(r"\1?", well_formed(answer))
        _check_depth(text)
        result = json.loads(text)
        if "fault" in result:
            raise fault_from_json(result["fault"])
        return result["value"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise broken_realm() from error
    except RecursionError as error:
        raise EngineFault(None, "What the script returned is nested too deeply.", shape=True) from error


def _check_depth(text: str) -> None:
    """Newer Pythons parse any depth, and then fail to write it again."""
    depth = 0
    for bracket in _BRACKETS.findall(_JSON_TEXTS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise RecursionError


def well_formed(text: str) -> str:
    """The text with a question mark in place of halves of surrogate pairs, which no file and no engine takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
