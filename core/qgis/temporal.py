"""Time of layers and of the project, for QGIS's Temporal Controller. Everything is half-open and in UTC."""

from __future__ import annotations

import datetime as dt
from typing import Sequence

from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRasterLayer, QgsUnitTypes
from qgis.PyQt.QtCore import QDateTime, Qt

from sentinel_workbench.core.model.timerange import TimeRange

_DAY = dt.timedelta(days=1)


def to_qdatetime(instant: dt.datetime) -> QDateTime:
    """An aware datetime as a QDateTime in UTC."""
    return QDateTime.fromSecsSinceEpoch(int(instant.timestamp()), Qt.TimeSpec.UTC)


def from_qdatetime(value: QDateTime) -> dt.datetime:
    """A QDateTime as an aware datetime in UTC; a local time's clock is read as UTC, as people mean days of the data."""
    date, time = value.date(), value.time()
    return dt.datetime(
        date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second(), tzinfo=dt.timezone.utc
    )


def to_qrange(time_range: TimeRange) -> QgsDateTimeRange:
    """``time_range`` with its begin included and its end excluded."""
    return QgsDateTimeRange(to_qdatetime(time_range.start), to_qdatetime(time_range.end), True, False)


def give_time(layer: QgsRasterLayer, time_range: TimeRange) -> None:
    """Show ``layer`` only within ``time_range``."""
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(to_qrange(time_range))
    properties.setIsActive(True)


def give_project_time(project: QgsProject, slots: Sequence[TimeRange]) -> None:
    """Set the project's range to all of ``slots`` and the controller's step to one slot."""
    settings = project.timeSettings()
    settings.setTemporalRange(
        QgsDateTimeRange(to_qdatetime(slots[0].start), to_qdatetime(slots[-1].end), True, False)
    )
    step, unit = _step(slots)
    settings.setTimeStepUnit(unit)
    settings.setTimeStep(step)
    settings.setFramesPerSecond(2.0)


def _step(slots: Sequence[TimeRange]):
    """(count, unit) of one animation step: months, days, or the layers' own irregular ranges."""
    if all(_is_calendar_month(slot) for slot in slots):
        return 1.0, QgsUnitTypes.TemporalUnit.TemporalMonths
    lengths = {slot.end - slot.start for slot in slots[:-1]} or {slots[0].end - slots[0].start}
    contiguous = all(a.end == b.start for a, b in zip(slots, slots[1:]))
    if len(lengths) == 1 and contiguous and not next(iter(lengths)) % _DAY:
        return float(next(iter(lengths)) // _DAY), QgsUnitTypes.TemporalUnit.TemporalDays
    return 1.0, QgsUnitTypes.TemporalUnit.TemporalIrregularStep


def _is_calendar_month(slot: TimeRange) -> bool:
    start, end = slot.start, slot.end
    next_month = (start.year + start.month // 12, start.month % 12 + 1)
    midnights = start.time() == end.time() == dt.time(0)
    return midnights and start.day == end.day == 1 and (end.year, end.month) == next_month
