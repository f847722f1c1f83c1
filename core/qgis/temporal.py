"""Time of layers and of the project in UTC, so that the Temporal Controller steps from slot to slot."""

from __future__ import annotations

import datetime as dt
from typing import Sequence

from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRasterLayer, QgsUnitTypes, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, Qt

from sentinel_workbench.core.model.timerange import TimeRange

_SECOND = dt.timedelta(seconds=1)


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
    """``time_range`` from its first to its last second.

    QGIS keeps no open ends in a saved project: an end that is the next slot's begin would come back as part of both.
    The last second says the same and survives.
    """
    return QgsDateTimeRange(to_qdatetime(time_range.start), to_qdatetime(time_range.end - _SECOND), True, True)


def give_time(layer: QgsRasterLayer, time_range: TimeRange) -> None:
    """Show ``layer`` only within ``time_range``."""
    properties = layer.temporalProperties()
    properties.setMode(Qgis.RasterTemporalMode.FixedTemporalRange)
    properties.setFixedTemporalRange(to_qrange(time_range))
    properties.setIsActive(True)


def give_time_field(layer: QgsVectorLayer, field: str, is_active: bool) -> None:
    """Let the Temporal Controller show features at the moment in ``field``."""
    properties = layer.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    properties.setStartField(field)
    properties.setIsActive(is_active)


def give_project_time(project: QgsProject, slots: Sequence[TimeRange]) -> None:
    """Set the project's range to all of ``slots`` and the controller's step to one slot.

    The step is that of the layers ("source timestamps"), so that slots of any length are shown one by one.
    """
    settings = project.timeSettings()
    settings.setTemporalRange(QgsDateTimeRange(to_qdatetime(slots[0].start), to_qdatetime(slots[-1].end - _SECOND)))
    settings.setTimeStepUnit(QgsUnitTypes.TemporalUnit.TemporalIrregularStep)
    settings.setTimeStep(1.0)
    settings.setFramesPerSecond(2.0)
