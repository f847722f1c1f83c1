"""What is wrong with a script for the collections and the format it is meant for, found while it is written."""

from __future__ import annotations

import re
from typing import Callable, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import ScriptProblem, check_script
from sentinel_workbench.core.evalscript.syntax import find_syntax_error
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import TIFF, DataSource, ImageOrder, Response
from sentinel_workbench.core.services.checks import (
    CUT_NUMBERS,
    USERDATA,
    check_bands,
    check_responses,
    cuts_digital_numbers,
    outline_of,
)
from sentinel_workbench.core.services.order_making import name_sources
from sentinel_workbench.core.services.script_doubts import look_closer

_ANYWHERE = PixelGrid(BBox(0, 0, 1, 1), 1, 1)
_QUOTED = re.compile(r"'([^']+)'")


def find_problems(script: str, sources: Sequence[DataSource], mime: str = TIFF) -> Tuple[ScriptProblem, ...]:
    """Mistakes in ``script``, each with its line: syntax first, then bands and outputs. Quick; runs nothing.

    Args:
        script: as typed; an empty one has no problems yet.
        sources: what it will read, in order.
        mime: format of its outputs.
    """
    if not script.strip():
        return ()
    if script.lstrip()[:1] == "<":
        return (ScriptProblem(1, "This is a web page, not a script."),)
    mistakes = tuple(check_script(script))
    wrong = None if mistakes else find_syntax_error(script)
    if mistakes or wrong:
        return (wrong,) if wrong else mistakes
    outputs = [output.id for output in outline_of(script).outputs if output.id != USERDATA]
    responses = tuple(Response(name, mime) for name in dict.fromkeys(outputs)) or (Response(mime=mime),)
    try:
        order = ImageOrder(_ANYWHERE, name_sources(sources, script), script, responses)
    except InvalidInput as problem:
        return (ScriptProblem(_line_of(script, "setup"), str(problem)),)
    found = [*_caught(check_bands, order), *_caught(check_responses, order), *look_closer(script, sources)]
    if cuts_digital_numbers(script):
        found.append(ScriptProblem(_line_of(script, "UINT8"), CUT_NUMBERS))
    return tuple(found)


def _caught(check: Callable[[ImageOrder], None], order: ImageOrder) -> Tuple[ScriptProblem, ...]:
    try:
        check(order)
    except InvalidInput as problem:
        named = _QUOTED.search(problem.message)
        line = _line_of(order.evalscript, named.group(1) if named else "setup")
        return (ScriptProblem(line, str(problem)),)
    return ()


def _line_of(script: str, word: str) -> int:
    """1-based line where ``word`` stands in quotes or else at all; that of the outputs when it does not."""
    for pattern in (rf"[\"'`]{re.escape(word)}[\"'`]", re.escape(word), r"\boutput\b", "setup"):
        found = re.search(pattern, script)
        if found:
            return script.count("\n", 0, found.start()) + 1
    return 1
