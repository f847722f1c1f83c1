"""Orders as Python code for the public ``sentinelhub`` library."""

from __future__ import annotations

import pprint
from typing import Any, Dict, List, Optional

from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import CRS84, MAX_SERVICE_PX
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response
from sentinel_workbench.core.model.projection import is_utm
from sentinel_workbench.core.services.notebook_collections import notebook_name

_MIME_MEMBERS = {
    "image/tiff": "TIFF", "image/png": "PNG", "image/jpeg": "JPG", "application/json": "JSON",
}


def as_python(order: ImageOrder, base_url: Optional[str] = None, token_url: Optional[str] = None) -> str:
    """A script that fetches the same image with ``sentinelhub``; it takes the credentials from that library's settings.

    Args:
        order: what is asked; an image beyond the service's size is written whole, and a comment says so.
        base_url: of a deployment other than the library's default.
        token_url: of the same deployment.
    """
    lines = [
        "from sentinelhub import CRS, BBox, DataCollection, Geometry, MimeType, SentinelHubRequest, SHConfig",
        "",
        "config = SHConfig()",
    ]
    lines += [f"config.sh_base_url = {base_url!r}"] if base_url else []
    lines += [f"config.sh_token_url = {token_url!r}"] if token_url else []
    warning = size_warning(order)
    lines += ["", *warning] if warning else []
    lines += ["", f"evalscript = {_quoted(order.evalscript)}", ""]
    lines += _request(order)
    lines += ["data = request.get_data()", ""]
    return "\n".join(lines)


def size_warning(order: ImageOrder) -> List[str]:
    """A comment for Python or a shell when the service would refuse the image for its size, else nothing."""
    if max(order.grid.width, order.grid.height) <= MAX_SERVICE_PX:
        return []
    return [f"# The service takes {MAX_SERVICE_PX} px a side at most: split the box before this is run."]


def _quoted(text: str) -> str:
    """A triple-quoted literal where that says the same, so that the script stays readable."""
    if '"""' in text or "\\" in text or "\r" in text or text.endswith('"'):
        return repr(text)
    return f'"""{text}"""'


def _request(order: ImageOrder) -> List[str]:
    crs = _crs(order.grid.bbox.crs)
    lines = ["request = SentinelHubRequest(", "    evalscript=evalscript,", "    input_data=["]
    for number, source in enumerate(order.sources):
        lines += _indented(_source(order, number, source), 8)
    lines += ["    ],", "    responses=["]
    lines += [f"        {_response(response)}," for response in order.responses]
    lines += ["    ],", f"    bbox=BBox({order.grid.bbox.corners}, crs={crs}),"]
    if order.geometry is not None:
        geometry = build_payload(order)["input"]["bounds"]["geometry"]
        lines += [f"    geometry=Geometry({geometry!r}, crs={crs}),"]
    lines += [f"    size=({order.grid.width}, {order.grid.height}),", "    config=config,", ")"]
    return lines


def _source(order: ImageOrder, number: int, source: DataSource) -> List[str]:
    entry: Dict[str, Any] = build_payload(order)["input"]["data"][number]
    wanted, lines = dict(entry.get("dataFilter", {})), ["SentinelHubRequest.input_data("]
    lines += [f"    {_collection(source.collection)},"]
    if source.identifier is not None:
        lines += [f"    identifier={source.identifier!r},"]
    if "timeRange" in wanted:
        span = wanted.pop("timeRange")
        lines += [f"    time_interval=({span['from']!r}, {span['to']!r}),"]
    if "maxCloudCoverage" in wanted:
        lines += [f"    maxcc={_share(wanted.pop('maxCloudCoverage'))},"]
    if "mosaickingOrder" in wanted:
        lines += [f"    mosaicking_order={wanted.pop('mosaickingOrder')!r},"]
    others = {key: value for key, value in (("dataFilter", wanted), ("processing", entry.get("processing"))) if value}
    if others:
        lines += [f"    other_args={pprint.pformat(others, width=90, sort_dicts=False)},"]
    return [*lines, "),"]


def _share(percent: int) -> float:
    """A share that the library turns back into ``percent``: it truncates ``share * 100`` (interop: maxcc)."""
    share = percent / 100
    return share if int(share * 100) == percent else (percent + 0.5) / 100


def _collection(collection: str) -> str:
    """The library sends requests where its collection says, so the collection is told to follow the settings."""
    name = notebook_name(collection)
    label = f"Workbench {collection}"
    if name is None:
        return f"DataCollection.define({label!r}, api_id={collection!r}, service_url=config.sh_base_url)"
    return f"DataCollection.{name}.define_from({label!r}, service_url=config.sh_base_url)"


def _response(response: Response) -> str:
    mime = _MIME_MEMBERS.get(response.mime)
    arguments = [repr(response.identifier), f"MimeType.{mime}" if mime else repr(response.mime)]
    if response.quality is not None:
        arguments += [f"other_args={{'format': {{'quality': {response.quality}}}}}"]
    return f"SentinelHubRequest.output_response({', '.join(arguments)})"


def _crs(crs: str) -> str:
    """The library has no CRS84 of its own; its WGS 84 is lon/lat as well."""
    if crs in (CRS84, "EPSG:4326"):
        return "CRS.WGS84"
    code = int(crs.split(":")[1])
    if is_utm(crs):
        return f"CRS.UTM_{code % 100}{'N' if code < 32700 else 'S'}"
    return "CRS.POP_WEB" if code == 3857 else f"CRS({code})"


def _indented(lines: List[str], spaces: int) -> List[str]:
    return [" " * spaces + part for line in lines for part in line.split("\n")]
