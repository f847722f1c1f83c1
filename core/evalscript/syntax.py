"""What a JavaScript engine says of a script's syntax. Nothing of the script is run."""

from __future__ import annotations

import re
import threading
from typing import Optional

from sentinel_workbench.core.errors import ScriptError, ScriptLimitExceeded
from sentinel_workbench.core.evalscript.engine import available_engines, create_engine
from sentinel_workbench.core.evalscript.reading import ScriptProblem
from sentinel_workbench.core.evalscript.realm import Engine, EngineFault, well_formed

_QT = "qjs"
_NEWER = re.compile(r"\?\.|\?\?|\.\.\.|\basync\b|\bcatch\s*\{|\d_\d|\d+n\b|\bstatic\b|#\w|\(\?<|\*\*=")
"""Syntax the service's V8 knows and Qt's engine may not: what that says of such a script is not believed."""
_kept = threading.local()


def syntax_fault(engine: Engine, script: str) -> Optional[EngineFault]:
    """Why ``script`` does not parse, with its line where the engine tells it; None when it does."""
    try:
        engine.call("parse", script)
    except EngineFault as fault:
        try:
            # Only loading as a program tells the line. Thrown before anything runs, should the script close the
            # function.
            engine.load(f"throw 0;(function(){{{script}\n}})")
        except EngineFault as again:
            return again if again.name == "SyntaxError" else fault
        return fault
    return None


def find_syntax_error(text: str) -> Optional[ScriptProblem]:
    """The first syntax error of ``text``, or None; also where no engine is installed."""
    engine = _engine()
    if engine is None:
        return None
    try:
        fault = syntax_fault(engine, well_formed(text))
    except ScriptLimitExceeded:
        return None
    if fault is None or engine.name == _QT and _NEWER.search(text):
        return None
    last = text.rstrip().count("\n") + 1
    return ScriptProblem(min(fault.line or last, last), f"Syntax error: {fault.message.rstrip('.')}.")


def _engine() -> Optional[Engine]:
    """One for each thread, kept: making it takes longer than parsing."""
    if not hasattr(_kept, "engine"):
        names = available_engines()
        try:
            _kept.engine = create_engine(_QT if _QT in names else None)
        except ScriptError:
            _kept.engine = None
    return _kept.engine
