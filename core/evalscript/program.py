"""An evalscript ready to run over arrays."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from sentinel_workbench.core.errors import ScriptRuntimeError
from sentinel_workbench.core.evalscript.conversion import convert_samples
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.loading import LoadedScript
from sentinel_workbench.core.evalscript.reading import ScriptOutline, read_script
from sentinel_workbench.core.evalscript.realm import Engine, reading_answer
from sentinel_workbench.core.evalscript.script_setup import (
    DATA_MASK,
    MAX_BANDS,
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
_PROBE_VALUES = (*range(12), 0.1, 0.5, 100, 255, 10000, -1)
"""Reflectances, classes, digital numbers: a script without ``setup()`` shows by these how many values it returns."""
_DTYPES = {"u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"}


def _iso(instant: Instant) -> Optional[str]:
    return instant.isoformat() if isinstance(instant, dt.datetime) else instant


def _per_input(value: Any, count: int) -> List[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


def _with_bands(output: ScriptOutput, count: Any) -> ScriptOutput:
    if isinstance(count, bool) or not isinstance(count, (int, float)) or not 0 <= count <= MAX_BANDS or count % 1:
        raise ScriptRuntimeError(f"updateOutput() set the bands of output '{output.id}' to {count}.")
    return replace(output, bands=int(count))


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
        self._collections = tuple(collections)
        self._outline: ScriptOutline = read_script(script)
        self._bands = self._simple_bands() if self._outline.is_simple else ()
        self._loaded = LoadedScript(script, self._bands if self._outline.is_simple else None, engine or create_engine())
        self._given: Tuple[bool, ...] = ()
        self._longer: Dict[str, int] = {}
        self._is_old = False
        with ExitStack() as undoing:
            undoing.callback(self.close)
            self._setup = self._simple_setup() if self._outline.is_simple else self._declared_setup(default_sample_type)
            undoing.pop_all()

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
        self._loaded.close()

    def _declared_setup(self, default_sample_type: str) -> ScriptSetup:
        answer = self._loaded.call("setup")
        with reading_answer():
            self._is_old, declared = bool(answer["legacy"]), answer["declared"]
        return read_setup(declared, self._collections, default_sample_type)

    # ---- simple scripts ----------------------------------------------------------------------------------------

    def _simple_bands(self) -> Tuple[str, ...]:
        if not self._collections:
            return ()
        return self._outline.bands_among((*self._collections[0].default_units, DATA_MASK))

    def _simple_setup(self) -> ScriptSetup:
        entry = {"bands": list(dict.fromkeys(self._bands))}
        value = {"input": [entry], "output": {"bands": 1}}
        setup = read_setup(value, self._collections)
        longest = self._loaded.call("probe", {"bands": list(self._bands), "values": list(_PROBE_VALUES)})
        count = longest or self._outline.returned_values
        if not isinstance(count, int) or count < 1:
            raise ScriptRuntimeError("Script must return an array.")
        return replace(setup, outputs=(ScriptOutput(bands=count),))

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
        untouched = all(entry["mosaicking"] == SIMPLE for entry in inputs) and not self._is_old
        if self._outline.is_simple or untouched:
            return everything
        starts, ends = _per_input(time_from, len(inputs)), _per_input(time_to, len(inputs))
        for entry, start, end in zip(inputs, starts, ends):
            entry["from"], entry["to"] = _iso(start), _iso(end)
        answer = self._loaded.call("preProcess", {"inputs": inputs})
        if answer is None:
            return everything
        with reading_answer():
            return [
                whole if kept is None else [int(at) for at in kept if at is not None and 0 <= at < len(whole)]
                for whole, kept in zip(everything, answer)
            ]

    def update_output(self, scenes: Sequence[Sequence[SceneRecord]]) -> None:
        """Let the script's ``updateOutput`` change the number of bands, given the scenes that were kept."""
        if self._outline.is_simple:
            return
        current = [{"id": output.id, "bands": output.bands} for output in self._setup.outputs]
        counts = self._loaded.call("updateOutput", {"outputs": current, "inputs": self._scene_inputs(scenes)})
        if counts is None:
            return
        with reading_answer():
            outputs = tuple(_with_bands(output, count) for output, count in zip(self._setup.outputs, counts))
        self._setup = replace(self._setup, outputs=outputs)

    # ---- pixels ------------------------------------------------------------------------------------------------

    def begin(
        self, scenes: Sequence[Sequence[SceneRecord]], input_metadata: Optional[Mapping[str, Any]] = None
    ) -> None:
        """Tell the script the scenes, per input and in the order of the samples to come."""
        inputs = self._scene_inputs(scenes)
        self._given = ()
        self._loaded.call("begin", {"inputs": inputs, "inputMetadata": dict(input_metadata or {})})

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
        answer = self._loaded.call("evaluate", {"plan": plan, "pixels": pixels})
        with reading_answer():
            self._given, self._longer = tuple(answer["given"]), dict(answer["longer"])
        converted = {}
        for position, output in enumerate(self._setup.outputs):
            values = self._loaded.read(f"o{position}", (output.bands, rows, cols))
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
        plan = {"simple": self._outline.is_simple, "inputs": inputs, "outputs": outputs}
        return plan if self._loaded.members is None else {**plan, "members": list(self._loaded.members)}

    def _write(self, key: str, parts: List[np.ndarray], shape: Tuple[int, int]) -> str:
        for part in parts:
            if part.shape != shape:
                raise ValueError(f"a sample of shape {part.shape} in a strip of {shape}")
        dtype = np.result_type(*parts) if parts else np.dtype(np.float64)
        code = dtype.str[1:] if dtype.str[1:] in _DTYPES and dtype.isnative else "f8"
        self._loaded.write(key, [part.astype(code, copy=False) for part in parts])
        return code

    def require_values(self, wanted: Sequence[str] = ()) -> None:
        """Refuse a script that returned nothing for every pixel so far; call it before encoding images.

        Args:
            wanted: ids of the outputs to be encoded.

        Raises:
            ScriptRuntimeError: no pixel ever had a value, or none had one for a wanted output.
        """
        if not any(self._given):
            raise ScriptRuntimeError("Script must return an array.")
        for output, given in zip(self._setup.outputs, self._given):
            if output.id in wanted and not given:
                raise ScriptRuntimeError(f"Script must return an array for the output '{output.id}'.")

    def user_data(self, wanted: bool = True) -> Any:
        """What the script leaves as ``userData`` after all strips, a JSON value or None. To be called once.

        Args:
            wanted: False runs ``updateOutputMetadata`` all the same, as the service does, and gives None.
        """
        return self._loaded.call("finish", {"wanted": wanted})
