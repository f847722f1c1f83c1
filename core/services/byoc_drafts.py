"""Tiles as people name them: by path and time, one or a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Mapping, Optional, Sequence

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocTile, check_tile_path
from sentinel_workbench.core.model.timerange import InstantLike, parse_instant


def new_tile(
    path: str, sensing_time: Optional[InstantLike] = None, cover: Optional[Mapping[str, Any]] = None
) -> ByocTile:
    """A tile to create; ``sensing_time`` as text, date or datetime, ``cover`` the geometry of a ``Cover``.

    Raises:
        InvalidInput: a path or time that can't be.
    """
    tile = ByocTile("", check_tile_path(path.strip()), cover_geometry=cover)
    return tile if sensing_time is None else replace(tile, sensing_time=parse_instant(sensing_time))


def read_tile_list(text: str) -> List[ByocTile]:
    """Tiles of lines ``path`` or ``path, time``; empty lines are left out.

    Raises:
        InvalidInput: a path or time that can't be; the number of the line is told.
    """
    tiles = []
    for number, line in enumerate((text or "").splitlines(), start=1):
        if not line.strip():
            continue
        path, comma, time = line.rpartition(",")
        try:
            tiles.append(new_tile(path, time.strip()) if comma else new_tile(line))
        except InvalidInput as error:
            raise InvalidInput(error.field, f"Line {number}: {error.message}", error.advice) from error
    return tiles


def write_tile_list(tiles: Sequence[ByocTile]) -> str:
    """The lines that ``read_tile_list`` reads."""
    lines = [tile.path + (f", {tile.sensing_time.isoformat()}" if tile.sensing_time else "") for tile in tiles]
    return "\n".join(lines)


def changed_tile(tile: ByocTile, **change: Any) -> ByocTile:
    """``tile`` with another ``sensing_time`` or ``cover``, each None to take it away.

    Raises:
        InvalidInput: anything else, which a tile can't change, or a time that can't be read.
    """
    unknown = set(change) - {"sensing_time", "cover"}
    if unknown:
        raise InvalidInput(
            "tile", f"A tile has no '{unknown.pop()}' that can be changed.", "Change sensing_time or cover."
        )
    if "sensing_time" in change:
        value = change["sensing_time"]
        tile = replace(tile, sensing_time=None if value is None else parse_instant(value))
    return replace(tile, cover_geometry=change["cover"]) if "cover" in change else tile


def check_new_tiles(tiles: Sequence[ByocTile]) -> None:
    """Refuse a list of which the service would refuse a part.

    Raises:
        InvalidInput: a path that can't be, or one twice.
    """
    seen = set()
    for tile in tiles:
        check_tile_path(tile.path)
        if tile.path in seen:
            raise InvalidInput("path", f"The path '{tile.path}' is in the list twice.", "Leave one of them out.")
        seen.add(tile.path)
