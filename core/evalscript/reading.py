"""Looks at an evalscript without running it: version, inputs, outputs, obvious mistakes. Instant, never raises."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from sentinel_workbench.core.evalscript.lexer import BROKEN, COMMENT, STRING, TEMPLATE, WORD, Token, tokenize
from sentinel_workbench.core.evalscript.literals import LiteralReader, skip_balanced

ENTRY_POINTS = ("setup", "evaluatePixel", "preProcessScenes", "updateOutput", "updateOutputMetadata")
_VERSION = re.compile(r"^\s*//+\s*VERSION\s*=?\s*(\d)", re.MULTILINE)
_PAIRS = {")": "(", "]": "[", "}": "{"}


class InputOutline(NamedTuple):
    """One input: data source name or None, bands as far as they can be read, units as written or None."""

    datasource: Optional[str]
    bands: Tuple[str, ...]
    units: Any = None


class OutputOutline(NamedTuple):
    """One output: identifier, number of bands or None when only running tells, sample type in capitals."""

    id: str = "default"
    bands: Optional[int] = None
    sample_type: str = "AUTO"


class ScriptProblem(NamedTuple):
    """A mistake: 1-based line and one sentence."""

    line: int
    message: str


@dataclass(frozen=True)
class ScriptOutline:
    """What a script says about itself.

    Attributes:
        version: of the marker, or None without one.
        is_simple: no ``setup()``; the whole text is what runs for a pixel.
        inputs: input objects; empty when they can't be read.
        outputs: output objects; empty when they can't be read.
        mosaicking: SIMPLE, ORBIT or TILE; of the first input when each has its own.
        defines: those of ``ENTRY_POINTS`` declared at top level.
        words: every identifier of the text.
        returned_values: of a simple script, the length of the last array it returns as far as it can be seen; else 0.
    """

    version: Optional[int]
    is_simple: bool
    inputs: Tuple[InputOutline, ...] = ()
    outputs: Tuple[OutputOutline, ...] = ()
    mosaicking: str = "SIMPLE"
    defines: FrozenSet[str] = frozenset()
    words: FrozenSet[str] = frozenset()
    returned_values: int = 0

    def bands_among(self, names: Iterable[str]) -> Tuple[str, ...]:
        """Those of ``names`` the script uses: declared in ``setup()``, or named anywhere in a simple script."""
        declared: Set[str] = {band for entry in self.inputs for band in entry.bands}
        used = self.words if self.is_simple else declared
        return tuple(name for name in names if name in used)


def _top_level(tokens: Sequence[Token]) -> Iterable[int]:
    """Positions outside every bracket."""
    depth = 0
    for position, token in enumerate(tokens):
        if token.kind not in (STRING, TEMPLATE):
            if token.text in _PAIRS.values():
                depth += 1
            elif token.text in _PAIRS:
                depth -= 1
        if depth == 0:
            yield position


def find_definitions(tokens: Sequence[Token]) -> Mapping[str, int]:
    """Entry point name to the position of its name, for those declared or assigned at top level."""
    found = {}
    for position in _top_level(tokens):
        token = tokens[position]
        if token.kind != WORD or token.text not in ENTRY_POINTS:
            continue
        before = tokens[position - 1].text if position else ""
        after = tokens[position + 1].text if position + 1 < len(tokens) else ""
        if before == "function" or (after == "=" and before != "."):
            found[token.text] = position
    return found


def _returned(tokens: Sequence[Token], reader: LiteralReader, name_at: int) -> Any:
    """The literal a function returns, given the position of the function's name."""
    position = name_at + 1
    end = len(tokens)
    while position < end and tokens[position].text not in ("{", "=>", ";"):
        position = skip_balanced(tokens, position) if tokens[position].text == "(" else position + 1
    if position < end and tokens[position].text == "=>":
        position += 1
        if position < end and tokens[position].text != "{":
            return reader.value(position)[0]
    if position >= end:
        return None
    for inner in range(position, skip_balanced(tokens, position)):
        if tokens[inner].text == "return" and tokens[inner].kind == WORD:
            value = reader.value(inner + 1)[0]
            if isinstance(value, dict):
                return value
    return None


def _returned_values(tokens: Sequence[Token]) -> int:
    """The length of the last array literal that is returned, 0 without one."""
    for position in range(len(tokens) - 2, -1, -1):
        if tokens[position].text == "return" and tokens[position + 1].text == "[":
            value = LiteralReader(tokens).value(position + 1)[0]
            return len(value) if isinstance(value, list) else 0
    return 0


def _strings(value: Any) -> Tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _inputs(value: Any) -> Tuple[InputOutline, ...]:
    entries = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    objects = [entry for entry in entries if isinstance(entry, dict)]
    if not objects:
        return (InputOutline(None, _strings(entries)),) if entries else ()
    outlines = []
    for entry in objects:
        name, units = entry.get("datasource"), entry.get("units")
        known = units if isinstance(units, str) else _strings(units) or None
        outlines.append(InputOutline(name if isinstance(name, str) else None, _strings(entry.get("bands")), known))
    return tuple(outlines)


def _output(entry: Mapping[str, Any]) -> OutputOutline:
    identifier, bands, sample_type = entry.get("id"), entry.get("bands"), entry.get("sampleType")
    if isinstance(bands, list):
        bands = len(bands)
    return OutputOutline(
        identifier if isinstance(identifier, str) else "default",
        int(bands) if isinstance(bands, (int, float)) and math.isfinite(bands) else None,
        sample_type.upper() if isinstance(sample_type, str) else "AUTO",
    )


def _outputs(value: Any) -> Tuple[OutputOutline, ...]:
    entries = value if isinstance(value, list) else [value]
    return tuple(_output(entry) for entry in entries if isinstance(entry, dict))


def _mosaicking(value: Mapping[str, Any]) -> str:
    candidates = [value.get("mosaicking")]
    entries = value.get("input")
    for entry in entries if isinstance(entries, list) else [entries]:
        if isinstance(entry, dict) and "mosaicking" in entry:
            candidates.insert(0, entry["mosaicking"])
            break
    for candidate in candidates:
        if isinstance(candidate, str) and candidate.upper() in ("SIMPLE", "ORBIT", "TILE"):
            return candidate.upper()
    return "SIMPLE"


def _words(tokens: Sequence[Token]) -> FrozenSet[str]:
    words = {token.text for token in tokens if token.kind == WORD}
    if "eval" in words:
        for token in tokens:
            if token.kind in (STRING, TEMPLATE):
                words.update(re.findall(r"\w+", token.text))
    return frozenset(words)


def read_version(text: str) -> Optional[int]:
    """The number of the ``//VERSION=`` marker, or None."""
    found = _VERSION.search(text)
    return int(found.group(1)) if found else None


@lru_cache(maxsize=64)
def read_script(text: str) -> ScriptOutline:
    """What the script says about itself, as far as it can be seen without running it."""
    tokens = [token for token in tokenize(text) if token.kind != COMMENT]
    definitions = find_definitions(tokens)
    words = _words(tokens)
    if not {"setup", "evaluatePixel"} & set(definitions) and "return" in words:
        return ScriptOutline(
            read_version(text), True, defines=frozenset(definitions), words=words,
            returned_values=_returned_values(tokens),
        )
    value = None
    if "setup" in definitions:
        value = _returned(tokens, LiteralReader(tokens), definitions["setup"])
    value = value if isinstance(value, dict) else {}
    return ScriptOutline(
        version=read_version(text),
        is_simple=False,
        inputs=_inputs(value.get("input")),
        outputs=_outputs(value.get("output")),
        mosaicking=_mosaicking(value),
        defines=frozenset(definitions),
        words=words,
    )


def _broken_message(token: Token) -> str:
    if token.text.startswith("/*"):
        return "A comment is opened with /* but never closed."
    if token.text.startswith("`"):
        return "A template text is opened with ` but never closed."
    return "A text in quotes does not end on its line."


def _closing_message(token: Token, opened: Sequence[Token]) -> str:
    if not opened:
        return f"'{token.text}' closes nothing: no bracket is open."
    return f"'{token.text}' stands where '{opened[-1].text}' of line {opened[-1].line} is still open."


def bracket_problems(tokens: Sequence[Token]) -> List[ScriptProblem]:
    """Unclosed and unmatched brackets, texts and comments."""
    problems: List[ScriptProblem] = []
    opened: List[Token] = []
    for token in tokens:
        if token.kind == BROKEN:
            return [ScriptProblem(token.line, _broken_message(token))]
        if token.kind in (STRING, TEMPLATE, COMMENT) or len(token.text) != 1:
            continue
        if token.text in _PAIRS.values():
            opened.append(token)
        elif token.text in _PAIRS:
            if not opened or opened[-1].text != _PAIRS[token.text]:
                return [ScriptProblem(token.line, _closing_message(token, opened))]
            opened.pop()
    if opened:
        problems.append(ScriptProblem(opened[-1].line, f"'{opened[-1].text}' is never closed."))
    return problems


def check_script(text: str) -> List[ScriptProblem]:
    """Mistakes that can be seen without running the script; empty when there are none."""
    tokens = tokenize(text)
    problems = bracket_problems(tokens)
    if problems:
        return problems
    outline = read_script(text)
    if outline.is_simple:
        return []
    last = max(text.count("\n") + 1, 1)
    for name in ("setup", "evaluatePixel"):
        if name not in outline.defines:
            problems.append(ScriptProblem(last, f"The function {name}() is missing."))
    if outline.version is None:
        problems.append(ScriptProblem(1, "The first line //VERSION=3 is missing."))
    return problems
