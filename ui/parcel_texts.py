"""Parcels, plans and looks in words for the Parcels tab."""

from __future__ import annotations

from collections import Counter
from typing import List, Optional, Sequence

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.model.chips import group_by_pass
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.scl_histogram import Verdict
from sentinel_workbench.core.services.season_plan import SeasonPlan, likely_dates
from sentinel_workbench.ui.parcel_desk import Looked
from sentinel_workbench.ui.parcel_reading import ReadParcels
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.translation import tr

_MOST_NOTES, _SHOWN_NOTES = 20, 1


def parcels_text(read: ReadParcels) -> str:
    """How many, how large, what was left out and why."""
    words = [tr("{parcels}, {area} ha.").format(
        parcels=count_text(len(read.parcels)), area=number(read.area_ha, 2 if read.area_ha < 10 else 0))]
    if read.left_out:
        words.append(tr("Left out: {count}.").format(count=number(read.left_out)))
    words += read.notes[:_SHOWN_NOTES]
    more = len(read.notes) - _SHOWN_NOTES
    if more > 0:
        words.append(tr("{count} more notes: point here to read them.").format(count=number(more)))
    return " ".join(words)


def notes_text(notes: Sequence[str]) -> List[str]:
    """The first twenty."""
    more = len(notes) - _MOST_NOTES
    return [*notes[:_MOST_NOTES], *([tr("… and {count} more.").format(count=number(more))] if more > 0 else [])]


def count_text(parcels: int) -> str:
    """So many parcels."""
    return tr("1 parcel") if parcels == 1 else tr("{count} parcels").format(count=number(parcels))


def period_text(period: TimeRange) -> str:
    """First and last day."""
    first, last = period.label().split(" to ")
    return first if first == last else f"{first} – {last}"


def estimate_text(kind: SourceKind, plan: SeasonPlan, period: TimeRange, connection: Optional[Connection]) -> str:
    """What a look takes, as far as it can be told before anybody is asked."""
    dates = likely_dates(period)
    if kind is SourceKind.SERVER:
        return tr("About {count} chips, for about {dates} dates.").format(
            count=number(dates * plan.chips_a_date), dates=number(dates))
    images = number(dates * plan.images_a_date)
    if kind is SourceKind.CATALOG:
        return tr("About {count} windows of files, for about {dates} dates.").format(count=images, dates=number(dates))
    if connection is None or connection.deployment_id == LOCAL:
        return tr("About {count} small images, for about {dates} dates.").format(count=images, dates=number(dates))
    return tr("About {count} small images and {units} processing units, for about {dates} dates.").format(
        count=images, units=number(dates * plan.units_a_date, 1), dates=number(dates))


def summary_text(looked: Looked) -> str:
    """A look that ended, in a sentence, and what is missing."""
    verdicts = Counter(row.verdict for row in looked.rows)
    dates = len(group_by_pass(looked.season.class_chips))
    words = [
        tr("{parcels}, 1 date").format(parcels=count_text(len(looked.read.parcels))) if dates == 1 else
        tr("{parcels}, {dates} dates").format(parcels=count_text(len(looked.read.parcels)), dates=number(dates)),
        ": ", tr("{clear} of {all} clear").format(clear=number(verdicts[Verdict.CLEAR]), all=number(len(looked.rows))),
    ]
    if verdicts[Verdict.NOT_COVERED]:
        words.append(tr("; {count} not covered").format(count=number(verdicts[Verdict.NOT_COVERED])))
    if verdicts[Verdict.NO_PIXEL]:
        words.append(tr("; {count} without a pixel").format(count=number(verdicts[Verdict.NO_PIXEL])))
    return "".join([*words, ".", *(f" {one}" for one in _missing(looked, verdicts[Verdict.NO_PIXEL] > 0))])


def nothing_text(looked: Looked, demo: bool) -> str:
    """A look that brought no row."""
    if looked.failures:
        return tr("No image came. {reason}").format(reason=looked.failures[0])
    words = [tr("There is no image of these parcels in this period.")]
    if demo:
        words.append(tr("The demo scenes are of 2019 and June 2020, around the Betsiboka estuary in Madagascar."))
    else:
        words.append(tr("Try a longer one."))
    return " ".join([*words, *looked.notes[:1]])


def _missing(looked: Looked, has_small: bool) -> List[str]:
    words = []
    seen = {row.number for row in looked.rows}
    without = len(looked.read.parcels) - len(seen)
    if without:
        words.append(tr("Without any image: {parcels}.").format(parcels=count_text(without)))
    if has_small and not looked.strict:
        words.append(tr("The strict mode also counts pixels a small parcel only touches."))
    if looked.failed:
        words.append(tr("Not fetched or read: {count} images, such as: {reason}").format(
            count=number(looked.failed), reason=looked.failures[0]))
    return [*words, *looked.notes[:1]]
