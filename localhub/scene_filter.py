"""Scenes by the settings of ``dataFilter`` that only some collections know (process-api, 5)."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.records import StoredScene

DEFAULT_MODEL = "MAPZEN"
"""Of Sentinel Hub; the Copernicus Data Space's is COPERNICUS_30."""
_TIERS = {"TIER_1": ("TIER_1",), "TIER_1_AND_RT": ("TIER_1", "RT")}
_TIER_OF_SCENE = "tier"


def select_scenes(
    collection: Collection, options: Mapping[str, Any], scenes: Sequence[StoredScene]
) -> List[StoredScene]:
    """The scenes that fit, in their order.

    A scene that does not tell a property passes, as one of unknown cloud cover does. An elevation model nobody asked
    for by name is the service's default one, or any when that is not there.

    Args:
        collection: of the scenes.
        options: the request's, validated.
        scenes: found by place, time and cloud.
    """
    wanted = {
        option.name: options[option.name]
        for option in collection.options
        if option.where == "dataFilter" and option.name in options
    }
    kept = [scene for scene in scenes if _fits(scene, wanted)]
    if collection.timeless and "demInstance" not in wanted:
        return [scene for scene in kept if _fits(scene, {"demInstance": DEFAULT_MODEL})] or kept
    return kept


def _fits(scene: StoredScene, wanted: Mapping[str, Any]) -> bool:
    return all(_has(scene.properties, name, value) for name, value in wanted.items())


def _has(properties: Mapping[str, Any], name: str, value: Any) -> bool:
    if name == "tiers":
        return value == "ALL_TIERS" or properties.get(_TIER_OF_SCENE, "TIER_1") in _TIERS[value]
    if name == "demInstance" and value == "COPERNICUS":
        value = "COPERNICUS_30"
    return properties.get(name, value) == value
