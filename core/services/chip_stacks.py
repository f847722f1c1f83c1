"""Chips whose bands lie in files of their own as one raster an image, without copying a pixel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from osgeo import gdal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.chips import Chip, ChipFailure, ChipSeries
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.writing import replacing

BandOf = Tuple[Chip, int]


def stack_bands(series: ChipSeries, bands: Sequence[str]) -> ChipSeries:
    """The series with one chip an image, its bands in the order of ``bands``; images that lack one are left out.

    Virtual rasters are written beside the chips, on the grid of the finest band. They declare scale and offset where an
    image has an offset, so that those before and after a change of it look alike. What can't be read is told in
    ``failures``.
    """
    wanted, declares = tuple(bands), any(chip.offset for chip in series.chips)
    images: Dict[Tuple, Dict[str, BandOf]] = {}
    for chip in series.chips:
        found = images.setdefault((chip.date, chip.product, chip.parcels), {})
        found.update({band: (chip, number) for number, band in enumerate(chip.bands, 1)})
    stacks: List[Chip] = []
    failures = list(series.failures)
    for image in images.values():
        if any(band not in image for band in wanted):
            continue
        try:
            stacks.append(_stacked([image[band] for band in wanted], wanted, declares))
        except WorkbenchError as error:
            first = image[wanted[0]][0]
            failures.append(ChipFailure(first.parcels, first.date, error.message))
    return replace(series, chips=tuple(stacks), failures=tuple(failures))


def _stacked(parts: Sequence[BandOf], bands: Tuple[str, ...], declares: bool) -> Chip:
    first = parts[0][0]
    if first.bands == bands and not declares:
        return first
    path = first.path.with_name(f"{first.path.stem}_{'_'.join(bands)}.vrt")
    layers = [str(_alone(chip, number)) for chip, number in parts]
    with replacing(path) as temporary, gdalguard.writing(path):
        options = gdal.BuildVRTOptions(separate=True, resolution="highest", resampleAlg="nearest")
        made = gdalguard.made(gdal.BuildVRT(str(temporary), layers, options=options))
        with gdalguard.closing(made) as dataset:
            for number, (band, (chip, _)) in enumerate(zip(bands, parts), 1):
                layer = dataset.GetRasterBand(number)
                layer.SetDescription(band)
                if chip.nodata is not None:
                    layer.SetNoDataValue(chip.nodata)
                if declares:
                    layer.SetScale(chip.scale)
                    layer.SetOffset(chip.offset)
    return replace(first, path=path, bands=bands)


def _alone(chip: Chip, number: int) -> Path:
    """A file whose first band is band ``number`` of the chip; GDAL stacks first bands only."""
    if number == 1:
        return chip.path
    path = chip.path.with_name(f"{chip.path.stem}_{number}.vrt")
    with replacing(path) as temporary, gdalguard.writing(path):
        made = gdalguard.made(gdal.Translate(str(temporary), str(chip.path), format="VRT", bandList=[number]))
        with gdalguard.closing(made):
            pass
    return path
