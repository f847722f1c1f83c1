"""Reads JavaScript literals from tokens: objects, arrays, strings, numbers and names of constants."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Sequence, Tuple

from sentinel_workbench.core.evalscript.lexer import NUMBER, STRING, TEMPLATE, WORD, Token

_OPEN, _CLOSE = ("(", "[", "{"), (")", "]", "}")
_ENDS = (",", ";", *_CLOSE)
_MAX_DEPTH = 12
_WORDS = {"true": True, "false": False, "null": None, "undefined": None}


class _Unknown:
    """Stands for a value only running the script would tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


def skip_balanced(tokens: Sequence[Token], start: int) -> int:
    """The position after the bracket that closes the one at ``start``, or the end."""
    depth = 0
    for position in range(start, len(tokens)):
        text = tokens[position].text
        if tokens[position].kind in (STRING, TEMPLATE):
            continue
        depth += (text in _OPEN) - (text in _CLOSE)
        if depth == 0:
            return position + 1
    return len(tokens)


def _text_of(token: Token) -> Any:
    if token.kind == TEMPLATE and "${" in token.text:
        return UNKNOWN
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])


def _number_of(token: Token) -> Any:
    try:
        return float(token.text) if re.search(r"[.eE]", token.text) and "x" not in token.text else int(token.text, 0)
    except ValueError:
        return UNKNOWN


class LiteralReader:
    """Reads values; names are looked up among the script's declarations.

    Args:
        tokens: of the whole script, without comments.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._declared: Dict[str, int] = {}
        for position in range(len(tokens) - 2):
            if tokens[position].text == "=" and tokens[position - 1].kind == WORD and position:
                before = tokens[position - 2].text if position > 1 else ""
                if before in ("const", "let", "var", ","):
                    self._declared.setdefault(tokens[position - 1].text, position + 1)

    def value(self, start: int, depth: int = 0) -> Tuple[Any, int]:
        """(value or UNKNOWN, position after it) of the expression at ``start``."""
        value, position = self._primary(start, depth)
        if position < len(self._tokens) and self._tokens[position].text not in _ENDS:
            newline = position > start and self._tokens[position].line > self._tokens[position - 1].line
            if not (newline and self._tokens[position].kind == WORD):
                return UNKNOWN, self._skip_expression(position)
        return value, position

    def _skip_expression(self, position: int) -> int:
        while position < len(self._tokens) and self._tokens[position].text not in _ENDS:
            opens = self._tokens[position].text in _OPEN and self._tokens[position].kind not in (STRING, TEMPLATE)
            position = skip_balanced(self._tokens, position) if opens else position + 1
        return position

    def _primary(self, start: int, depth: int) -> Tuple[Any, int]:
        if start >= len(self._tokens) or depth > _MAX_DEPTH:
            return UNKNOWN, self._skip_expression(start)
        token = self._tokens[start]
        if token.kind in (STRING, TEMPLATE):
            return _text_of(token), start + 1
        if token.kind == NUMBER:
            return _number_of(token), start + 1
        if token.text == "-" and start + 1 < len(self._tokens) and self._tokens[start + 1].kind == NUMBER:
            number = _number_of(self._tokens[start + 1])
            return (UNKNOWN if number is UNKNOWN else -number), start + 2
        if token.text == "(":
            return self.value(start + 1, depth + 1)[0], skip_balanced(self._tokens, start)
        if token.text == "[":
            return self._array(start + 1, depth + 1), skip_balanced(self._tokens, start)
        if token.text == "{":
            return self._object(start + 1, depth + 1), skip_balanced(self._tokens, start)
        if token.kind == WORD:
            return self._name(start, depth + 1)
        return UNKNOWN, self._skip_expression(start)

    def _name(self, start: int, depth: int) -> Tuple[Any, int]:
        names, position = [self._tokens[start].text], start + 1
        while position + 1 < len(self._tokens) and self._tokens[position].text == ".":
            names.append(self._tokens[position + 1].text)
            position += 2
        if names[0] in ("SampleType", "Mosaicking") and len(names) == 2:
            return names[1], position
        if len(names) == 1 and names[0] in _WORDS:
            return _WORDS[names[0]], position
        if names[0] not in self._declared:
            return UNKNOWN, position
        value = self.value(self._declared[names[0]], depth)[0]
        for name in names[1:]:
            if name == "length" and isinstance(value, list):
                value = len(value)
            else:
                value = value.get(name, UNKNOWN) if isinstance(value, dict) else UNKNOWN
        return value, position

    def _array(self, position: int, depth: int) -> List[Any]:
        items: List[Any] = []
        while position < len(self._tokens) and self._tokens[position].text != "]":
            spread = self._tokens[position].text == "..."
            value, after = self.value(position + spread, depth)
            if spread and isinstance(value, list):
                items.extend(value)
            elif self._tokens[position].text != ",":
                items.append(value)
            position = max(after, position + 1)
            if position < len(self._tokens) and self._tokens[position].text == ",":
                position += 1
        return items

    def _object(self, position: int, depth: int) -> Dict[str, Any]:
        members: Dict[str, Any] = {}
        while position < len(self._tokens) and self._tokens[position].text != "}":
            token = self._tokens[position]
            following = self._tokens[position + 1].text if position + 1 < len(self._tokens) else ""
            if following == ":":
                key = _text_of(token) if token.kind in (STRING, TEMPLATE) else token.text
                members[str(key)], after = self.value(position + 2, depth)
            elif token.text == "...":
                value, after = self.value(position + 1, depth)
                members.update(value if isinstance(value, dict) else {})
            elif token.kind == WORD and following in (",", "}"):
                members[token.text], after = self._name(position, depth)
            else:
                after = self._skip_expression(position)
            position = max(after, position + 1)
            if position < len(self._tokens) and self._tokens[position].text == ",":
                position += 1
        return members
