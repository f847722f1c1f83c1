"""What the bands of a file are called, what they count in, and what stands for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from osgeo import gdal

SCALE_NOTE = "SCALE_NOTE"
"""Metadata item of a band, such as ``value * 0.0001 = reflectance``. GDAL's own scale would change what QGIS shows."""


@dataclass(frozen=True)
class BandLabels:
    """One entry a band; further bands have none.

    Attributes:
        names: descriptions.
        units: ``""`` for none.
        scale_notes: how a value becomes a quantity, ``""`` where it is one.
        nodata: value to declare, or None to keep what is declared.
    """

    names: Tuple[str, ...] = ()
    units: Tuple[str, ...] = ()
    scale_notes: Tuple[str, ...] = ()
    nodata: Optional[float] = None

    def give_to(self, dataset: gdal.Dataset) -> None:
        """Write them into a dataset that is open for writing."""
        for index in range(dataset.RasterCount):
            band = dataset.GetRasterBand(index + 1)
            if index < len(self.names):
                band.SetDescription(self.names[index])
            if index < len(self.units) and self.units[index]:
                band.SetUnitType(self.units[index])
            if index < len(self.scale_notes) and self.scale_notes[index]:
                band.SetMetadataItem(SCALE_NOTE, self.scale_notes[index])
            if self.nodata is not None:
                band.SetNoDataValue(self.nodata)


def labels_of(dataset: gdal.Dataset) -> BandLabels:
    """Names, units and notes of an open dataset."""
    bands = [dataset.GetRasterBand(index + 1) for index in range(dataset.RasterCount)]
    return BandLabels(
        tuple(band.GetDescription() for band in bands),
        tuple(band.GetUnitType() for band in bands),
        tuple(band.GetMetadataItem(SCALE_NOTE) or "" for band in bands),
    )
