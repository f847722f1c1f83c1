"""Reading fields of a JSON request body. A null counts as absent; a wrong kind is a 400 that names the field."""

from __future__ import annotations

import json
import math
from typing import Any, List, Mapping, NoReturn, Optional, Sequence

from sentinel_workbench.localhub.answers import bad_payload

_MAX_DIGITS = 1000


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _whole_number(digits: str) -> int:
    """Reading digits takes quadratic time, and not every Python has a limit of its own."""
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number has more than {_MAX_DIGITS} digits")
    return int(digits)


def _check_characters(text: str, document: Any) -> None:
    """JSON can spell half of a surrogate pair, which is no character: no file, engine or database takes it."""
    if "\\ud" in text or "\\uD" in text:
        try:
            json.dumps(document, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError("half of a surrogate pair is no character") from error


def parse_json(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a request body.

    Raises:
        HubError: empty, not JSON, or not an object.
    """
    if not body.strip():
        raise bad_payload("Request body should be non-empty.")
    try:
        text = body.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse_constant, parse_int=_whole_number)
        _check_characters(text, document)
    except (ValueError, RecursionError) as error:
        raise bad_payload(f"The request body is not valid JSON: {error}.") from error
    if not isinstance(document, dict):
        raise bad_payload("The request body must be a JSON object.")
    return document


def required(value: Any, key: str, path: str) -> Any:
    """``value``, unless it is None."""
    if value is None:
        raise bad_payload(f"`{key}` must be set.", path)
    return value


def read_object(parent: Mapping[str, Any], key: str, path: str) -> Optional[Mapping[str, Any]]:
    """The object at ``key``, or None when absent or null."""
    value = parent.get(key)
    if value is not None and not isinstance(value, dict):
        raise bad_payload(f"`{key}` must be an object.", path)
    return value


def read_list(parent: Mapping[str, Any], key: str, path: str) -> Optional[List[Any]]:
    """The list at ``key``, or None when absent or null."""
    value = parent.get(key)
    if value is not None and not isinstance(value, list):
        raise bad_payload(f"`{key}` must be an array.", path)
    return value


def read_text(parent: Mapping[str, Any], key: str, path: str) -> Optional[str]:
    """The string at ``key``, or None when absent or null."""
    value = parent.get(key)
    if value is not None and not isinstance(value, str):
        raise bad_payload(f"`{key}` must be a string.", path)
    return value


def read_flag(parent: Mapping[str, Any], key: str, path: str, default: bool) -> bool:
    """The boolean at ``key``, or ``default``."""
    value = parent.get(key)
    if value is not None and not isinstance(value, bool):
        raise bad_payload(f"`{key}` must be true or false.", path)
    return default if value is None else value


def finite_number(value: Any, name: str, path: str) -> float:
    """``value`` as a float, refusing booleans, strings, NaN, infinities and numbers too large for a float."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise bad_payload(f"`{name}` must be a number.", path)


def read_number(parent: Mapping[str, Any], key: str, path: str) -> Optional[float]:
    """The number at ``key``, or None when absent or null."""
    value = parent.get(key)
    return None if value is None else finite_number(value, key, path)


def read_integer(parent: Mapping[str, Any], key: str, path: str, low: int, high: int) -> Optional[int]:
    """The whole number ``low``..``high`` at ``key`` (512.0 counts as 512), or None when absent or null."""
    number = read_number(parent, key, path)
    if number is None:
        return None
    if not number.is_integer() or not low <= number <= high:
        raise bad_payload(f"`{key}` must be a whole number between {low} and {high}.", path)
    return int(number)


def read_choice(parent: Mapping[str, Any], key: str, path: str, choices: Sequence[str]) -> str:
    """One of ``choices``; the first is the default."""
    value = parent.get(key)
    if value is None:
        return choices[0]
    if value not in choices:
        raise bad_payload(f"`{key}` must be one of {', '.join(choices)}.", path)
    return value
