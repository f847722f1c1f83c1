"""JavaScript text as tokens, so that scripts can be looked at without running them."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Tuple

COMMENT, STRING, TEMPLATE, REGEX, NUMBER, WORD, SIGN, BROKEN = (
    "comment", "string", "template", "regex", "number", "word", "sign", "broken",
)

_SPACE = re.compile(r"[\s\ufeff]+")
_PATTERNS = (
    (COMMENT, re.compile(r"//[^\n\r]*|/\*.*?\*/", re.DOTALL)),
    (STRING, re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)),
    (NUMBER, re.compile(r"0[xXbBoO][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")),
    (WORD, re.compile(r"[^\W\d][\w$]*|[$][\w$]*")),
    (SIGN, re.compile(r"=>|\.\.\.|[=!]==?|[-+*/%<>&|^]=|\+\+|--|&&|\|\||\*\*|[^\s\w]")),
)
_REGEX = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
_BEFORE_VALUE = frozenset((
    "return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do", "else", "yield",
    "await",
))


class Token(NamedTuple):
    """A piece of the script: what it is, its text, where it starts, its 1-based line."""

    kind: str
    text: str
    start: int
    line: int


def _ends_value(token: Token) -> bool:
    """True when a slash after this token divides rather than opening a regular expression."""
    if token.kind in (NUMBER, STRING, TEMPLATE, REGEX):
        return True
    if token.kind == WORD:
        return token.text not in _BEFORE_VALUE
    return token.text in (")", "]", "}", "++", "--")


def _template_end(text: str, start: int) -> int:
    """The position after the template literal that starts at ``start``, or -1 when it never ends."""
    # One entry a template that is open: the braces open in its substitution, 0 outside of one.
    open_braces = [0]
    position = start + 1
    while position < len(text) and open_braces:
        char = text[position]
        inside = open_braces[-1] > 0
        position += 1
        if char == "`":
            if inside:
                open_braces.append(0)
            else:
                open_braces.pop()
        elif inside:
            open_braces[-1] += (char == "{") - (char == "}")
        elif char == "\\":
            position += 1
        elif char == "$" and text.startswith("{", position):
            open_braces[-1] = 1
            position += 1
    return -1 if open_braces else position


def _next(text: str, position: int, previous: Token, may_be_regex: bool) -> Tuple[str, int]:
    """Kind and end of the token at ``position``; ``may_be_regex``: of one that is a slash."""
    char = text[position]
    if char == "`":
        end = _template_end(text, position)
        return (TEMPLATE, end) if end > 0 else (BROKEN, len(text))
    if char == "/" and may_be_regex and not _ends_value(previous):
        found = _REGEX.match(text, position)
        if found:
            return REGEX, found.end()
    for kind, pattern in _PATTERNS:
        found = pattern.match(text, position)
        if found and not (kind == SIGN and (char in "'\"" or text.startswith("/*", position))):
            return kind, found.end()
    end = text.find("\n", position) if char in "'\"" else len(text)
    return BROKEN, end if end > 0 else len(text)


def tokenize(text: str) -> List[Token]:
    """All tokens, comments included. Never raises; what can't be read is a ``BROKEN`` token."""
    tokens: List[Token] = []
    previous = Token(SIGN, ";", 0, 1)
    position, line, line_without_regex = 0, 1, 0
    while position < len(text):
        space = _SPACE.match(text, position)
        if space:
            line += text.count("\n", position, space.end())
            position = space.end()
            continue
        kind, end = _next(text, position, previous, line != line_without_regex)
        token = Token(kind, text[position:end], position, line)
        tokens.append(token)
        if token.text == "/" and not _ends_value(previous):
            # Not the start of a regular expression, so the line does not parse: looking for another one at every slash
            # of a long line would take for ever.
            line_without_regex = line
        if kind != COMMENT:
            previous = token
        line += token.text.count("\n")
        position = end
    return tokens
