"""What the log says: what an order will cost, what it cost, and what it was made of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Sequence, Union

from qgis.core import QgsProcessingFeedback

from sentinel_workbench import api
from sentinel_workbench.core.errors import EvalscriptRejected
from sentinel_workbench.core.hub.errors import told_script_line
from sentinel_workbench.core.qgis.metadata import tiles_sentence
from sentinel_workbench.core.services.plan import check_cost, plan_order


def tell_plans(
    orders: Sequence[Union[api.ImageOrder, api.SeriesOrder]], feedback: QgsProcessingFeedback, most_units: float = 0.0
) -> None:
    """Size, requests and units before anything is sent, and what to mind in the first order.

    Raises:
        InvalidInput: an order can't succeed, or they cost more than ``most_units``; 0 is no limit.
    """
    plans = [plan_order(order) for order in orders]
    first = plans[0]
    place = f"{len(plans)} areas, the first: " if len(plans) > 1 else ""
    feedback.pushInfo(
        f"{place}{first.width} x {first.height} px, {first.area_km2:.1f} km². At most "
        f"{sum(plan.requests for plan in plans)} requests, about {sum(plan.processing_units for plan in plans):.2f} "
        "processing units; what is in the cache costs nothing."
    )
    for warning in first.warnings:
        feedback.pushWarning(warning)
    check_cost(plans, most_units)


def tell_image(image: api.ImageResult, feedback: QgsProcessingFeedback) -> str:
    """What was spent, what to mind, and the tiles; returns the sentence about them, "" when none are known."""
    for note in image.notes:
        feedback.pushWarning(note)
    sentence = tiles_sentence(list(image.tiles))
    if sentence:
        exact = any(tile.share is not None for tile in image.tiles)
        feedback.pushInfo(f"{'Made of' if exact else 'May be made of'} {sentence}.")
    feedback.pushInfo(f"{image.requests} requests, {image.processing_units or 0.0:.2f} processing units.")
    return sentence


@contextmanager
def quoting_script(order: api.ImageOrder, feedback: QgsProcessingFeedback) -> Iterator[None]:
    """Show the line of the script that the service could not run."""
    try:
        yield
    except EvalscriptRejected as error:
        quote_line(order.evalscript, str(error), feedback)
        raise


def quote_line(evalscript: str, sentence: str, feedback: QgsProcessingFeedback) -> None:
    """Show the line of the script that an error's sentence names, if it names one."""
    line, lines = told_script_line(sentence), evalscript.splitlines()
    if line is not None and line <= len(lines):
        feedback.reportError(f"Line {line} of the evalscript: {lines[line - 1].strip()}")


def tell_series(result: api.SeriesResult, feedback: QgsProcessingFeedback) -> None:
    """What became of each slot, and what was spent."""
    for image, slot in zip(result.images, result.order.slots):
        if image.error and image.error != result.stopped_by:
            feedback.reportError(f"{slot.label()}: {image.error}")
        for note in image.notes:
            feedback.pushWarning(f"{slot.label()}: {note}")
    if result.stopped_by:
        feedback.reportError(result.stopped_by)
    for sentence in dict.fromkeys(image.error for image in result.images if image.error):
        quote_line(result.order.image.evalscript, sentence, feedback)
    done = len(result.in_state(api.State.DONE))
    feedback.pushInfo(
        f"{done} of {len(result.images)} images, {result.requests} requests, "
        f"{result.processing_units:.2f} processing units."
    )
