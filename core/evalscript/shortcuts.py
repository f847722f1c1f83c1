"""Spares an engine that allocates slowly two objects a pixel, by changing how ``evaluatePixel`` takes and gives values.

``function evaluatePixel(s) { return [s.B04, s.B03]; }`` becomes a function of two numbers that fills one list for all
pixels. Lines stay where they are. What is not certainly the same stays as it was written.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.lexer import COMMENT, STRING, TEMPLATE, WORD, Token, tokenize
from sentinel_workbench.core.evalscript.literals import skip_balanced
from sentinel_workbench.core.evalscript.reading import find_definitions

_PIXEL = "evaluatePixel"
_PREFIX = "__workbench_"
_TELLTALE = frozenset(("eval", "arguments", "caller", "callee", "with", "Function"))
_DECLARING = frozenset(("var", "let", "const", "function", "class"))
_CONTROL = frozenset(("if", "for", "while", "switch", "catch"))


class Shortened(NamedTuple):
    """A script that was changed.

    Attributes:
        script: its text.
        lists: name to length of the lists it fills instead of making new ones.
        members: those of the samples which ``evaluatePixel`` takes in place of its first argument; None where that is
            still the samples.
    """

    script: str
    lists: Tuple[Tuple[str, int], ...] = ()
    members: Optional[Tuple[str, ...]] = None


class _Function(NamedTuple):
    """Positions: of the parameters' brackets and of the body's braces."""

    opening: int
    closing: int
    body: int
    end: int


Edits = Dict[Tuple[int, int], str]
"""(start, end) in the text to what stands there instead."""


def shorten(script: str) -> Shortened:
    """The script with shortcuts where they are certain to change nothing."""
    tokens = [token for token in tokenize(script) if token.kind != COMMENT]
    words = [token.text for token in tokens if token.kind == WORD]
    risky = _TELLTALE.intersection(words) or words.count(_PIXEL) != 1 or _PREFIX in script
    if risky or any(_PIXEL in token.text for token in tokens if token.kind in (STRING, TEMPLATE)):
        return Shortened(script)
    function = _find_function(tokens)
    if function is None:
        return Shortened(script)
    edits: Edits = {}
    lists = _reuse_lists(tokens, function, edits)
    members = _take_members(tokens, function, edits)
    return Shortened(_edited(script, edits), tuple(lists), members)


def shorten_simple(script: str) -> Shortened:
    """The same for a script without ``setup()``, whose whole text is what runs for a pixel."""
    tokens = [token for token in tokenize(script) if token.kind != COMMENT]
    if _TELLTALE.intersection(token.text for token in tokens if token.kind == WORD) or _PREFIX in script:
        return Shortened(script)
    edits: Edits = {}
    lists = _reuse_lists(tokens, _Function(-1, -1, -1, len(tokens) + 1), edits)
    return Shortened(_edited(script, edits), tuple(lists))


def may_declare(script: str, names: Sequence[str]) -> bool:
    """The script without ``setup()`` may have variables of its own with these names."""
    tokens = [token for token in tokenize(script) if token.kind != COMMENT]
    opened: List[str] = []
    for position, token in enumerate(tokens):
        before = tokens[position - 1].text if position else ""
        if token.text in ("(", "[", "{"):
            opened.append(token.text)
            if before in _DECLARING:
                return True
        elif token.text in (")", "]", "}") and opened:
            opened.pop()
        elif token.text in names and (before in _DECLARING or (before == "," and opened[-1:] in ([], ["{"]))):
            return True
    return False


def _edited(script: str, edits: Edits) -> str:
    parts, position = [], 0
    for (start, end), text in sorted(edits.items()):
        parts += [script[position:start], text]
        position = end
    return "".join([*parts, script[position:]])


def _find_function(tokens: Sequence[Token]) -> Optional[_Function]:
    """``function evaluatePixel(...) {...}``, or the same assigned as a function or an arrow function with a body."""
    position = find_definitions(tokens).get(_PIXEL)
    if position is None:
        return None
    position += 1
    following = [token.text for token in tokens[position:position + 2]]
    if following[:1] == ["="]:
        position += 2 if following[1:] == ["function"] else 1
    if position >= len(tokens) or tokens[position].text != "(":
        return None
    after = skip_balanced(tokens, position)
    body = after + 1 if after < len(tokens) and tokens[after].text == "=>" else after
    if body >= len(tokens) or tokens[body].text != "{":
        return None
    return _Function(position, after - 1, body, skip_balanced(tokens, body))


# ---- lists instead of new arrays ---------------------------------------------------------------------------------


def _reuse_lists(tokens: Sequence[Token], function: _Function, edits: Edits) -> List[Tuple[str, int]]:
    lists: List[Tuple[str, int]] = []
    position = function.body + 1
    while position < function.end - 1:
        token = tokens[position]
        if token.text == "{" and _opens_function(tokens, position):
            position = skip_balanced(tokens, position)
            continue
        if token.text == "return" and token.kind == WORD and _goes_on(tokens, position):
            for opening in _returned_arrays(tokens, position + 1):
                _reuse_list(tokens, opening, lists, edits)
        position += 1
    return lists


def _goes_on(tokens: Sequence[Token], position: int) -> bool:
    """The next token stands on the same line."""
    return position + 1 < len(tokens) and tokens[position + 1].line == tokens[position].line


def _opens_function(tokens: Sequence[Token], brace: int) -> bool:
    """The brace belongs to another function, a method or a class, not to a block."""
    before = tokens[brace - 1]
    if before.text == "=>":
        return True
    if before.text != ")":
        # A class's methods are found one by one.
        return False
    depth, position = 0, brace - 1
    while position >= 0:
        depth += (tokens[position].text == ")") - (tokens[position].text == "(")
        if depth == 0:
            break
        position -= 1
    return position < 1 or tokens[position - 1].text not in _CONTROL


def _past(tokens: Sequence[Token], position: int) -> int:
    """The position after a token, or after the bracket that closes it."""
    return skip_balanced(tokens, position) if tokens[position].text in ("(", "[", "{") else position + 1


def _ends_statement(tokens: Sequence[Token], position: int) -> bool:
    return position >= len(tokens) or tokens[position].text in (";", "}")


def _returned_arrays(tokens: Sequence[Token], start: int) -> List[int]:
    """Where the array literals of a returned array, or of a returned object of arrays, open."""
    if not _ends_statement(tokens, skip_balanced(tokens, start)) or tokens[start].kind in (STRING, TEMPLATE):
        return []
    if tokens[start].text == "[":
        return [start]
    if tokens[start].text != "{":
        return []
    found, position, end = [], start + 1, skip_balanced(tokens, start) - 1
    while position < end:
        after = _past(tokens, position)
        if tokens[position].text == "[" and tokens[position - 1].text == ":" and tokens[after].text in (",", "}"):
            found.append(position)
        position = after
    return found


def _reuse_list(tokens: Sequence[Token], opening: int, lists: List[Tuple[str, int]], edits: Edits) -> None:
    end = skip_balanced(tokens, opening) - 1
    commas, position = [], opening + 1
    while position < end:
        if tokens[position].text == "," and tokens[position].kind not in (STRING, TEMPLATE):
            commas.append(position)
        position = _past(tokens, position)
    starts = [opening + 1, *(comma + 1 for comma in commas)]
    if any(tokens[start].text in (",", "]", "...", "yield") for start in starts):
        return
    name = f"{_PREFIX}list{len(lists)}"
    lists.append((name, len(starts)))
    _replace(tokens[opening], f"({name}[0]=(", edits)
    for number, comma in enumerate(commas, 1):
        _replace(tokens[comma], f"),{name}[{number}]=(", edits)
    _replace(tokens[end], f"),{name})", edits)


def _replace(token: Token, text: str, edits: Edits) -> None:
    edits[token.start, token.start + len(token.text)] = text


# ---- members instead of samples ----------------------------------------------------------------------------------


def _take_members(tokens: Sequence[Token], function: _Function, edits: Edits) -> Optional[Tuple[str, ...]]:
    parameters = tokens[function.opening + 1:function.closing]
    if not parameters or parameters[0].kind != WORD or (len(parameters) > 1 and parameters[1].text != ","):
        return None
    samples = parameters[0].text
    uses: List[int] = []
    for position in range(function.opening + 2, function.end):
        if tokens[position].text != samples or tokens[position - 1].text == ".":
            if tokens[position].kind == TEMPLATE and samples in tokens[position].text:
                return None
            continue
        if tokens[position].kind != WORD or not _is_member(tokens, position):
            return None
        uses.append(position)
    members = tuple(dict.fromkeys(tokens[position + 2].text for position in uses))
    if not members:
        return None
    edits[_span(parameters[0], parameters[0])] = ",".join(_PREFIX + member for member in members)
    for position in uses:
        edits[_span(tokens[position], tokens[position + 2])] = _PREFIX + tokens[position + 2].text
    return members


def _is_member(tokens: Sequence[Token], position: int) -> bool:
    """``samples.B04`` on one line, not deleted and not called."""
    if position + 3 >= len(tokens) or tokens[position - 1].text == "delete":
        return False
    dot, name, after = tokens[position + 1:position + 4]
    return dot.text == "." and name.kind == WORD and name.line == tokens[position].line and after.text != "("


def _span(first: Token, last: Token) -> Tuple[int, int]:
    return first.start, last.start + len(last.text)
