"""CQL2 filters of a catalog search: comparisons of one property with a literal, joined by ``and``."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import Any, Callable, Iterator, List, Mapping, Sequence, Tuple, Union

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.records import HubError

Literal = Union[float, str]
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "gt": operator.gt,
    "lte": operator.le,
    "gte": operator.ge,
}
_MAX_DEPTH = 20
_LEXEME = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<operator><>|<=|>=|=|<|>)|(?P<word>[A-Za-z_][\w:.\-]*)|(?P<quoted>\"[^\"]+\")|(?P<other>\S))",
    re.ASCII,
)


@dataclass(frozen=True)
class Comparison:
    """``property operator literal``."""

    name: str
    operator: str
    literal: Literal

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """Whether an item's properties satisfy it; a missing property or another kind of value does not."""
        value = properties.get(self.name)
        if isinstance(value, (int, float)) != isinstance(self.literal, (int, float)) or value is None:
            return False
        return bool(_OPERATORS[self.operator](value, self.literal))


def parse_filter(value: Any, language: str) -> Tuple[Comparison, ...]:
    """The comparisons of a cql2-text string or a cql2-json object, all of which must hold.

    Raises:
        HubError: outside of what the service understands.
    """
    if value is None or value == "":
        return ()
    if isinstance(value, str) and language in ("", "cql2-text"):
        return tuple(_parse_text(value))
    if isinstance(value, dict) and language in ("", "cql2-json"):
        return tuple(_parse_json(value, 0))
    raise bad_payload("`filter` must be cql2-text in a string or cql2-json in an object, as `filter-lang` says.")


def _lexemes(text: str) -> List[Tuple[str, str]]:
    found = []
    for match in _LEXEME.finditer(text):
        kind = match.lastgroup or "other"
        found.append((kind, match.group(kind)))
    return found


def _parse_text(text: str) -> Iterator[Comparison]:
    rest: Sequence[Tuple[str, str]] = _lexemes(text)
    while True:
        comparisons, rest = _take_comparison(rest, text)
        yield from comparisons
        if not rest:
            return
        if rest[0][0] != "word" or rest[0][1].lower() != "and":
            raise _unreadable(text)
        rest = rest[1:]


def _take_comparison(
    rest: Sequence[Tuple[str, str]], text: str
) -> Tuple[List[Comparison], Sequence[Tuple[str, str]]]:
    kinds = [kind for kind, _ in rest[:5]]
    if len(kinds) < 3 or kinds[0] not in ("word", "quoted"):
        raise _unreadable(text)
    name, symbol = rest[0][1].strip('"'), rest[1][1].lower()
    if kinds[1] == "operator" or (kinds[1] == "word" and symbol in _OPERATORS):
        return [Comparison(name, symbol, _literal(rest[2], text))], rest[3:]
    if symbol == "between" and len(kinds) == 5 and rest[3][1].lower() == "and":
        low, high = _literal(rest[2], text), _literal(rest[4], text)
        return [Comparison(name, ">=", low), Comparison(name, "<=", high)], rest[5:]
    raise _unreadable(text)


def _literal(lexeme: Tuple[str, str], text: str) -> Literal:
    kind, value = lexeme
    if kind == "number":
        return float(value)
    if kind == "string":
        return value[1:-1].replace("''", "'")
    raise _unreadable(text)


def _parse_json(node: Any, depth: int) -> Iterator[Comparison]:
    args = node.get("args") if isinstance(node, dict) else None
    if not isinstance(args, list) or depth > _MAX_DEPTH:
        raise _unreadable(str(node))
    symbol = str(node.get("op", "")).lower()
    if symbol == "and" and args:
        for arg in args:
            yield from _parse_json(arg, depth + 1)
    elif symbol in _OPERATORS and len(args) == 2:
        yield Comparison(_property_name(args[0], node), symbol, _json_literal(args[1], node))
    elif symbol == "between" and len(args) == 3:
        name = _property_name(args[0], node)
        yield Comparison(name, ">=", _json_literal(args[1], node))
        yield Comparison(name, "<=", _json_literal(args[2], node))
    else:
        raise _unreadable(str(node))


def _property_name(arg: Any, node: Any) -> str:
    name = arg.get("property") if isinstance(arg, dict) else None
    if not isinstance(name, str):
        raise _unreadable(str(node))
    return name


def _json_literal(arg: Any, node: Any) -> Literal:
    if isinstance(arg, str) or (isinstance(arg, (int, float)) and not isinstance(arg, bool)):
        return arg
    raise _unreadable(str(node))


def _unreadable(text: str) -> HubError:
    return bad_payload(
        f"The filter '{text[:200]}' can't be read. Use comparisons such as eo:cloud_cover < 20, joined by and."
    )
