"""Settings of ``dataFilter`` and ``processing`` that only some collections know (process-api, 5)."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from sentinel_workbench.core.model.collection import Collection, Option
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.payload import read_choice, read_flag, read_integer, read_object

_LARGEST_WINDOW = 7


def read_options(collection: Collection, fields: Mapping[str, Any], where: str, path: str) -> Dict[str, Any]:
    """The settings of ``fields`` the collection knows, by name.

    Settings of other collections and legacy ones are tolerated and left out, nulls too; defaults are not filled in.

    Args:
        collection: of the entry.
        fields: the ``dataFilter`` or ``processing`` object of the request.
        where: which of the two.
        path: of the object, for messages.

    Raises:
        HubError: a known setting has a value the collection does not take.
    """
    options = {}
    for option in collection.options:
        if option.where == where and fields.get(option.name) is not None:
            options[option.name] = _read_option(option, fields, f"{path}->{option.name}")
    return options


def check_combination(options: Mapping[str, Any], path: str) -> None:
    """Refuse settings that need each other; ``options`` are those of ``dataFilter`` and ``processing`` together."""
    if options.get("backCoeff") == "GAMMA0_TERRAIN" and not options.get("orthorectify"):
        raise bad_payload(
            "`backCoeff` GAMMA0_TERRAIN requires `orthorectify` to be true.", f"{path}->processing->backCoeff"
        )


def _read_option(option: Option, fields: Mapping[str, Any], path: str) -> Any:
    if option.kind == "choice":
        return read_choice(fields, option.name, path, option.choices)
    if option.kind == "flag":
        return read_flag(fields, option.name, path, False)
    if option.kind == "integer":
        return read_integer(fields, option.name, path, option.low, option.high)
    return _read_speckle_filter(fields, option.name, path)


def _read_speckle_filter(fields: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
    """``{"type": "NONE"}`` or ``{"type": "LEE", "windowSizeX": ..., "windowSizeY": ...}``."""
    speckle = read_object(fields, name, path) or {}
    kind = read_choice(speckle, "type", f"{path}->type", ("NONE", "LEE"))
    if kind == "NONE":
        return {"type": kind}
    sizes = {key: _window_size(speckle, key, path) for key in ("windowSizeX", "windowSizeY")}
    return {"type": kind, **{key: size for key, size in sizes.items() if size is not None}}


def _window_size(speckle: Mapping[str, Any], key: str, path: str) -> Optional[int]:
    return read_integer(speckle, key, f"{path}->{key}", 1, _LARGEST_WINDOW)
