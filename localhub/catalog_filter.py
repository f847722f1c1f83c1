"""CQL2 filters of a catalog search: comparisons of one property with literals, joined by ``and`` and ``not``."""

from __future__ import annotations

import json
import operator
import re
from dataclasses import dataclass
from typing import Any, Callable, List, Mapping, Protocol, Tuple, Union

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
MAX_LENGTH = 20_000
"""Of a filter as text: it is held against every scene."""
_MAX_DEPTH = 20
_LEXEME = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<operator><>|<=|>=|=|<|>)|(?P<word>[A-Za-z_][\w:.\-]*)|(?P<quoted>\"[^\"]+\")|(?P<other>\S))",
    re.ASCII,
)


class Condition(Protocol):
    """Something an item's properties satisfy or not."""

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """Whether they do."""


@dataclass(frozen=True)
class Comparison:
    """``property operator literal``."""

    name: str
    operator: str
    literal: Literal

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """A missing property or another kind of value does not satisfy it."""
        value = properties.get(self.name)
        if isinstance(value, (int, float)) != isinstance(self.literal, (int, float)) or value is None:
            return False
        return bool(_OPERATORS[self.operator](value, self.literal))


@dataclass(frozen=True)
class All:
    """Every one of the conditions."""

    conditions: Tuple[Condition, ...] = ()

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """True without any condition."""
        return all(condition.holds(properties) for condition in self.conditions)


@dataclass(frozen=True)
class Not:
    """The contrary; so it holds for items that lack the property."""

    condition: Condition

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """Whether the condition does not hold."""
        return not self.condition.holds(properties)


def parse_filter(value: Any, language: str) -> Condition:
    """The condition of a cql2-text string or a cql2-json object.

    Raises:
        HubError: outside of what the service understands.
    """
    if value is None or value == "":
        return All()
    if isinstance(value, (str, dict)) and len(value if isinstance(value, str) else json.dumps(value)) > MAX_LENGTH:
        raise bad_payload(f"`filter` may not be longer than {MAX_LENGTH} characters.", "filter")
    if isinstance(value, str) and language in ("", "cql2-text"):
        return _TextReader(value).read()
    if isinstance(value, dict) and language in ("", "cql2-json"):
        return _read_json(value, 0)
    raise bad_payload("`filter` must be cql2-text in a string or cql2-json in an object, as `filter-lang` says.")


def _between(name: str, low: Literal, high: Literal) -> Condition:
    return All((Comparison(name, ">=", low), Comparison(name, "<=", high)))


class _TextReader:
    """Reads ``a < 1 and not (b = 'x' and c between 1 and 2)`` from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lexemes: List[Tuple[str, str]] = []
        for match in _LEXEME.finditer(text):
            kind = match.lastgroup or "other"
            self._lexemes.append((kind, match.group(kind)))
        self._place = 0

    def read(self) -> Condition:
        """The whole text."""
        condition = self._all(0)
        if self._place < len(self._lexemes):
            raise _unreadable(self._text)
        return condition

    def _all(self, depth: int) -> Condition:
        conditions = [self._one(depth)]
        while self._take_word("and"):
            conditions.append(self._one(depth))
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def _one(self, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise _unreadable(self._text)
        if self._take_word("not"):
            return Not(self._one(depth + 1))
        if self._peek() == ("other", "("):
            self._next()
            condition = self._all(depth + 1)
            if self._next() != ("other", ")"):
                raise _unreadable(self._text)
            return condition
        return self._comparison()

    def _comparison(self) -> Condition:
        kind, name = self._next()
        if kind not in ("word", "quoted"):
            raise _unreadable(self._text)
        name, denied = name.strip('"'), self._take_word("not")
        if self._take_word("between"):
            low = self._literal()
            if not self._take_word("and"):
                raise _unreadable(self._text)
            condition = _between(name, low, self._literal())
            return Not(condition) if denied else condition
        kind, symbol = self._next()
        if denied or kind not in ("operator", "word") or symbol.lower() not in _OPERATORS:
            raise _unreadable(self._text)
        return Comparison(name, symbol.lower(), self._literal())

    def _literal(self) -> Literal:
        kind, value = self._next()
        if kind == "number":
            return float(value)
        if kind == "string":
            return value[1:-1].replace("''", "'")
        raise _unreadable(self._text)

    def _take_word(self, word: str) -> bool:
        kind, value = self._peek()
        found = kind == "word" and value.lower() == word
        self._place += found
        return found

    def _peek(self) -> Tuple[str, str]:
        return self._lexemes[self._place] if self._place < len(self._lexemes) else ("end", "")

    def _next(self) -> Tuple[str, str]:
        lexeme = self._peek()
        self._place += 1
        return lexeme


def _read_json(node: Any, depth: int) -> Condition:
    args = node.get("args") if isinstance(node, dict) else None
    if not isinstance(args, list) or depth > _MAX_DEPTH:
        raise _unreadable(str(node))
    symbol = str(node.get("op", "")).lower()
    if symbol == "and" and args:
        return All(tuple(_read_json(arg, depth + 1) for arg in args))
    if symbol == "not" and len(args) == 1:
        return Not(_read_json(args[0], depth + 1))
    if symbol in _OPERATORS and len(args) == 2:
        return Comparison(_property_name(args[0], node), symbol, _json_literal(args[1], node))
    if symbol == "between":
        bounds = args[1] if len(args) == 2 and isinstance(args[1], list) else args[1:]
        if len(bounds) == 2:
            low, high = (_json_literal(bound, node) for bound in bounds)
            return _between(_property_name(args[0], node), low, high)
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
