"""What ``evaluatePixel`` reads of its samples and returns, as far as its text tells."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.lexer import COMMENT, WORD, Token, tokenize
from sentinel_workbench.core.evalscript.literals import skip_balanced
from sentinel_workbench.core.evalscript.reading import find_definitions


class Use(NamedTuple):
    """A member of a sample: 1-based line and its name."""

    line: int
    name: str


class Returned(NamedTuple):
    """An array that is returned: 1-based line and its length."""

    line: int
    length: int


class _Function(NamedTuple):
    parameter: str
    body: Sequence[Token]


def members_read(text: str) -> Tuple[Use, ...]:
    """Members of the first parameter, or of its elements: ``B04`` of ``s.B04`` and of ``samples[i].B04``."""
    found = _evaluate_pixel(text)
    if found is None:
        return ()
    body, uses = found.body, []
    for position, token in enumerate(body):
        if token.kind != WORD or token.text != found.parameter or position and body[position - 1].text == ".":
            continue
        after = position + 1
        if after < len(body) and body[after].text == "[":
            after = skip_balanced(body, after)
        if after + 1 < len(body) and body[after].text == "." and body[after + 1].kind == WORD:
            uses.append(Use(body[after + 1].line, body[after + 1].text))
    return tuple(uses)


def arrays_returned(text: str) -> Tuple[Returned, ...]:
    """Array literals it returns whose length can be seen; none where functions inside of it return things too."""
    found = _evaluate_pixel(text)
    if found is None or any(token.text in ("function", "=>") for token in found.body):
        return ()
    body, arrays = found.body, []
    for position, token in enumerate(body[:-1]):
        if token.kind == WORD and token.text == "return" and body[position + 1].text == "[":
            length = _length(body, position + 1)
            if length is not None:
                arrays.append(Returned(token.line, length))
    return tuple(arrays)


def _evaluate_pixel(text: str) -> Optional[_Function]:
    tokens = [token for token in tokenize(text) if token.kind != COMMENT]
    at = find_definitions(tokens).get("evaluatePixel")
    if at is None:
        return None
    opened = next((i for i in range(at, len(tokens)) if tokens[i].text in ("(", "{", ";")), None)
    if opened is None or tokens[opened].text != "(" or opened + 1 >= len(tokens) or tokens[opened + 1].kind != WORD:
        return None
    after = skip_balanced(tokens, opened)
    begin = next((i for i in range(after, min(after + 2, len(tokens))) if tokens[i].text == "{"), None)
    if begin is None:
        return None
    return _Function(tokens[opened + 1].text, tokens[begin: skip_balanced(tokens, begin)])


def _length(tokens: Sequence[Token], opened: int) -> Optional[int]:
    """Elements of the array literal that opens there; None when something else is made of it, or it is spread."""
    end = skip_balanced(tokens, opened)
    if end < len(tokens) and tokens[end].text not in (";", "}") and tokens[end].kind != WORD:
        return None
    parts: List[int] = [0]
    position = opened + 1
    while position < end - 1:
        text = tokens[position].text
        if text == "...":
            return None
        if text == ",":
            parts.append(0)
        else:
            parts[-1] += 1
        position = skip_balanced(tokens, position) if text in ("(", "[", "{") else position + 1
    return sum(1 for part in parts if part)
