"""STAC documents of the catalog: items, collections, and the fields a search asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.bounds import geometry_extent
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.records import StoredScene

STAC_VERSION = "1.0.0"
DEFAULT_FIELDS = ("id", "type", "geometry", "bbox", "links", "assets", "properties.datetime")
_WHOLE_WORLD = [-180.0, -90.0, 180.0, 90.0]
Document = Dict[str, Any]


def scene_properties(scene: StoredScene) -> Document:
    """The ``properties`` of an item; filters look at these."""
    properties: Document = {"datetime": format_moment(scene.date)}
    if scene.cloud_percent is not None:
        properties["eo:cloud_cover"] = scene.cloud_percent
    properties.update({key: value for key, value in scene.properties.items() if key not in properties})
    return properties


def scene_item(scene: StoredScene, root_url: str) -> Document:
    """A scene as a STAC item; ``root_url`` is the catalog's."""
    collection_url = f"{root_url}/collections/{scene.collection}"
    return {
        "stac_version": STAC_VERSION,
        "stac_extensions": ["https://stac-extensions.github.io/eo/v1.0.0/schema.json"],
        "type": "Feature",
        "id": scene.scene_id,
        "bbox": list(geometry_extent(scene.footprint)),
        "geometry": scene.footprint,
        "collection": scene.collection,
        "properties": scene_properties(scene),
        "assets": _assets(scene),
        "links": [
            _link("self", f"{collection_url}/items/{scene.scene_id}", "application/geo+json"),
            _link("parent", collection_url),
            _link("root", f"{root_url}/"),
        ],
    }


def _assets(scene: StoredScene) -> Document:
    folders = sorted({str(Path(band.path).parent) for band in scene.bands.values()})
    if not folders:
        return {}
    return {"data": {"href": folders[0], "title": "Folder of the band files", "type": "inode/directory"}}


def _link(rel: str, href: str, kind: str = "application/json") -> Mapping[str, str]:
    return {"rel": rel, "href": href, "type": kind}


def collection_document(
    collection: Collection, root_url: str, interval: Tuple[Optional[str], Optional[str]]
) -> Document:
    """A collection as a STAC collection with its bands in ``summaries``."""
    url = f"{root_url}/collections/{collection.collection_id}"
    bands = [{"name": band.name, "description": band.title, "gsd": band.resolution_m} for band in collection.bands]
    return {
        "stac_version": STAC_VERSION,
        "stac_extensions": [],
        "type": "Collection",
        "id": collection.collection_id,
        "title": collection.title,
        "description": collection.title,
        "license": "proprietary",
        "extent": {"spatial": {"bbox": [_WHOLE_WORLD]}, "temporal": {"interval": [list(interval)]}},
        "summaries": {"eo:bands": bands},
        "links": [
            _link("self", url),
            _link("root", f"{root_url}/"),
            _link("items", f"{url}/items", "application/geo+json"),
            _link("http://www.opengis.net/def/rel/ogc/1.0/queryables", f"{url}/queryables", "application/schema+json"),
        ],
    }


def select_fields(item: Document, include: Optional[List[str]], exclude: Optional[List[str]]) -> Document:
    """What is left of an item after the ``fields`` of a search (catalog: Fields)."""
    include, exclude = include or [], exclude or []
    if include and exclude:
        wanted = [name for name in include if name not in exclude]
    elif exclude:
        wanted = [name for name in DEFAULT_FIELDS if name not in exclude]
    else:
        wanted = list(DEFAULT_FIELDS) + include
    selected: Document = {}
    for name in wanted:
        _copy_field(item, selected, name)
    return selected


def _copy_field(source: Document, target: Document, name: str) -> None:
    """Copy ``a`` or ``a.b``; property names may hold colons, and dots are tried whole first."""
    if name in source:
        target[name] = source[name]
        return
    head, _, rest = name.partition(".")
    if rest and isinstance(source.get(head), dict):
        part = dict(target.get(head) or {})
        _copy_field(source[head], part, rest)
        target[head] = part
