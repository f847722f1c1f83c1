"""The time slots of a series: months, so many days, equal parts, the whole period, or picked days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, List, Mapping, Sequence, Tuple

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.definitions import choice, is_given, text
from sentinel_workbench.algorithms.parameters import DAY_SHAPE, END, START, read_days
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import parse_instant

SLOTS, COUNT, PICKED = "SLOTS", "SLOT_NUMBER", "DATES"
KINDS = ("months", "days", "equal", "whole", "picked")


def slot_parameters() -> List[QgsProcessingParameterDefinition]:
    """How the period is cut."""
    whole = QgsProcessingParameterNumber.Type.Integer
    return [
        choice(SLOTS, "Time slots", KINDS, "months"),
        QgsProcessingParameterNumber(
            COUNT, "Days of a slot (days) or number of slots (equal)", whole, 10, False, 1
        ),
        text(PICKED, "Days to pick (picked), such as 2019-01-05, 2019-02-09"),
    ]


def read_slots(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> Tuple[api.TimeRange, Sequence[api.TimeRange]]:
    """The period and its slots. Picked days need no period.

    Raises:
        InvalidInput: too many, too short, reversed, or a day that is none.
    """
    kind = api.SlotKind(algorithm.parameterAsEnumString(values, SLOTS, context))
    count = algorithm.parameterAsInt(values, COUNT, context)
    picked = _read_picked(algorithm.parameterAsString(values, PICKED, context))
    if kind is not api.SlotKind.PICKED:
        first, last = read_days(algorithm, values, context)
    elif not picked:
        raise InvalidInput("slots", f"No day is picked in {PICKED}.", DAY_SHAPE)
    elif is_given(values, START) or is_given(values, END):
        first, last = read_days(algorithm, values, context)
        _refuse_outside(picked, first, last)
    else:
        first, last = min(picked), max(picked)
    return api.TimeRange.of_days(first, last), api.SlotRule(kind, count, count, picked).cut(first, last)


def _read_picked(text_of_days: str) -> Tuple[dt.date, ...]:
    return tuple(parse_instant(word).date() for word in re.split(r"[,;\s]+", text_of_days) if word)


def _refuse_outside(picked: Sequence[dt.date], first: dt.date, last: dt.date) -> None:
    outside = [str(day) for day in picked if not first <= day <= last]
    if outside:
        raise InvalidInput("slots", f"Not within the period: {', '.join(outside)}.", "Widen it, or leave it empty.")
