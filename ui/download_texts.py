"""Orders, slots and what became of them in words for the Downloads tab."""

from __future__ import annotations

import datetime as dt

from qgis.PyQt.QtCore import QDateTime, QLocale, Qt

from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.model.timerange import ANY_TIME, TimeRange
from sentinel_workbench.ui.backend import DeliveredSeries
from sentinel_workbench.ui.download import Download
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.translation import tr


def slot_label(slot: TimeRange) -> str:
    """``2019-01`` for a calendar month, else ``2019-01-01 to 01-31`` with the year again only when it is another."""
    if slot == ANY_TIME:
        return tr("timeless")
    last = slot.end - dt.timedelta(seconds=1)
    month = slot.start.day == 1 and (slot.start.year, slot.start.month) == (last.year, last.month)
    if month and slot.end.day == 1 and slot.start.time() == slot.end.time() == dt.time(0):
        return f"{slot.start:%Y-%m}"
    ending = f"{last:%m-%d}" if slot.start.year == last.year else f"{last:%Y-%m-%d}"
    return tr("{first} to {last}").format(first=f"{slot.start:%Y-%m-%d}", last=ending)


def state_text(result: ImageResult) -> str:
    """How an image ended."""
    if result.state is State.FAILED:
        return tr("failed: {error}").format(error=result.error or "")
    if result.state is State.CANCELLED:
        return tr("cancelled")
    parts = [tr("done")]
    if result.area_cloud_percent is not None:
        parts.append(tr("{percent} % cloud").format(percent=round(result.area_cloud_percent)))
    if result.from_cache:
        parts.append(tr("from cache"))
    return ", ".join(parts)


def counts_text(download: Download) -> str:
    """How many images are done."""
    if download.cancelling and download.running:
        return tr("stopping…")
    text = tr("{done} of {total} done").format(done=download.count(State.DONE), total=len(download.order.slots))
    failed = download.count(State.FAILED)
    if failed and not download.running:
        text += tr(", {failed} failed").format(failed=failed)
    return text


def facts_text(download: Download) -> str:
    """When, where, and for how much."""
    when = QDateTime.fromMSecsSinceEpoch(int(download.begun.timestamp() * 1000), Qt.TimeSpec.LocalTime)
    text = tr("{when}, {connection}").format(
        when=QLocale().toString(when, QLocale.FormatType.ShortFormat), connection=download.connection_name
    )
    if not download.images:
        return text
    return tr("{text}, {units} units spent").format(text=text, units=number(download.units, 2))


def error_sentences(delivered: DeliveredSeries) -> str:
    """What went wrong, each sentence once."""
    sentences = [image.error for image in delivered.result.in_state(State.FAILED) if image.error]
    return "\n".join(dict.fromkeys(sentences))


def ended_text(download: Download) -> str:
    """For the message bar; empty where nothing is to be told."""
    done, failed = download.count(State.DONE), download.count(State.FAILED)
    if failed:
        text = tr("{title}: {done} images done, {failed} failed. The Downloads tab says why.")
    elif done:
        text = tr("{title}: {done} images are on the map.")
    else:
        return ""
    return text.format(title=download.order.title, done=done, failed=failed)
