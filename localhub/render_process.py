"""What runs inside a render process: requests in, answers or errors out, until the pipe closes."""

from __future__ import annotations

import faulthandler
import importlib
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Callable, Tuple, Union

from sentinel_workbench.core.errors import ScriptError, StorageError, WorkbenchError
from sentinel_workbench.localhub.records import HubError, RenderedAnswer, RenderRequest

READY = "ready"
LAST_RESORT_EXTRA_S = 5
Render = Callable[[RenderRequest, Path, Path], RenderedAnswer]
Outcome = Union[RenderedAnswer, HubError]


def load_render(name: str) -> Render:
    """The function called ``package.module:function``."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def serve_renders(pipe: Connection, render_name: str, data: Path, work_dir: Path, timeout_s: float) -> None:
    """Answer requests from ``pipe`` one after the other. Any unforeseen exception ends the process, on purpose.

    The parent kills a process that is over its budget. Should the parent be gone, the C-level timer does it, even
    while a script holds the interpreter's lock.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    render = load_render(render_name)
    pipe.send(READY)
    while True:
        try:
            request = pipe.recv()
        except (EOFError, OSError):
            return
        faulthandler.dump_traceback_later(timeout_s + LAST_RESORT_EXTRA_S, exit=True)
        outcome = render_once(render, request, data, work_dir)
        faulthandler.cancel_dump_traceback_later()
        pipe.send(outcome)


def render_once(render: Render, request: RenderRequest, data: Path, work_dir: Path) -> Outcome:
    """One render; the errors made on purpose come back as values."""
    try:
        return render(request, data, work_dir)
    except HubError as error:
        return error
    except WorkbenchError as error:
        status, code = _status_of(error)
        return HubError(status, code, error.message)
    except MemoryError:
        return HubError(400, "RENDERER_EXCEPTION", "The request needs more memory than a render may use.")


def _status_of(error: WorkbenchError) -> Tuple[int, str]:
    if isinstance(error, ScriptError):
        return 400, "RENDERER_EXCEPTION"
    if isinstance(error, StorageError):
        return 500, "RENDERER_EXCEPTION"
    return 400, "COMMON_BAD_PAYLOAD"


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
