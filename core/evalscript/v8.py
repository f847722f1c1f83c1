"""V8 through ``mini-racer``."""

from __future__ import annotations

import re
from typing import Any, Optional, Sequence, Tuple

import numpy as np
import py_mini_racer as racer

from sentinel_workbench.core.errors import ScriptLimitExceeded
from sentinel_workbench.core.evalscript.realm import SCRIPT_FILE, EngineFault, call_source, runtime_source, unpack

_HEADLINE = re.compile(r"^[^\n]*?:(\d+): (?:(\w*Error): )?(.*)$", re.MULTILINE)


class V8Engine:
    """An ``Engine``; buffers are shared memory between numpy and JavaScript."""

    name = "v8"

    def __init__(self, time_limit_s: Optional[float] = None, memory_limit_bytes: Optional[int] = None) -> None:
        self._time_limit_s = time_limit_s
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
        memory = np.frombuffer(self._run(f"__workbench.buffers['{key}']"), np.uint8)
        start = 0
        for part in parts:
            target = memory[start:start + part.nbytes].view(part.dtype)
            np.copyto(target.reshape(part.shape), part)
            start += part.nbytes

    def read(self, key: str, shape: Tuple[int, ...]) -> np.ndarray:
        if 0 in shape:
            return np.zeros(shape)
        return np.frombuffer(self._run(f"__workbench.buffers['{key}']"), np.float64).reshape(shape)

    def close(self) -> None:
        self._racer.close()

    def _run(self, source: str) -> Any:
        try:
            return self._racer.eval(source, timeout_sec=self._time_limit_s)
        except racer.JSTimeoutException as error:
            raise ScriptLimitExceeded(
                f"The evalscript ran longer than {self._time_limit_s:g} s.", advice="Look for an endless loop."
            ) from error
        except racer.JSOOMException as error:
            raise ScriptLimitExceeded(
                "The evalscript used more memory than allowed.", advice="Keep less in global variables."
            ) from error
        except racer.JSEvalException as error:
            raise _fault(str(error)) from error


def _fault(text: str) -> EngineFault:
    found = _HEADLINE.match(text)
    if not found:
        return EngineFault(None, text.strip())
    return EngineFault(found.group(2), found.group(3), text, int(found.group(1)))
