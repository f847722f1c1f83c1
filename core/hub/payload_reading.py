"""Process API bodies as orders: the way back from ``process.build_payload``."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox, PixelGrid, crs_from_url
from sentinel_workbench.core.model.orders import PNG, DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange, parse_instant

DEFAULT_SIDE_PX = 256
"""Width and height of a request that names neither size nor resolution (process-api: output)."""
_COORDINATES = "input.bounds.geometry.coordinates"
_OWN_FILTERS = ("timeRange", "maxCloudCoverage", "mosaickingOrder")
_LARGEST = 1e300
_SECOND = dt.timedelta(seconds=1)


def read_payload(body: Any) -> ImageOrder:
    """The order a request body describes.

    Args:
        body: parsed JSON of a Process API request.

    Raises:
        InvalidInput: a member is missing, malformed or unknown; the message names its path.
    """
    if not isinstance(body, dict):
        raise InvalidInput("request", "The request must be an object.", "It begins with { and ends with }.")
    top = body
    _check_numbers(body)
    _refuse_others(top, "", ("input", "evalscript", "output"))
    entry = _object(top.get("input"), "input")
    _refuse_others(entry, "input.", ("bounds", "data"))
    bounds = _object(entry.get("bounds"), "input.bounds")
    sources = _list(entry.get("data"), "input.data")
    output = _object(top.get("output", {}), "output")
    _refuse_others(output, "output.", ("width", "height", "resx", "resy", "responses"))
    bbox, geometry = _read_bounds(bounds)
    return ImageOrder(
        _read_grid(bbox, output),
        tuple(read_source(source, f"input.data[{i}]") for i, source in enumerate(sources)),
        _typed(top.get("evalscript"), str, "evalscript", "a text"),
        tuple(_read_responses(output.get("responses", [{}]))),
        geometry,
    )


def _check_numbers(body: Mapping[str, Any]) -> None:
    """Refuse what JSON has no word for; Python reads it all the same."""
    waiting: List[Tuple[str, Any]] = [("", body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}" if path else str(name), member) for name, member in value.items()]
        elif isinstance(value, (list, tuple)):
            waiting += [(f"{path}[{number}]", member) for number, member in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            raise _malformed(path, "a number")


def _read_bounds(bounds: Mapping[str, Any]) -> Tuple[BBox, Optional[Mapping[str, Any]]]:
    _refuse_others(bounds, "input.bounds.", ("properties", "bbox", "geometry"))
    properties = _object(bounds.get("properties", {}), "input.bounds.properties")
    crs = crs_from_url(_typed(properties.get("crs", "OGC:CRS84"), str, "input.bounds.properties.crs", "a text"))
    geometry = bounds.get("geometry")
    corners_of_geometry = None if geometry is None else _extent(_object(geometry, "input.bounds.geometry"))
    if bounds.get("bbox") is not None:
        corners = _list(bounds["bbox"], "input.bounds.bbox")
        if len(corners) != 4:
            raise _malformed("input.bounds.bbox", "four numbers")
    elif corners_of_geometry is not None:
        corners = corners_of_geometry
    else:
        raise _malformed("input.bounds", "a bbox or a geometry")
    west, south, east, north = (_number(value, "input.bounds.bbox") for value in corners)
    return BBox(west, south, east, north, crs), geometry


def _extent(geometry: Mapping[str, Any]) -> Tuple[float, float, float, float]:
    depth = {"Polygon": 2, "MultiPolygon": 3}.get(str(geometry.get("type")))
    if depth is None:
        raise _malformed("input.bounds.geometry", "a GeoJSON Polygon or MultiPolygon")
    points = list(_points(geometry.get("coordinates"), depth))
    if not points:
        raise _malformed("input.bounds.geometry", "a GeoJSON Polygon or MultiPolygon")
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _points(coordinates: Any, depth: int) -> Iterator[Tuple[float, float]]:
    """The points in lists ``depth`` deep."""
    members = _list(coordinates, _COORDINATES)
    if depth:
        for member in members:
            yield from _points(member, depth - 1)
    elif len(members) < 2:
        raise _malformed(_COORDINATES, "points of two numbers")
    else:
        x, y, *_ = [_number(value, _COORDINATES) for value in members]
        yield x, y


def _read_grid(bbox: BBox, output: Mapping[str, Any]) -> PixelGrid:
    """Size in pixels, else from ``resx`` and ``resy`` in units of the CRS, rounded as the service does."""
    if {"width", "height"} & output.keys() and {"resx", "resy"} & output.keys():
        raise InvalidInput("request", "output of the request has a size and a resolution.",
                           "Keep width and height, or resx and resy.")
    sides = []
    for size, step, extent in (("width", "resx", bbox.width), ("height", "resy", bbox.height)):
        if size in output:
            sides.append(_whole(output[size], f"output.{size}"))
        elif step in output:
            resolution = _number(output[step], f"output.{step}")
            if not resolution > 0:
                raise _malformed(f"output.{step}", "a positive number")
            sides.append(max(1, math.floor(extent / resolution + 0.5)))
        else:
            sides.append(DEFAULT_SIDE_PX)
    return PixelGrid(bbox, *sides)


def read_source(value: Any, path: str) -> DataSource:
    """One entry of ``input.data``.

    Args:
        value: parsed JSON.
        path: of the entry, for messages.

    Raises:
        InvalidInput: a member is missing, malformed or unknown; the message names its path.
    """
    entry = _object(value, path)
    _refuse_others(entry, f"{path}.", ("type", "id", "dataFilter", "processing"))
    wanted = _object(entry.get("dataFilter", {}), f"{path}.dataFilter")
    cloud = wanted.get("maxCloudCoverage")
    return DataSource(
        _typed(entry.get("type"), str, f"{path}.type", "a text"),
        _read_time(wanted.get("timeRange"), f"{path}.dataFilter.timeRange"),
        wanted.get("mosaickingOrder"),
        None if cloud is None else int(_number(cloud, f"{path}.dataFilter.maxCloudCoverage")),
        None if entry.get("id") is None else _typed(entry["id"], str, f"{path}.id", "a text"),
        {name: member for name, member in wanted.items() if name not in _OWN_FILTERS},
        dict(_object(entry.get("processing", {}), f"{path}.processing")),
    )


def _read_time(value: Any, path: str) -> Optional[TimeRange]:
    """Both bounds of the service are inclusive; fractions of the last second belong to it."""
    if value is None:
        return None
    entry = _object(value, path)
    first, last = (
        parse_instant(_typed(entry.get(name), str, f"{path}.{name}", "a text")) for name in ("from", "to")
    )
    if last.year == dt.MAXYEAR:
        raise _malformed(f"{path}.to", f"before the year {dt.MAXYEAR}")
    return TimeRange(first, last.replace(microsecond=0) + _SECOND)


def _read_responses(value: Any) -> Iterator[Response]:
    for number, member in enumerate(_list(value, "output.responses")):
        path = f"output.responses[{number}]"
        entry = _object(member, path)
        _refuse_others(entry, f"{path}.", ("identifier", "format"))
        form = _object(entry.get("format", {}), f"{path}.format")
        _refuse_others(form, f"{path}.format.", ("type", "quality"))
        quality = form.get("quality")
        yield Response(
            _typed(entry.get("identifier", "default"), str, f"{path}.identifier", "a text"),
            _typed(form.get("type", PNG), str, f"{path}.format.type", "a text"),
            None if quality is None else _whole(quality, f"{path}.format.quality"),
        )


def _refuse_others(entry: Mapping[str, Any], prefix: str, known: Sequence[str]) -> None:
    for name in entry:
        if name not in known:
            raise InvalidInput("request", f"'{prefix}{name}' is not a member of a Process API request.",
                               f"Members here: {', '.join(known)}.")


def _malformed(path: str, expected: str) -> InvalidInput:
    return InvalidInput("request", f"{path} of the request must be {expected}.")


def _typed(value: Any, kind: type, path: str, expected: str) -> Any:
    if not isinstance(value, kind):
        raise _malformed(path, expected)
    return value


def _object(value: Any, path: str) -> Mapping[str, Any]:
    return _typed(value, dict, path, "an object")


def _list(value: Any, path: str) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise _malformed(path, "a list")
    return value


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _LARGEST:
        raise _malformed(path, "a number")
    return float(value)


def _whole(value: Any, path: str) -> int:
    number = _number(value, path)
    if number != int(number):
        raise _malformed(path, "a whole number")
    return int(number)
