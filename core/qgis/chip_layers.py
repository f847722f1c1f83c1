"""Chips on the map: a group that follows the Temporal Controller. Main thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Mapping, Optional, Sequence

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsProject, QgsRasterLayer, QgsVectorLayer

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.chips import SAME_PASS, Chip, ChipSeries, group_by_pass
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.styles import Stretch, apply_stretch, measure_stretch
from sentinel_workbench.core.qgis.temporal import give_project_time, give_time

CHIP_PROPERTY = "sentinelworkbench/chip"
_DAY = dt.timedelta(days=1)


def chip_name(chip: Chip, parcels: Sequence[str] = ()) -> str:
    """``2019-05-01 B08 (a)``."""
    place = f" ({', '.join(parcels[:2])}{', ...' if len(parcels) > 2 else ''})" if parcels else ""
    return f"{chip.date:%Y-%m-%d} {' '.join(chip.bands)}{place}"


def measure_chips(chips: Sequence[Chip]) -> Mapping[tuple, Optional[Stretch]]:
    """How to draw chips of the same bands, alike at every date."""
    by_bands: dict = {}
    for chip in chips:
        by_bands.setdefault(chip.bands, []).append(chip.path)
    measured = {bands: measure_stretch(paths) for bands, paths in by_bands.items()}
    # Files of some sources do not name their bands, and the scene classes are known by theirs.
    return {bands: found and replace(found, band_names=bands) for bands, found in measured.items()}


def times_of(series: ChipSeries) -> Mapping[dt.datetime, TimeRange]:
    """Sensing time of each chip to the day it is shown on, from midnight, or from the pass when two share a day."""
    passes = group_by_pass(series.chips)
    starts = []
    for number, group in enumerate(passes):
        midnight = group[0].date.replace(hour=0, minute=0, second=0, microsecond=0)
        shares_day = number > 0 and passes[number - 1][0].date.date() == midnight.date()
        starts.append(group[0].date.replace(microsecond=0) if shares_day else midnight)
    following = [*starts[1:], *(start + _DAY for start in starts[-1:])]
    ends = [min(start + _DAY, nearest) for start, nearest in zip(starts, following)]
    return {
        chip.date: TimeRange(start, max(end, start + SAME_PASS))
        for group, start, end in zip(passes, starts, ends) for chip in group
    }


def dress_chip(layer: QgsRasterLayer, chip: Chip, stretch: Optional[Stretch], shown: TimeRange) -> None:
    """Style, time and a mark."""
    if stretch is not None:
        apply_stretch(layer, stretch)
    give_time(layer, shown)
    layer.setCustomProperty(CHIP_PROPERTY, chip.product or str(chip.path))


def add_chips(
    series: ChipSeries, project: QgsProject, title: str,
    stretches: Optional[Mapping[tuple, Optional[Stretch]]] = None,
) -> QgsLayerTreeGroup:
    """Put all chips into one new group, the newest on top, and let the project's time span them.

    The group lies below the vector layers on top of the project, so that the parcels' outlines stay seen.

    Args:
        series: of a source.
        project: gets them.
        title: of the group.
        stretches: of ``measure_chips``, when it ran elsewhere.

    Raises:
        DamagedFile: a chip does not open.
    """
    measured = measure_chips(series.chips) if stretches is None else stretches
    shown = times_of(series)
    layers = [_open(series, chip, measured.get(chip.bands), shown[chip.date]) for chip in series.chips]
    group = _new_group(project, title)
    for layer in layers:
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer)
    if shown:
        give_project_time(project, sorted(shown.values(), key=lambda one: one.start))
    return group


def show_chip(
    series: ChipSeries, project: QgsProject, title: str, stretches: Mapping[tuple, Optional[Stretch]]
) -> None:
    """Make the chips of a series seen: those that are layers already, else in the group ``title``, made when missing.

    They are shown at all times, for nobody asked for a series of them.

    Raises:
        DamagedFile: a chip does not open.
    """
    root = project.layerTreeRoot()
    known = {layer.source(): layer for layer in project.mapLayers().values()}
    shown = times_of(series)
    for chip in series.chips:
        layer = known.get(str(chip.path))
        if layer is None:
            layer = _open(series, chip, stretches.get(chip.bands), shown[chip.date])
            layer.temporalProperties().setIsActive(False)
            project.addMapLayer(layer, False)
            group = root.findGroup(title) or _new_group(project, title)
            group.insertLayer(0, layer)
        node = root.findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)


def _new_group(project: QgsProject, title: str) -> QgsLayerTreeGroup:
    root = project.layerTreeRoot()
    place = 0
    for node in root.children():
        if not isinstance(node, QgsLayerTreeLayer) or not isinstance(node.layer(), QgsVectorLayer):
            break
        place += 1
    return root.insertGroup(place, title)


def _open(series: ChipSeries, chip: Chip, stretch: Optional[Stretch], shown: TimeRange) -> QgsRasterLayer:
    names = [series.order.parcels[number].pid for number in chip.parcels]
    layer = QgsRasterLayer(str(chip.path), chip_name(chip, names), "gdal")
    if not layer.isValid():
        raise DamagedFile(f"The chip {chip.path.name} does not open.", "Fetch the chips again.")
    dress_chip(layer, chip, stretch, shown)
    return layer
