"""STAC documents of the catalog: items, collections, and the fields a search asks for."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.bounds import geometry_extent
from sentinel_workbench.localhub.catalog_properties import collection_summaries, scene_properties
from sentinel_workbench.localhub.records import StoredScene

STAC_VERSION = "1.0.0"
DEFAULT_FIELDS = ("id", "type", "geometry", "bbox", "links", "assets", "properties.datetime")
_CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC::CRS84"}}
_EXTENSIONS = {"eo:": "eo", "proj:": "projection", "sar:": "sar", "sat:": "sat"}
"""Beginning of a property's name to the STAC extension that defines it."""
_WHOLE_WORLD = [-180.0, -90.0, 180.0, 90.0]
Document = Dict[str, Any]


def scene_item(scene: StoredScene, collection: Collection, root_url: str) -> Document:
    """A scene as a STAC item; ``root_url`` is the catalog's."""
    collection_url = f"{root_url}/collections/{scene.collection}"
    properties = scene_properties(scene, collection)
    return {
        "stac_version": STAC_VERSION,
        "stac_extensions": [
            f"https://stac-extensions.github.io/{extension}/v1.0.0/schema.json"
            for prefix, extension in _EXTENSIONS.items()
            if any(name.startswith(prefix) for name in properties)
        ],
        "type": "Feature",
        "id": scene.scene_id,
        "bbox": list(geometry_extent(scene.footprint)),
        "geometry": {**scene.footprint, "crs": _CRS84},
        "collection": scene.collection,
        "properties": properties,
        "assets": _assets(scene),
        "links": [
            _link("root", f"{root_url}/"),
            _link("self", f"{collection_url}/items/{scene.scene_id}", "application/geo+json"),
            _link("parent", collection_url),
            _link("collection", collection_url),
        ],
    }


def _assets(scene: StoredScene) -> Document:
    folders = sorted({band.path.replace("\\", "/").rpartition("/")[0] for band in scene.bands.values()})
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
    return {
        "stac_version": STAC_VERSION,
        "stac_extensions": ["https://stac-extensions.github.io/eo/v1.0.0/schema.json"],
        "type": "Collection",
        "id": collection.collection_id,
        "title": collection.title,
        "description": collection.title,
        "license": "proprietary",
        "providers": [],
        "extent": {"spatial": {"bbox": [_WHOLE_WORLD]}, "temporal": {"interval": [list(interval)]}},
        "summaries": collection_summaries(collection),
        "links": [
            _link("root", f"{root_url}/"),
            _link("self", url),
            _link("parent", f"{root_url}/collections"),
            _link("http://www.opengis.net/def/rel/ogc/1.0/queryables", f"{url}/queryables", "application/schema+json"),
            _link("items", f"{url}/items", "application/geo+json"),
        ],
    }


def select_fields(item: Document, include: Optional[List[str]], exclude: Optional[List[str]]) -> Document:
    """What is left of an item after the ``fields`` of a search (catalog: Fields).

    ``include`` alone adds to the default set. Beside an ``exclude``, even an empty one, it is all there is: so a
    recorded answer to ``{"include": [...], "exclude": []}`` has it.
    """
    wanted = list(include or ())
    if not wanted or exclude is None:
        wanted = [*DEFAULT_FIELDS, *wanted]
    selected: Document = {}
    for name in wanted:
        _copy_field(item, selected, name)
    for name in exclude or ():
        _drop_field(selected, name)
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


def _drop_field(target: Document, name: str) -> None:
    """Leave out ``a`` or ``a.b``, and ``a`` too when nothing is left of it."""
    if target.pop(name, None) is not None:
        return
    head, _, rest = name.partition(".")
    if rest and isinstance(target.get(head), dict):
        part = dict(target[head])
        _drop_field(part, rest)
        target[head] = part
        if not part:
            del target[head]
