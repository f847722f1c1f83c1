"""Gives a script the output ``dataMask`` that the Statistical API asks for."""

from __future__ import annotations

from pathlib import Path

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.instrumentation import closing, enclose
from sentinel_workbench.core.evalscript.lexer import tokenize
from sentinel_workbench.core.evalscript.reading import bracket_problems, read_script
from sentinel_workbench.core.model.collection import DATA_MASK

_APPENDED = Path(__file__).resolve().parent / "masking.js"
_ADVICE = "Add an output with the id 'dataMask' to the script."


def with_data_mask(script: str) -> str:
    """``script`` with an output ``dataMask`` that is 1 where its input has data; one that has it stays as it is.

    Raises:
        InvalidInput: it has none, and is no ``//VERSION=3`` script of SIMPLE mosaicking with one input.
    """
    outline = read_script(script)
    if any(output.id == DATA_MASK for output in outline.outputs):
        return script
    problems = bracket_problems(tokenize(script))
    if problems:
        message = f"The script does not parse, line {problems[0].line}: {problems[0].message}"
        raise InvalidInput("evalscript", message, "Correct it.")
    plain = outline.version == 3 and {"setup", "evaluatePixel"} <= outline.defines
    if not plain or outline.mosaicking != "SIMPLE" or len(outline.inputs) > 1:
        raise InvalidInput("evalscript", "Statistics need the output dataMask, which the script has not.", _ADVICE)
    return enclose(script, closing() + _APPENDED.read_text(encoding="utf-8"))
