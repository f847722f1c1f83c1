"""Makes a SIMPLE evalscript tell which tiles each image was made of.

The script's text stays as it is, on its own lines: a function is opened before it and code is appended that runs it
tile by tile, counts the tiles used and reports them as ``userData``. The picture stays the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.evalscript.lexer import COMMENT, tokenize
from sentinel_workbench.core.evalscript.reading import ENTRY_POINTS, bracket_problems, read_script, read_version
from sentinel_workbench.core.model.results import TileRecord
from sentinel_workbench.core.model.timerange import parse_instant

_APPENDED = Path(__file__).resolve().parent / "instrumentation.js"
_FIELD = "evalscript"
_NAME = "workbenchScript"
# The parameters keep an undeclared `evaluatePixel = ...` inside from replacing ours.
_OPENING = f"var {_NAME} = (function ({', '.join(ENTRY_POINTS)}) {{ return (function () {{ "
_ADVICE = "Ask for the candidate tiles instead, or for no tile metadata."
_CLOSED = "})(); })();"
TILES_KEY = "workbench_tiles"


def _refuse(message: str, advice: str = _ADVICE) -> InvalidInput:
    return InvalidInput(_FIELD, message, advice)


def _check(script: str) -> None:
    """Raise InvalidInput for scripts that are not SIMPLE V3 scripts of one input."""
    outline = read_script(script)
    if outline.is_simple:
        raise _refuse("Tiles can't be recorded: the script has no setup() and evaluatePixel().")
    problems = bracket_problems(tokenize(script))
    if problems:
        raise _refuse(f"The script does not parse, line {problems[0].line}: {problems[0].message}", "Correct it.")
    for name in ("setup", "evaluatePixel"):
        if name not in outline.defines:
            raise _refuse(f"Tiles can't be recorded: the script has no function {name}().", f"Add {name}().")
    if outline.version != 3:
        raise _refuse("Tiles can't be recorded: the script is not marked //VERSION=3.", "Add //VERSION=3 as line 1.")
    if outline.mosaicking != "SIMPLE":
        raise _refuse(f"Tiles can't be recorded: the script uses {outline.mosaicking} mosaicking, not SIMPLE.")
    if len(outline.inputs) > 1:
        raise _refuse(f"Tiles can't be recorded: the script has {len(outline.inputs)} inputs, not one.")
    if _NAME in outline.words:
        raise _refuse("The script records its tiles already.", "Use the script as it was written.")


def _opening_position(script: str) -> int:
    """Where the function is opened: on the line after the version marker when only comments stand before it."""
    for token in tokenize(script):
        if token.kind != COMMENT:
            return 0
        if read_version(token.text) is not None:
            end = script.find("\n", token.start)
            return end + 1 if end >= 0 else len(script)
    return 0


def instrument(script: str) -> str:
    """The script rewritten so that its ``userData`` tells the tiles used; read it with ``parse_tiles``.

    It asks for TILE mosaicking, which costs more units. Line numbers stay.

    Args:
        script: a ``//VERSION=3`` script of SIMPLE mosaicking with one input.

    Raises:
        InvalidInput: it is another kind of script, or its brackets do not match.
    """
    _check(script)
    return enclose(script, _APPENDED.read_text(encoding="utf-8"))


def enclose(script: str, appended: str) -> str:
    """``script`` in a function of its own that ``appended`` closes; line numbers stay."""
    at = _opening_position(script)
    return f"{script[:at]}{_OPENING}{script[at:]}\n{appended}"


def closing() -> str:
    """What closes the function: from here on ``workbenchScript(name)`` gives the script's entry points."""
    text = _APPENDED.read_text(encoding="utf-8")
    return text[: text.index(_CLOSED) + len(_CLOSED)] + "\n"


def original_script(script: str) -> str:
    """What ``instrument`` was given, when ``script`` is what it returned; else ``script`` itself."""
    appended = "\n" + _APPENDED.read_text(encoding="utf-8")
    return script[: -len(appended)].replace(_OPENING, "", 1) if script.endswith(appended) else script


def _tile_id(entry: Mapping[str, Any]) -> str:
    path = str(entry.get("dataPath") or "").rstrip("/")
    return str(entry.get("id") or path or entry.get("shId") or "unknown")


def _record(entry: Mapping[str, Any], pixels: int) -> TileRecord:
    cloud = entry.get("cloudCoverage")
    return TileRecord(
        tile_id=_tile_id(entry),
        date=parse_instant(str(entry["date"])),
        cloud_percent=None if cloud is None else float(cloud),
        share=entry["pixels"] / pixels if pixels else 0.0,
    )


def is_instrumented(userdata: Any) -> bool:
    """True for the ``userData`` of an instrumented script."""
    return isinstance(userdata, dict) and isinstance(userdata.get(TILES_KEY), list)


def parse_tiles(userdata: Any) -> Tuple[Tuple[TileRecord, ...], Optional[Any]]:
    """Tiles used, in mosaicking order with their share of all pixels, and the script's own user data.

    Raises:
        UnexpectedAnswer: it is not what an instrumented script leaves.
    """
    if not is_instrumented(userdata):
        raise UnexpectedAnswer("The image's user data holds no tiles.", "Order the image without exact tiles.")
    try:
        pixels = int(userdata["pixels"])
        tiles = tuple(_record(entry, pixels) for entry in userdata[TILES_KEY])
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedAnswer("A tile in the image's user data is malformed.") from error
    return tiles, userdata.get("user")


def merge_userdata(parts: Sequence[Any]) -> Dict[str, Any]:
    """One user data of the parts of a split image: counts added up, the script's own data of the first part with any.

    Raises:
        UnexpectedAnswer: a part is not what an instrumented script leaves.
    """
    tiles: Dict[Tuple[Any, Any], Dict[str, Any]] = {}
    pixels, own = 0, None
    for part in parts:
        if not is_instrumented(part):
            raise UnexpectedAnswer("A part of the image came without its tiles.")
        pixels += int(part["pixels"])
        own = part.get("user") if own is None else own
        for entry in part[TILES_KEY]:
            known = tiles.setdefault((_tile_id(entry), entry.get("date")), {**entry, "pixels": 0})
            known["pixels"] += entry["pixels"]
    return {TILES_KEY: list(tiles.values()), "pixels": pixels, "user": own}
