"""A script inside a realm of its own: calls go in, faults come out as the service's messages."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.evalscript import faults
from sentinel_workbench.core.evalscript.lexer import tokenize
from sentinel_workbench.core.evalscript.reading import ENTRY_POINTS, bracket_problems
from sentinel_workbench.core.evalscript.realm import Engine, EngineFault, well_formed
from sentinel_workbench.core.evalscript.shortcuts import Shortened, may_declare, shorten, shorten_simple
from sentinel_workbench.core.evalscript.syntax import syntax_fault

_LOOKED_UP = (*ENTRY_POINTS, "filterScenes")


def _entry_cases() -> str:
    # Looked up by name inside the script's scope: `let` and `const` are no properties of any object.
    return "".join(f'case "{name}":return typeof {name}==="undefined"?undefined:{name};' for name in _LOOKED_UP)


class LoadedScript:
    """A script that was parsed and whose top level ran.

    Args:
        script: its text.
        parameters: the bands of a script without ``setup()``, which has them as variables; None for other scripts.
        engine: a fresh realm. It belongs to this object, and is freed when the script does not load.

    Raises:
        ScriptSyntaxError: the script does not parse.
        ScriptRuntimeError: its top level threw.
    """

    def __init__(self, script: str, parameters: Optional[Sequence[str]], engine: Engine) -> None:
        self._script = well_formed(script)
        self._engine = engine
        self._head = ""
        self._shortened = Shortened(self._script)
        if engine.allocates_slowly:
            self._shortened = shorten(self._script) if parameters is None else shorten_simple(self._script)
        with ExitStack() as undoing:
            undoing.callback(engine.close)
            self._install(parameters)
            self.call("start", [length for _, length in self._shortened.lists])
            undoing.pop_all()

    def call(self, command: str, argument: Any = None) -> Any:
        """Run a command of runner.js.

        Raises:
            ScriptRuntimeError: the script threw, or is of the wrong shape.
            ScriptLimitExceeded: the budget is used up.
        """
        try:
            return self._engine.call(command, argument)
        except EngineFault as fault:
            raise faults.runtime_error(fault, self._script, len(self._head)) from fault

    @property
    def members(self) -> Optional[Tuple[str, ...]]:
        """What ``evaluatePixel`` takes in place of the samples; None where it takes the samples."""
        return self._shortened.members

    def write(self, key: str, parts: Sequence[np.ndarray]) -> None:
        """``Engine.write``."""
        self._engine.write(key, parts)

    def read(self, key: str, shape: Tuple[int, ...]) -> np.ndarray:
        """``Engine.read``."""
        try:
            return self._engine.read(key, shape)
        except EngineFault as fault:
            raise faults.runtime_error(fault, self._script, len(self._head)) from fault

    def close(self) -> None:
        """Free the realm."""
        self._engine.close()

    def _install(self, parameters: Optional[Sequence[str]]) -> None:
        # The built-ins are parameters of an outer function, the script an inner one: it may declare any of their
        # names itself. The head stands on the script's first line, so line numbers are its own.
        self._check_syntax()
        names = ",".join([*self._builtin_names(), *(name for name, _ in self._shortened.lists)])
        head = f"__workbench.install((function({names}){{return "
        if parameters is None:
            self._head = f"{head}(function(){{"
            tail = f"\n;return function(name){{switch(name){{{_entry_cases()}}}}};}})();}}), false);"
        elif self._engine.allocates_slowly and not may_declare(self._script, parameters):
            self._head = f"{head}function({','.join(parameters)}){{"
            tail = "\n};}), true);"
        else:
            self._head = f"{head}function({','.join(parameters)}){{return (function(){{"
            tail = "\n})();};}), true);"
        try:
            self._engine.load(f"{self._head}{self._shortened.script}{tail}")
        except EngineFault as fault:
            raise self._syntax_error(fault) from fault

    def _builtin_names(self) -> List[str]:
        return self._engine.call("builtinNames")

    def _check_syntax(self) -> None:
        fault = syntax_fault(self._engine, self._script)
        if fault is not None:
            raise self._syntax_error(fault) from fault

    def _syntax_error(self, fault: EngineFault) -> Exception:
        line, last = fault.line, len(faults.source_lines(self._script))
        problems = bracket_problems(tokenize(self._script))
        if problems and (line is None or problems[0].line < line):
            # The engine stumbles where the wrapping function ends, not over the bracket that closed it.
            line = problems[0].line
        if problems and (fault.line or 0) > last and "oken" in fault.message:
            # The next token is of the wrapping function, which the script's author never saw.
            fault = EngineFault(fault.name, "Unexpected end of input")
        return faults.syntax_error(fault, self._script, min(line, last) if line else None)
