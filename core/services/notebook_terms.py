"""What the words of the public ``sentinelhub`` library put into a request, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from sentinel_workbench.core.model.grid import BBox, crs_url
from sentinel_workbench.core.model.projection import bbox_to_dimensions
from sentinel_workbench.core.services.notebook_collections import Entry, notebook_collection

IGNORED_ARGUMENTS = ("config", "data_folder", "service_url", "buffer", "name")
_MIMES = {"TIFF": "image/tiff", "PNG": "image/png", "JPG": "image/jpeg", "JSON": "application/json"}
_ORDERS = {"MOST_RECENT": "mostRecent", "LEAST_RECENT": "leastRecent", "LEAST_CC": "leastCC"}
_RESAMPLINGS = {name: name for name in ("NEAREST", "BILINEAR", "BICUBIC")}


@dataclass(frozen=True)
class Shape:
    """A GeoJSON geometry and its CRS as ``EPSG:n``."""

    geometry: Mapping[str, Any]
    crs: str


def member(name: str) -> Any:
    """The value of a dotted name such as ``CRS.WGS84`` or ``DataCollection.DEM``, or None."""
    owner, _, last = name.rpartition(".")
    members: Mapping[str, Callable[[str], Any]] = {
        "CRS": _crs_member,
        "MimeType": _MIMES.get,
        "MosaickingOrder": _ORDERS.get,
        "ResamplingType": _RESAMPLINGS.get,
        "DataCollection": notebook_collection,
    }
    return members[owner](last) if owner in members else None


def _crs_member(name: str) -> Optional[str]:
    if name.startswith("UTM_") and name[4:-1].isdigit() and name[-1] in "NS":
        return f"EPSG:{(32600 if name[-1] == 'N' else 32700) + int(name[4:-1])}"
    return {"WGS84": "EPSG:4326", "POP_WEB": "EPSG:3857"}.get(name)


def make_crs(value: Any) -> str:
    """``CRS(32738)``, ``CRS("4326")`` or ``CRS("EPSG:4326")``."""
    return f"EPSG:{int(str(value).upper().replace('EPSG:', ''))}"


def make_bbox(bbox: Sequence[Any], crs: str) -> BBox:
    """Four numbers, or two corners; sorted as the library does."""
    flat = [v for part in bbox for v in (part if isinstance(part, list) else [part])]
    (x1, y1, x2, y2) = flat
    return BBox(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), crs)


def make_geometry(geometry: Mapping[str, Any], crs: str) -> Shape:
    """A GeoJSON geometry given as a dictionary."""
    return Shape({"type": geometry["type"], "coordinates": geometry["coordinates"]}, crs)


def make_byoc(collection_id: str, **_: Any) -> Entry:
    """``DataCollection.define_byoc(id)``."""
    return f"byoc-{collection_id}", {}


def make_batch(collection_id: str, **_: Any) -> Entry:
    """``DataCollection.define_batch(id)``."""
    return f"batch-{collection_id}", {}


def make_collection(*_: Any, api_id: str, **__: Any) -> Entry:
    """``DataCollection.define(name, api_id=...)``."""
    return api_id, {}


def make_input(
    data_collection: Entry,
    identifier: Optional[str] = None,
    time_interval: Any = None,
    maxcc: Optional[float] = None,
    mosaicking_order: Optional[str] = None,
    upsampling: Optional[str] = None,
    downsampling: Optional[str] = None,
    other_args: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """``SentinelHubRequest.input_data``: one member of ``input.data``."""
    collection, fixed = data_collection
    cloud = None if maxcc is None else int(maxcc * 100)
    span = None if time_interval is None else _span(time_interval)
    wanted = {"timeRange": span, "maxCloudCoverage": cloud, "mosaickingOrder": mosaicking_order, **fixed}
    resampling = {"upsampling": upsampling, "downsampling": downsampling}
    entry = {"type": collection, "id": identifier, "dataFilter": _told(wanted), "processing": _told(resampling)}
    return _merged({name: value for name, value in entry.items() if value}, other_args or {})


def make_response(
    identifier: str, response_format: str, other_args: Optional[Mapping[str, Any]] = None
) -> Dict[str, Any]:
    """``SentinelHubRequest.output_response``: one member of ``output.responses``."""
    mime = {"jpeg": "image/jpeg", "json": "application/json"}.get(response_format, response_format)
    mime = mime if "/" in mime else f"image/{mime}"
    return _merged({"identifier": identifier, "format": {"type": mime}}, other_args or {})


def make_request(
    evalscript: str,
    input_data: List[Dict[str, Any]],
    responses: List[Dict[str, Any]],
    bbox: Optional[BBox] = None,
    geometry: Optional[Shape] = None,
    size: Optional[Sequence[int]] = None,
    resolution: Optional[Sequence[float]] = None,
) -> Dict[str, Any]:
    """``SentinelHubRequest``: the whole body."""
    shape = bbox or geometry
    if shape is None:
        raise ValueError("no area")
    bounds: Dict[str, Any] = {"properties": {"crs": crs_url(shape.crs)}}
    if bbox:
        bounds["bbox"] = list(bbox.corners)
    if geometry:
        bounds["geometry"] = dict(geometry.geometry)
    output: Dict[str, Any] = {"responses": responses}
    if size:
        output["width"], output["height"] = size
    if resolution:
        output["resx"], output["resy"] = resolution
    return {"input": {"bounds": bounds, "data": input_data}, "evalscript": evalscript, "output": output}


def _span(interval: Any) -> Dict[str, str]:
    """A pair, or one moment; days are whole days, as the library completes them."""
    first, last = interval if isinstance(interval, list) else (interval, interval)
    return {"from": _moment(first, "T00:00:00Z"), "to": _moment(last, "T23:59:59Z")}


def _moment(text: str, rest_of_day: str) -> str:
    return text + rest_of_day if len(text) == len("2019-01-31") else text


def _told(entry: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


def _merged(entry: Dict[str, Any], others: Mapping[str, Any]) -> Dict[str, Any]:
    """``entry`` with ``others`` worked in, level by level."""
    for name, value in others.items():
        known = entry.get(name)
        entry[name] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return entry


def size_of(bbox: BBox, resolution: float) -> List[int]:
    """``bbox_to_dimensions``: pixels across and down at a resolution in metres."""
    return list(bbox_to_dimensions(bbox, resolution))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "CRS": make_crs,
    "BBox": make_bbox,
    "Geometry": make_geometry,
    "bbox_to_dimensions": size_of,
    "DataCollection.define": make_collection,
    "DataCollection.define_byoc": make_byoc,
    "DataCollection.define_batch": make_batch,
    "SentinelHubRequest.input_data": make_input,
    "SentinelHubRequest.output_response": make_response,
}
