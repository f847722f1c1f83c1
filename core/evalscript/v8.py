"""V8 through ``mini-racer``."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any, Optional, Sequence, Tuple

import numpy as np
import py_mini_racer as racer

from sentinel_workbench.core.errors import ScriptLimitExceeded, ScriptOverTime
from sentinel_workbench.core.evalscript.realm import (
    SCRIPT_FILE,
    EngineFault,
    broken_realm,
    call_source,
    runtime_source,
    unpack,
)

_HEADLINE = re.compile(r"^[^\n]*?:(\d+): (?:(\w*Error): )?(.*)$", re.MULTILINE)


class V8Engine:
    """An ``Engine``; buffers are shared memory between numpy and JavaScript.

    Args:
        time_limit_s: for all calls together, counted from now; None for none.
        memory_limit_bytes: of the JavaScript heap, which buffers are not part of; None for V8's own.
    """

    name = "v8"
    allocates_slowly = False

    def __init__(self, time_limit_s: Optional[float] = None, memory_limit_bytes: Optional[int] = None) -> None:
        self._time_limit_s = time_limit_s
        self._deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
        self._racer = racer.MiniRacer()
        if memory_limit_bytes:
            self._racer.set_hard_memory_limit(memory_limit_bytes)
        self._run(runtime_source())

    def load(self, source: str) -> None:
        self._run(f"{source}\n;null\n//# sourceURL={SCRIPT_FILE}")

    def call(self, command: str, argument: Any = None) -> Any:
        return unpack(self._run(call_source(command, argument)))

    def write(self, key: str, parts: Sequence[np.ndarray]) -> None:
        size = sum(part.nbytes for part in parts)
        self._run(f"__workbench.reserve('{key}', {size}); null")
        if size == 0:
            return
        memory = self._memory(key, np.dtype(np.uint8))
        start = 0
        for part in parts:
            target = memory[start:start + part.nbytes].view(part.dtype)
            np.copyto(target.reshape(part.shape), part)
            start += part.nbytes

    def read(self, key: str, shape: Tuple[int, ...]) -> np.ndarray:
        if 0 in shape:
            return np.zeros(shape)
        return self._memory(key, np.dtype(np.float64)).reshape(shape)

    def close(self) -> None:
        self._racer.close()

    def _memory(self, key: str, dtype: np.dtype) -> np.ndarray:
        try:
            return np.frombuffer(self._run(f"__workbench.buffer('{key}')"), dtype)
        except (TypeError, ValueError) as error:
            raise broken_realm() from error

    def _run(self, source: str) -> Any:
        left = None if self._deadline is None else max(self._deadline - time.monotonic(), 0.001)
        try:
            return self._racer.eval(source, timeout_sec=left)
        except racer.JSTimeoutException as error:
            self._let_cancelled_task_end()
            raise ScriptOverTime(
                f"Failed to evaluate script!\nThe render took longer than the allowed {self._time_limit_s:g} s and was"
                " stopped. Look for an endless loop in the evalscript, or ask for a smaller image."
            ) from error
        except racer.JSOOMException as error:
            raise ScriptLimitExceeded(
                "Failed to evaluate script!\nThe evalscript used more memory than allowed and was stopped. Look for a"
                " growing array in it."
            ) from error
        except racer.JSEvalException as error:
            raise _fault(str(error)) from error

    def _let_cancelled_task_end(self) -> None:
        # V8 reports the cancelled task to a loop that must still be there: what is run next comes after it.
        with suppress(racer.JSEvalException, racer.JSTimeoutException):
            self._racer.eval("null", timeout_sec=1.0)


def _fault(text: str) -> EngineFault:
    found = _HEADLINE.match(text)
    if not found:
        return EngineFault(None, text.strip())
    return EngineFault(found.group(2), found.group(3), text, int(found.group(1)))
