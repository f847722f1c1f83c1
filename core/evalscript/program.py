"""An evalscript ready to run over arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from sentinel_workbench.core.errors import ScriptRuntimeError
from sentinel_workbench.core.evalscript import faults
from sentinel_workbench.core.evalscript.conversion import convert_samples
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.lexer import tokenize
from sentinel_workbench.core.evalscript.reading import ENTRY_POINTS, ScriptOutline, bracket_problems, read_script
from sentinel_workbench.core.evalscript.realm import Engine, EngineFault
from sentinel_workbench.core.evalscript.script_setup import (
    DATA_MASK,
    SIMPLE,
    CollectionBands,
    ScriptInput,
    ScriptOutput,
    ScriptSetup,
    read_setup,
)

__all__ = ["CollectionBands", "Program", "ScriptInput", "ScriptOutput", "ScriptSetup"]

Instant = Union[str, dt.datetime, None]
SceneRecord = Mapping[str, Any]
_PROBE_VALUES = (0.0, 0.1, 0.5, 1.0)
_DTYPES = {"u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"}


def _iso(instant: Instant) -> Optional[str]:
    return instant.isoformat() if isinstance(instant, dt.datetime) else instant


def _entry_cases() -> str:
    # Looked up by name inside the script's scope: `let` and `const` are no properties of any object.
    return "".join(f'case "{name}":return typeof {name}==="undefined"?undefined:{name};' for name in ENTRY_POINTS)


def _per_input(value: Any, count: int) -> List[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


class Program:
    """A script, its ``setup()`` and one global JavaScript state for a whole image.

    The order of calls: make it, ``pre_process``, ``update_output``, ``begin``, ``evaluate`` for each strip of rows,
    ``user_data``. It belongs to the thread that made it.

    Args:
        script: the evalscript's text.
        collections: one entry for each of ``input.data``.
        engine: a fresh realm; None makes one of the fastest engine there is.
        default_sample_type: of outputs that name none; FLOAT32 in the Statistical API.

    Raises:
        ScriptSyntaxError: the script does not parse.
        ScriptRuntimeError: its top level or ``setup()`` threw, or asks for what the collections do not have.
    """

    def __init__(
        self,
        script: str,
        collections: Sequence[CollectionBands],
        engine: Optional[Engine] = None,
        default_sample_type: str = "AUTO",
    ) -> None:
        self._script = script
        self._collections = tuple(collections)
        self._outline: ScriptOutline = read_script(script)
        self._engine = engine or create_engine()
        self._head = ""
        self._returned = 0
        self._longer: Dict[str, int] = {}
        self._bands = self._simple_bands() if self._outline.is_simple else ()
        self._install()
        self._setup = self._simple_setup() if self._outline.is_simple else read_setup(
            self._call("setup"), self._collections, default_sample_type
        )

    @property
    def setup(self) -> ScriptSetup:
        """Inputs and outputs; outputs change with ``update_output``."""
        return self._setup

    @property
    def warnings(self) -> Tuple[str, ...]:
        """What went right only because it was tolerated."""
        return tuple(
            f"Output '{name}' was given {count} values; those beyond its bands were dropped."
            for name, count in self._longer.items()
        )

    def close(self) -> None:
        """Free the realm."""
        self._engine.close()

    # ---- starting ----------------------------------------------------------------------------------------------

    def _install(self) -> None:
        # The built-ins are parameters of an outer function, the script an inner one: it may declare any of their
        # names itself. The head stands on the script's first line, so line numbers are its own.
        names = ",".join(self._builtin_names())
        if self._outline.is_simple:
            self._head = f"(function({names}){{return function({','.join(self._bands)}){{return (function(){{"
            tail = "\n})();};})"
        else:
            self._head = f"(function({names}){{return (function(){{"
            tail = f"\n;return function(name){{switch(name){{{_entry_cases()}}}}};}})();}})"
        self._check_syntax()
        simple = "true" if self._outline.is_simple else "false"
        self._head = "__workbench.install(" + self._head
        try:
            self._engine.load(f"{self._head}{self._script}{tail}, {simple});")
        except EngineFault as fault:
            raise self._syntax_error(fault) from fault
        self._call("start")

    def _builtin_names(self) -> List[str]:
        return self._engine.call("builtinNames")

    def _check_syntax(self) -> None:
        try:
            self._engine.call("parse", self._script)
        except EngineFault as fault:
            located = self._located(fault)
            raise self._syntax_error(located) from fault

    def _located(self, fault: EngineFault) -> EngineFault:
        """The same fault with its line, which only loading as a program tells."""
        try:
            # Thrown before anything runs, should the script close the function.
            self._engine.load(f"throw 0;(function(){{{self._script}\n}})")
        except EngineFault as again:
            return again if again.name == "SyntaxError" else fault
        return fault

    def _syntax_error(self, fault: EngineFault) -> Exception:
        line, last = fault.line, self._script.count("\n") + 1
        problems = bracket_problems(tokenize(self._script))
        if problems and (line is None or problems[0].line < line):
            # The engine stumbles where the wrapping function ends, not over the bracket that closed it.
            line = problems[0].line
        return faults.syntax_error(fault, self._script, min(line, last) if line else None)

    def _call(self, command: str, argument: Any = None) -> Any:
        try:
            return self._engine.call(command, argument)
        except EngineFault as fault:
            raise faults.runtime_error(fault, self._script, len(self._head)) from fault

    # ---- simple scripts ----------------------------------------------------------------------------------------

    def _simple_bands(self) -> Tuple[str, ...]:
        if not self._collections:
            return ()
        return self._outline.bands_among((*self._collections[0].default_units, DATA_MASK))

    def _simple_setup(self) -> ScriptSetup:
        entry = {"bands": list(dict.fromkeys(self._bands))}
        value = {"input": [entry], "output": {"bands": 1}}
        setup = read_setup(value, self._collections)
        count = self._call("probe", {"bands": list(self._bands), "values": list(_PROBE_VALUES)})
        return replace(setup, outputs=(ScriptOutput(bands=max(count, 1)),))

    # ---- hooks -------------------------------------------------------------------------------------------------

    def _scene_inputs(self, scenes: Sequence[Sequence[SceneRecord]]) -> List[Dict[str, Any]]:
        if len(scenes) != len(self._setup.inputs):
            raise ValueError(f"{len(scenes)} lists of scenes for {len(self._setup.inputs)} inputs")
        inputs = []
        for declared, records in zip(self._setup.inputs, scenes):
            hidden = () if declared.want_bounds else ("dataGeometry", "dataEnvelope")
            cleaned = [
                {key: value for key, value in record.items() if value is not None and key not in hidden}
                for record in records
            ]
            identifier = self._collections[declared.datasource_index].datasource
            inputs.append({"id": identifier, "mosaicking": declared.mosaicking, "scenes": cleaned})
        return inputs

    def pre_process(
        self, scenes: Sequence[Sequence[SceneRecord]], time_from: Any = None, time_to: Any = None
    ) -> List[List[int]]:
        """Positions of the scenes the script's ``preProcessScenes`` keeps, per input, in the order it returned.

        Args:
            scenes: per input, in mosaicking order.
            time_from: of the request, ISO text or datetime; or a list of these, one an input.
            time_to: likewise.
        """
        everything = [list(range(len(records))) for records in scenes]
        inputs = self._scene_inputs(scenes)
        if self._outline.is_simple or all(entry["mosaicking"] == SIMPLE for entry in inputs):
            return everything
        starts, ends = _per_input(time_from, len(inputs)), _per_input(time_to, len(inputs))
        for entry, start, end in zip(inputs, starts, ends):
            entry["from"], entry["to"] = _iso(start), _iso(end)
        answer = self._call("preProcess", {"inputs": inputs})
        if answer is None:
            return everything
        return [
            whole if kept is None else [int(index) for index in kept if index is not None and 0 <= index < len(whole)]
            for whole, kept in zip(everything, answer)
        ]

    def update_output(self, scenes: Sequence[Sequence[SceneRecord]]) -> None:
        """Let the script's ``updateOutput`` change the number of bands, given the scenes that were kept."""
        if self._outline.is_simple:
            return
        current = [{"id": output.id, "bands": output.bands} for output in self._setup.outputs]
        counts = self._call("updateOutput", {"outputs": current, "inputs": self._scene_inputs(scenes)})
        if counts is None:
            return
        changed = []
        for output, count in zip(self._setup.outputs, counts):
            if isinstance(count, bool) or not isinstance(count, (int, float)) or count < 0 or count != int(count):
                raise ScriptRuntimeError(f"updateOutput() set the bands of output '{output.id}' to {count}.")
            changed.append(replace(output, bands=int(count)))
        self._setup = replace(self._setup, outputs=tuple(changed))

    # ---- pixels ------------------------------------------------------------------------------------------------

    def begin(
        self, scenes: Sequence[Sequence[SceneRecord]], input_metadata: Optional[Mapping[str, Any]] = None
    ) -> None:
        """Tell the script the scenes, per input and in the order of the samples to come."""
        inputs = self._scene_inputs(scenes)
        self._returned = 0
        self._call("begin", {"inputs": inputs, "inputMetadata": dict(input_metadata or {})})

    def evaluate(
        self, samples: Sequence[Sequence[Mapping[str, np.ndarray]]], rows: int, cols: int
    ) -> Dict[str, np.ndarray]:
        """Run the script for every pixel of a strip.

        Args:
            samples: per input a list with one mapping of band to (rows, cols) array for each scene; exactly one for
                SIMPLE mosaicking (none at all when fusion has no scene). Numbers in the units asked for.
            rows: of the strip.
            cols: of the strip.

        Returns:
            Output id to an array (bands, rows, cols) of the output's sample type.
        """
        pixels = rows * cols
        plan = self._plan(samples, (rows, cols))
        answer = self._call("evaluate", {"plan": plan, "pixels": pixels})
        self._returned, self._longer = answer["returned"], answer["longer"]
        converted = {}
        for position, output in enumerate(self._setup.outputs):
            values = self._engine.read(f"o{position}", (output.bands, rows, cols))
            converted[output.id] = convert_samples(values, output.sample_type)
        return converted

    def _plan(
        self, samples: Sequence[Sequence[Mapping[str, np.ndarray]]], shape: Tuple[int, int]
    ) -> Dict[str, Any]:
        """Hand the samples to the engine and describe them for the loop."""
        if len(samples) != len(self._setup.inputs):
            raise ValueError(f"samples of {len(samples)} inputs for {len(self._setup.inputs)}")
        inputs = []
        for j, (declared, scenes) in enumerate(zip(self._setup.inputs, samples)):
            types = []
            for b, band in enumerate(declared.bands):
                parts = [np.ascontiguousarray(scene[band]) for scene in scenes]
                types.append(self._write(f"i{j}b{b}", parts, shape))
            inputs.append({
                "id": self._collections[declared.datasource_index].datasource,
                "bands": list(declared.bands),
                "types": types,
                "scenes": len(scenes),
                "list": declared.mosaicking != SIMPLE,
            })
        outputs = [{"id": output.id, "bands": output.bands} for output in self._setup.outputs]
        return {"simple": self._outline.is_simple, "inputs": inputs, "outputs": outputs}

    def _write(self, key: str, parts: List[np.ndarray], shape: Tuple[int, int]) -> str:
        for part in parts:
            if part.shape != shape:
                raise ValueError(f"a sample of shape {part.shape} in a strip of {shape}")
        dtype = np.result_type(*parts) if parts else np.dtype(np.float64)
        code = dtype.str[1:] if dtype.str[1:] in _DTYPES and dtype.isnative else "f8"
        self._engine.write(key, [part.astype(code, copy=False) for part in parts])
        return code

    def require_values(self) -> None:
        """Refuse a script that returned nothing for every pixel so far; call it before encoding an image.

        Raises:
            ScriptRuntimeError: no pixel ever had a value.
        """
        if self._returned == 0:
            raise ScriptRuntimeError("Script must return an array.")

    def user_data(self) -> Any:
        """What the script leaves as ``userData`` after all strips, a JSON value or None. To be called once."""
        return self._call("finish")
