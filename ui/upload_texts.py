"""What the window that takes a folder to a collection says. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER
from sentinel_workbench.core.services.byoc_watch import explain_failure
from sentinel_workbench.core.services.tile_discovery import ENDINGS, Unmatched
from sentinel_workbench.core.services.upload_flow import FolderOrder, TakenFolder
from sentinel_workbench.core.services.upload_plan import UploadPlan
from sentinel_workbench.ui.translation import tr

_SHOWN = 3


@dataclass(frozen=True)
class FoundRow:
    """A row of the table of what was found."""

    path: str
    time: str
    verdict: str


def found_rows(plan: UploadPlan, convert: bool) -> Tuple[FoundRow, ...]:
    """Tiles with trouble first, then those that are ready, then files that are none of a tile."""
    mark = tr("to be converted: {reason}") if convert else "✗ {reason}"
    rows = [FoundRow(one.name, "", mark.format(reason=_short(one))) for one in plan.refused if _is_tile(one)]
    for tile in plan.tiles:
        time = f"{tile.sensing_time:%Y-%m-%d %H:%M}" if tile.sensing_time else tr("none")
        rows.append(FoundRow(tile.path, time, tr("ready")))
    rows += [FoundRow(one.name, "", tr("left out: {reason}").format(reason=one.reason))
             for one in plan.refused if not _is_tile(one)]
    return tuple(rows)


def found_note(plan: UploadPlan, convert: bool) -> str:
    """How much was found by which rules, and the first reasons in full."""
    troubles = [one for one in plan.refused if _is_tile(one)]
    count = tr("Tiles ready: {ready}; with trouble: {trouble}; other files: {others}.").format(
        ready=len(plan.tiles), trouble=len(troubles), others=len(plan.refused) - len(troubles))
    rules = tr("Template {template}, time {pattern}.").format(
        template=plan.template, pattern=plan.time_pattern or tr("none: no sensing time is in the paths"))
    reasons = [] if convert else [f"✗ {one.reason}" for one in troubles[:_SHOWN]]
    return "\n".join([f"{count} {rules}", *reasons])


def _is_tile(one: Unmatched) -> bool:
    return BAND_PLACEHOLDER in one.name


def _short(one: Unmatched) -> str:
    """Its reason without the folder that its name tells already."""
    folder = one.name.rpartition("/")[0]
    return one.reason[len(folder) + 1 :] if folder and one.reason.startswith(f"{folder}/") else one.reason


def missing_step(order: FolderOrder, plan: Optional[UploadPlan]) -> str:
    """What the user has to do next; empty when all is there."""
    if plan is None:
        return tr("Choose the folder of your rasters.")
    if not plan.tiles and not order.convert:
        return tr("No tile can be ingested as it is. Let the files be converted, or correct template and time.")
    if not order.collection:
        return tr("Choose a collection, or write the name of a new one.")
    if not order.bucket:
        return tr("Write the name of the bucket that the new collection reads.")
    return ""


def ready_text(order: FolderOrder, plan: UploadPlan, collection_name: str, copied: bool = False) -> str:
    """What Start will do; ``copied`` where the files only go to a folder of the local hub, which costs nothing."""
    repaired = sum(map(_is_tile, plan.refused)) if order.convert else 0
    tiles = len(plan.tiles) + repaired
    parts: List[str] = []
    if order.create:
        parts.append(tr("makes the collection '{name}'").format(name=collection_name))
    where = tr("copies the files of {tiles} tiles to the bucket {bucket}") if copied else tr(
        "sends the files of {tiles} tiles to the bucket {bucket}")
    parts.append(where.format(tiles=tiles, bucket=order.bucket))
    price = tr("adds the tiles to '{name}'") if copied else tr(
        "adds the tiles to '{name}' for {units} processing units")
    parts.append(price.format(name=collection_name, units=tiles))
    parts.append(tr("waits until they are ingested"))
    return tr("Start {what}.").format(what=", ".join(parts))


def taken_text(taken: TakenFolder) -> str:
    """What came of it, failures in words."""
    lines = [f"{taken.collection.name}: {taken.sent} {taken.registered}", str(taken.ingested)]
    lines += [f"✗ {explain_failure(tile)}" for tile in taken.ingested.failed[:_SHOWN]]
    left = [one for one in taken.plan.refused if one.name.lower().endswith(ENDINGS)]
    lines += [f"✗ {one.name}: {_short(one)}" for one in left[:_SHOWN]]
    if len(left) > _SHOWN:
        lines.append(tr("and {count} more").format(count=len(left) - _SHOWN))
    if taken.ingested.ingested:
        lines.append(tr("'Use it' opens the Imagery tab with the collection filled in."))
    return "\n".join(lines)
