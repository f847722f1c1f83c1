"""Reads the request out of Python code for the public ``sentinelhub`` library. The code is never run."""

from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Mapping, Optional

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services import notebook_terms as terms

_ADVICE = "Paste code that makes one SentinelHubRequest from plain values."
_MAX_DEPTH = 60


def find_request(code: str) -> Dict[str, Any]:
    """The Process API body that the one ``SentinelHubRequest(...)`` of ``code`` would send.

    Names are followed to their assignments; loops, functions and input are not.

    Raises:
        InvalidInput: not Python, no request or several, or a value that only a run would tell.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise InvalidInput("request", f"The text is neither JSON, curl nor Python{line}.", _ADVICE) from error
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "SentinelHubRequest"]
    if len(calls) != 1:
        told = "no SentinelHubRequest" if not calls else f"{len(calls)} SentinelHubRequests"
        raise InvalidInput("request", f"The code makes {told}.", _ADVICE)
    return _Values(tree).request(calls[0])


def _name(node: ast.expr) -> str:
    """``a.b.c`` of an attribute, the name of a name, else nothing."""
    if isinstance(node, ast.Attribute):
        owner = _name(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, ast.Name) else ""


class _Values:
    """Values of expressions as far as the text alone tells them."""

    def __init__(self, tree: ast.Module) -> None:
        self._assigned: Dict[str, List[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._assigned.setdefault(node.targets[0].id, []).append(node.value)
        self._depth = 0
        self._kinds: Mapping[type, Callable[[Any], Any]] = {
            ast.Constant: self._constant,
            ast.Tuple: self._sequence,
            ast.List: self._sequence,
            ast.Dict: self._mapping,
            ast.UnaryOp: self._negative,
            ast.Name: self._variable,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
        }

    def request(self, call: ast.Call) -> Dict[str, Any]:
        """The body of the request that ``call`` makes."""
        return self._called(terms.make_request, call)

    def _of(self, node: ast.expr) -> Any:
        read = self._kinds.get(type(node))
        self._depth += 1
        if read is None or self._depth > _MAX_DEPTH:
            raise self._unclear(node)
        value = read(node)
        self._depth -= 1
        return value

    def _unclear(self, node: ast.expr) -> InvalidInput:
        shown = ast.unparse(node)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        told = f"Line {node.lineno}: the value of '{shown}' can't be told from the text."
        return InvalidInput("request", told, _ADVICE)

    def _constant(self, node: ast.Constant) -> Any:
        if node.value is not None and not isinstance(node.value, (str, int, float)):
            raise self._unclear(node)
        return node.value

    def _sequence(self, node: Any) -> List[Any]:
        return [self._of(member) for member in node.elts]

    def _mapping(self, node: ast.Dict) -> Dict[Any, Any]:
        if not all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys):
            raise self._unclear(node)
        return {self._of(key): self._of(value) for key, value in zip(node.keys, node.values) if key is not None}

    def _negative(self, node: ast.UnaryOp) -> Any:
        value = self._of(node.operand)
        if not isinstance(node.op, ast.USub) or not isinstance(value, (int, float)):
            raise self._unclear(node)
        return -value

    def _variable(self, node: ast.Name) -> Any:
        found = self._assigned.get(node.id, [])
        if len(found) != 1:
            raise self._unclear(node)
        return self._of(found[0])

    def _attribute(self, node: ast.Attribute) -> Any:
        value = terms.member(_name(node))
        if value is None:
            raise self._unclear(node)
        return value

    def _call(self, node: ast.Call) -> Any:
        """A call of the library; ``DataCollection.X.define_from`` is read as ``X`` itself."""
        name = _name(node.func)
        if name.endswith(".define_from") and isinstance(node.func, ast.Attribute):
            return self._of(node.func.value)
        function = terms.FUNCTIONS.get(name)
        if function is None:
            raise self._unclear(node)
        return self._called(function, node)

    def _called(self, function: Callable[..., Any], node: ast.Call) -> Any:
        values = [self._of(argument) for argument in node.args]
        named: Dict[Optional[str], Any] = {
            word.arg: self._of(word.value) for word in node.keywords if word.arg not in terms.IGNORED_ARGUMENTS
        }
        if None in named:
            raise self._unclear(node)
        try:
            return function(*values, **named)  # type: ignore[arg-type]
        except InvalidInput:
            raise
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError) as error:
            raise self._unclear(node) from error
