"""What render processes do for the Statistical API: look at the script once, then measure interval by interval."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from sentinel_workbench.core.evalscript.program import ScriptOutput
from sentinel_workbench.core.model.collection import DATA_MASK
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.band_statistics import describe_band
from sentinel_workbench.localhub.calculations import DEFAULT, calculations_of
from sentinel_workbench.localhub.evaluation import Evaluation
from sentinel_workbench.localhub.sources import Places, open_sources
from sentinel_workbench.localhub.statistics_request import StatisticsRequest

_SAMPLE_TYPE = "FLOAT32"
"""Of outputs that name none."""


@dataclass(frozen=True)
class IntervalStatistics:
    """``outputs`` of one interval as the service sends them, and the processing units they cost."""

    outputs: Mapping[str, Any]
    processing_units: float


def check_script(request: StatisticsRequest, data: Places, work_dir: Path) -> None:
    """Refuse a request whose script does not start, lacks an output or can't be masked, whatever the interval.

    Raises:
        HubError: in the words of the service.
    """
    store = open_sources(data, work_dir)
    try:
        with Evaluation(request, store, _SAMPLE_TYPE) as evaluation:
            evaluation.check_inputs()
            _check_mask(evaluation.output(DATA_MASK), _measured(evaluation))
            _check_calculations(request, evaluation)
    finally:
        store.close()


def measure_interval(request: StatisticsRequest, data: Places, work_dir: Path) -> IntervalStatistics:
    """The statistics of ``request``, which has a single interval.

    Args:
        request: ``check_script`` holds.
        data: folder of the scene store, or all places of scenes.
        work_dir: existing folder for what is fetched from servers.

    Raises:
        HubError: the script failed.
    """
    store = open_sources(data, work_dir)
    try:
        with Evaluation(request, store, _SAMPLE_TYPE) as evaluation:
            evaluation.choose_scenes()
            measured = _measured(evaluation)
            images = evaluation.images([DATA_MASK, *(output.id for output in measured)])
            mask = images.pop(DATA_MASK)
            planes = _mask_planes(evaluation.output(DATA_MASK), measured)
            outputs = {
                output.id: _describe(request, output, images.pop(output.id), _counted(mask, planes[output.id]))
                for output in measured
            }
            return IntervalStatistics(outputs, evaluation.units())
    finally:
        store.close()


def _measured(evaluation: Evaluation) -> List[ScriptOutput]:
    """The outputs that are answered: all but the mask."""
    return [output for output in evaluation.outputs if output.id != DATA_MASK]


def _check_mask(mask: ScriptOutput, measured: List[ScriptOutput]) -> None:
    if not measured:
        raise bad_payload("The evalscript must have an output besides dataMask.")
    if mask.bands > 1 and not set(mask.band_names or ("",)) <= {output.id for output in measured}:
        raise bad_payload("The output dataMask must have one band, or the ids of other outputs as its bands.")


def _check_calculations(request: StatisticsRequest, evaluation: Evaluation) -> None:
    for identifier, calculations in request.calculations.items():
        if identifier == DEFAULT:
            continue
        names = _band_names(evaluation.output(identifier))
        for band in calculations.named_bands():
            if band not in names:
                raise bad_payload(
                    f"Output '{identifier}' has no band '{band}'. Its bands: [{', '.join(names)}].",
                    f"calculations->{identifier}",
                )


def _band_names(output: ScriptOutput) -> Tuple[str, ...]:
    if len(output.band_names) == output.bands:
        return output.band_names
    return tuple(f"B{number}" for number in range(output.bands))


def _mask_planes(mask: ScriptOutput, measured: List[ScriptOutput]) -> Dict[str, Optional[int]]:
    """For each output the plane of the mask that counts its pixels, None when all of them count.

    A mask whose bands are the ids of outputs masks each of these by its own plane, and no other output.
    """
    identifiers = [output.id for output in measured]
    if mask.band_names and len(mask.band_names) == mask.bands and set(mask.band_names) <= set(identifiers):
        return {name: mask.band_names.index(name) if name in mask.band_names else None for name in identifiers}
    return dict.fromkeys(identifiers, 0)


def _counted(mask: np.ndarray, plane: Optional[int]) -> np.ndarray:
    """Which pixels count; ``mask`` is (bands, rows, cols)."""
    if plane is None:
        return np.ones(mask.shape[1:], bool)
    return (mask[plane] != 0) & ~np.isnan(mask[plane])


def _describe(
    request: StatisticsRequest, output: ScriptOutput, pixels: np.ndarray, counted: np.ndarray
) -> Dict[str, Any]:
    wanted = calculations_of(request.calculations, output.id)
    bands = {
        name: describe_band(plane[counted], plane.size, wanted.percents(name), wanted.histogram(name))
        for name, plane in zip(_band_names(output), pixels)
    }
    return {"bands": bands}
