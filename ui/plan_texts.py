"""Orders and plans in words for the Imagery tab."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from qgis.PyQt.QtCore import QLocale

from sentinel_workbench.core.model.grid import MAX_SERVICE_PX, PixelGrid
from sentinel_workbench.core.model.orders import SeriesOrder, TileMetadata
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.services.plan import OrderPlan
from sentinel_workbench.ui.translation import tr


def pixels_text(grid: PixelGrid) -> str:
    """Width and height."""
    return tr("{width} × {height} px").format(width=number(grid.width), height=number(grid.height))


def size_text(grid: PixelGrid, plans: Sequence[OrderPlan]) -> str:
    """Size, ground, parts and areas."""
    text = tr("{size}, {area} km²").format(size=pixels_text(grid), area=number(plans[0].area_km2))
    if grid.tile_count() > 1:
        text = tr("{size}, in {count} parts of {side} px").format(
            size=text, count=number(grid.tile_count()), side=MAX_SERVICE_PX)
    if len(plans) > 1:
        text = tr("{count} areas, the first: {size}").format(count=number(len(plans)), size=text)
    return text


def without_tiles(order: SeriesOrder) -> SeriesOrder:
    """The same order without tile metadata, to tell what that costs."""
    return replace(order, image=replace(order.image, tile_metadata=TileMetadata.NONE))


def metadata_text(mode: TileMetadata, plan: OrderPlan, plain: OrderPlan) -> str:
    """What the tile table costs; ``plain`` is the plan without it."""
    if mode is TileMetadata.EXACT:
        return tr("Runs the script tile by tile: about {units} units instead of {without}.").format(
            units=units_text(plan.processing_units), without=units_text(plain.processing_units)
        )
    if mode is TileMetadata.CANDIDATES:
        return tr("Lists the tiles that may have been used, from the catalog. Costs nothing.")
    return tr("No table of the satellite tiles behind each image.")


def cost_text(plans: Sequence[OrderPlan]) -> str:
    """Requests and processing units of all orders."""
    return tr("Requests: {count}\nUnits: about {units}").format(
        count=number(sum(plan.requests for plan in plans)),
        units=units_text(sum(plan.processing_units for plan in plans)),
    )


def slots_text(rule: SlotRule, count: int) -> str:
    """How many slots, and by which rule."""
    text = {
        SlotKind.MONTHS: tr("Slots: {count}, calendar months"),
        SlotKind.EQUAL: tr("Slots: {count}, equal parts"),
        SlotKind.DAYS: tr("Slots: {count}, every {days} days"),
        SlotKind.WHOLE: tr("One slot: the whole period"),
        SlotKind.PICKED: tr("Slots: {count}, picked days"),
    }[rule.kind]
    return text.format(count=count, days=rule.days)


def units_text(units: float) -> str:
    """Processing units; a small image costs thousandths."""
    return number(units, 2 if units >= 0.1 else 3)


def number(value: float, decimals: int = 0) -> str:
    """A number as the user's country writes it."""
    return QLocale().toString(float(value), "f", decimals)
