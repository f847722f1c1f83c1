"""Slips in a script that the service lets pass or only tells after a run: told in the editor, never refused."""

from __future__ import annotations

import re
from typing import Iterator, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.reading import ScriptOutline, ScriptProblem
from sentinel_workbench.core.evalscript.sample_use import arrays_returned, members_read
from sentinel_workbench.core.model.collection import DATA_MASK, Collection
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.services.checks import known_collection, outline_of

SAMPLE_TYPES = ("AUTO", "UINT8", "UINT16", "INT8", "INT16", "FLOAT32")
_LIKE_A_BAND = re.compile(r"B\d{1,2}A?")
_MOSAICKING = re.compile(r"\bmosaicking[\"']?\s*:\s*(?:Mosaicking\.|[\"'])(\w+)")
_DECLARES = r"\b(?:var|let|const|function)\b[^;\n]*\b{name}\b"


def look_closer(script: str, sources: Sequence[DataSource]) -> Tuple[ScriptProblem, ...]:
    """Bands read without asking for them, arrays of another length than the output, sample types nobody knows."""
    outline = outline_of(script)
    found = [*_unknown_types(script, outline), *_unknown_mosaicking(script), *_lengths(script, outline)]
    if len(sources) == 1:
        collection = known_collection(sources[0])
        found += _simple_bands(script, outline, collection) if outline.is_simple \
            else _unasked_bands(script, outline, collection)
    return tuple(found)


def _unknown_types(script: str, outline: ScriptOutline) -> Iterator[ScriptProblem]:
    for output in outline.outputs:
        if output.sample_type not in SAMPLE_TYPES:
            line = _line_of(script, rf"(?i){re.escape(output.sample_type)}")
            yield ScriptProblem(line, f"{output.sample_type} is no sample type: {', '.join(SAMPLE_TYPES)}.")


def _unknown_mosaicking(script: str) -> Iterator[ScriptProblem]:
    for found in _MOSAICKING.finditer(script):
        if found[1].upper() not in ("SIMPLE", "ORBIT", "TILE"):
            line = script.count("\n", 0, found.start()) + 1
            yield ScriptProblem(line, f"'{found[1]}' is no mosaicking: SIMPLE is used. There are ORBIT and TILE.")


def _lengths(script: str, outline: ScriptOutline) -> Iterator[ScriptProblem]:
    if len(outline.outputs) != 1 or outline.outputs[0].bands is None or "updateOutput" in outline.defines:
        return
    bands = outline.outputs[0].bands
    for line, length in arrays_returned(script):
        if length != bands:
            yield ScriptProblem(line, f"Values returned: {length}, bands of the output: {bands}.")


def _unasked_bands(
    script: str, outline: ScriptOutline, collection: Optional[Collection]
) -> Iterator[ScriptProblem]:
    if len(outline.inputs) != 1 or not outline.inputs[0].bands:
        return
    told = set(outline.inputs[0].bands)
    for line, name in members_read(script):
        is_band = name == DATA_MASK or name[0].isupper() or bool(collection and collection.band(name))
        if is_band and name not in told:
            told.add(name)
            yield ScriptProblem(line, f"{name} is read, but setup() does not ask for it.")


def _simple_bands(script: str, outline: ScriptOutline, collection: Optional[Collection]) -> Iterator[ScriptProblem]:
    if collection is None or {"typeof", "eval"} & outline.words:
        return
    for name in sorted(word for word in outline.words if _LIKE_A_BAND.fullmatch(word)):
        if collection.band(name) is None and not re.search(_DECLARES.format(name=name), script):
            yield ScriptProblem(_line_of(script, rf"\b{name}\b"), f"{collection.title} has no band '{name}'.")


def _line_of(script: str, pattern: str) -> int:
    found = re.search(pattern, script)
    return script.count("\n", 0, found.start()) + 1 if found else 1
