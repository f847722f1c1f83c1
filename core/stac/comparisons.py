"""Conditions on item properties: as the ``query`` extension and CQL2 write them, and whether an item meets them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Sequence, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput

Value = Union[str, float, int, bool, Tuple[Union[str, float, int], ...]]
_SIGNS = {"<=": "lte", ">=": "gte", "!=": "neq", "<>": "neq", "<": "lt", ">": "gt", "=": "eq", "==": "eq"}
_CQL2 = {"lte": "<=", "gte": ">=", "neq": "<>", "lt": "<", "gt": ">", "eq": "=", "in": "in"}
_TEXT = re.compile(r"\s*(?P<field>[^<>=!]+?)\s*(?P<sign><=|>=|!=|<>|==|<|>|=)\s*(?P<value>.+?)\s*$")
_BARE_NAME = re.compile(r"[A-Za-z_][\w:.]*$")


@dataclass(frozen=True)
class Comparison:
    """``field operator value``.

    Attributes:
        field: a property's name without ``properties.``, such as ``eo:cloud_cover``.
        operator: ``eq``, ``neq``, ``lt``, ``lte``, ``gt``, ``gte`` or ``in``.
        value: a number, text or truth value; a tuple of them for ``in``.
    """

    field: str
    operator: str
    value: Value

    def __post_init__(self) -> None:
        if not self.field or self.operator not in _CQL2:
            message = f"'{self.field} {self.operator} {self.value}' is not a condition."
            raise InvalidInput("filter", message, "Write it as eo:cloud_cover<=20.")
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        if any(isinstance(value, float) and not math.isfinite(value) for value in values):
            raise InvalidInput("filter", f"{self.field} can't be compared with {self.value}.", "Use a number.")
        if (self.operator == "in") != isinstance(self.value, tuple):
            raise InvalidInput("filter", f"{self.field} must be compared with one value.", "Use a list with 'in' only.")

    def holds(self, properties: Mapping[str, Any]) -> bool:
        """Whether an item with these properties meets it; one that lacks the property does not."""
        found = properties.get(self.field)
        if found is None:
            return False
        if self.operator == "in":
            return any(_same(found, value) for value in self.value)  # type: ignore[union-attr]
        if self.operator in ("eq", "neq"):
            return _same(found, self.value) == (self.operator == "eq")
        try:
            return _ORDERS[self.operator](_comparable(found), _comparable(self.value))
        except TypeError:
            return False


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b, "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
}


def _comparable(value: Any) -> Any:
    """Some catalogs keep numbers as text."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, list):
        return any(_same(entry, value) for entry in found)
    return _comparable(found) == _comparable(value)


def parse_comparison(text: str) -> Comparison:
    """``eo:cloud_cover<=20`` or ``platform=sentinel-2b``; numbers become numbers (stac, 1).

    Raises:
        InvalidInput: not a condition.
    """
    found = _TEXT.match(text)
    if not found:
        raise InvalidInput("filter", f"'{text}' is not a condition.", "Write it as eo:cloud_cover<=20.")
    name = found["field"][len("properties."):] if found["field"].startswith("properties.") else found["field"]
    return Comparison(name, _SIGNS[found["sign"]], _parsed(found["value"]))


def _parsed(text: str) -> Value:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    if re.match(r"[+-]?0\d", text):
        return text  # such as the processing baseline 03.00: a name made of digits
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and re.fullmatch(r"[+-]?\d+", text) else number


def query_extension(comparisons: Sequence[Comparison]) -> Dict[str, Dict[str, Any]]:
    """The ``query`` member of a search."""
    query: Dict[str, Dict[str, Any]] = {}
    for entry in comparisons:
        value = list(entry.value) if isinstance(entry.value, tuple) else entry.value
        query.setdefault(entry.field, {})[entry.operator] = value
    return query


def cql2_json(comparisons: Sequence[Comparison]) -> Dict[str, Any]:
    """The ``filter`` member of a search by POST."""
    parts = [
        {
            "op": _CQL2[entry.operator],
            "args": [{"property": entry.field}, list(entry.value) if isinstance(entry.value, tuple) else entry.value],
        }
        for entry in comparisons
    ]
    return parts[0] if len(parts) == 1 else {"op": "and", "args": parts}


def cql2_text(comparisons: Sequence[Comparison]) -> str:
    """The ``filter`` parameter of a search by GET."""
    return " AND ".join(f"{_name(entry.field)} {_CQL2[entry.operator].upper()} {_literal(entry.value)}"
                        for entry in comparisons)


def _name(field: str) -> str:
    return field if _BARE_NAME.match(field) else '"' + field.replace('"', '""') + '"'


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_literal(entry) for entry in value)})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + value.replace("'", "''") + "'"
