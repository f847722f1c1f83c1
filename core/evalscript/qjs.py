"""Qt's QJSEngine, which QGIS brings along."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.evalscript.realm import (
    SCRIPT_FILE,
    EngineFault,
    broken_realm,
    call_source,
    runtime_source,
    unpack,
)

_keep_alive: List[Any] = []


def _ensure_application(core: Any) -> None:
    # QJSEngine aborts the process when there is no application object.
    if core.QCoreApplication.instance() is None:
        _keep_alive.append(core.QCoreApplication(sys.argv[:1] or ["evalscript"]))


def _buffer_exchange(core: Any) -> Any:
    """An object whose slots JavaScript calls: a QByteArray arrives there as an ArrayBuffer, and back."""

    class BufferExchange(core.QObject):
        def __init__(self) -> None:
            super().__init__()
            self.buffers: Dict[str, Any] = {}

        @core.pyqtSlot(str, result=core.QByteArray)
        def pull(self, key: str) -> Any:
            return self.buffers.pop(key, core.QByteArray())

        @core.pyqtSlot(str, core.QByteArray)
        def push(self, key: str, content: Any) -> None:
            self.buffers[key] = content

    return BufferExchange()


class QtEngine:
    """An ``Engine``; buffers are copied. It can't be interrupted: run foreign scripts in a process of their own."""

    name = "qjs"
    allocates_slowly = True

    def __init__(self, binding: str) -> None:
        self._core = importlib.import_module(f"{binding}.QtCore")
        _ensure_application(self._core)
        self._engine = importlib.import_module(f"{binding}.QtQml").QJSEngine()
        self._exchange = _buffer_exchange(self._core)
        self._run(runtime_source(), "runtime.js")
        name = "__exchange"
        self._engine.globalObject().setProperty(name, self._engine.newQObject(self._exchange))
        self._run(f"__workbench.connect({name}); delete this.{name}; null", "runtime.js")

    def load(self, source: str) -> None:
        self._run(source, SCRIPT_FILE)

    def call(self, command: str, argument: Any = None) -> Any:
        return unpack(self._run(call_source(command, argument), "call.js").toString())

    def write(self, key: str, parts: Sequence[np.ndarray]) -> None:
        content = b"".join(part.tobytes() for part in parts)
        self._exchange.buffers[key] = self._core.QByteArray(content)
        self._run(f"__workbench.pull('{key}'); null", "write.js")

    def read(self, key: str, shape: Tuple[int, ...]) -> np.ndarray:
        if 0 in shape:
            return np.zeros(shape)
        self._run(f"__workbench.push('{key}'); null", "read.js")
        try:
            return np.frombuffer(self._exchange.buffers.pop(key).data(), np.float64).reshape(shape)
        except (KeyError, ValueError) as error:
            raise broken_realm() from error

    def close(self) -> None:
        self._exchange.buffers.clear()
        self._engine.collectGarbage()

    def _run(self, source: str, file_name: str) -> Any:
        value = self._engine.evaluate(source, file_name, 1)
        if not value.isError():
            return value
        raise EngineFault(
            value.property("name").toString(),
            value.property("message").toString(),
            value.property("stack").toString()[:4000],
            value.property("lineNumber").toInt() or None,
        )
