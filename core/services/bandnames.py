"""Names for the bands of an image, read from the script that makes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Optional, Tuple

from sentinel_workbench.core.evalscript.instrumentation import original_script
from sentinel_workbench.core.services.checks import outline_of

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_NUMBER = r"\d+(?:\.\d+)?"
_RETURN = re.compile(r"\breturn\s*(\[[^\[\]{}]*\]|\{[^{}]*\})")
_CONSTANTS = re.compile(r"^[\s\d.,-]*$")
_ELEMENT = re.compile(rf"^(?:{_NUMBER}\s*\*\s*)?[A-Za-z_$][\w$]*\.([A-Za-z]\w*)(?:\s*[*/]\s*{_NUMBER})*$")


@lru_cache(maxsize=256)
def band_names(script: str, identifier: str, count: int) -> Tuple[str, ...]:
    """``count`` names for the output ``identifier`` of ``script``.

    ``return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02]`` gives B04, B03, B02; where an element is more than an input
    band times a number, the names are ``identifier`` itself or ``identifier_1``, ``identifier_2``...
    """
    found = _returned_bands(original_script(script), identifier, count)
    if found:
        return found
    return (identifier,) if count == 1 else tuple(f"{identifier}_{i}" for i in range(1, count + 1))


def _returned_bands(script: str, identifier: str, count: int) -> Optional[Tuple[str, ...]]:
    """The input bands that every ``return`` of the script hands on for the output, if it is the same list each time."""
    known = {band for entry in outline_of(script).inputs for band in entry.bands}
    found = set()
    for match in _RETURN.finditer(_COMMENT.sub("", script)):
        elements = _array_of(match.group(1), identifier)
        if elements is not None and not _CONSTANTS.match(elements):
            found.add(_bands_of(elements))
    names = next(iter(found)) if len(found) == 1 else None
    return names if names and len(names) == count and set(names) <= known and len(set(names)) == count else None


def _array_of(returned: str, identifier: str) -> Optional[str]:
    """The text between the brackets that belong to ``identifier``."""
    if returned.startswith("["):
        return returned[1:-1]
    match = re.search(rf"[{{,\s'\"]{re.escape(identifier)}['\"]?\s*:\s*\[([^\[\]]*)\]", returned)
    return match.group(1) if match else None


def _bands_of(elements: str) -> Optional[Tuple[str, ...]]:
    matches = [_ELEMENT.match(element.strip()) for element in elements.rstrip().rstrip(",").split(",")]
    if not all(matches):
        return None
    return tuple(match.group(1) for match in matches if match)
