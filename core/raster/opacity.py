"""Transparency of 16 bits made visible: QGIS takes bands of opacity for 8 bits, whatever their type."""

from __future__ import annotations

from html import escape
from pathlib import Path

from osgeo import gdal

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.writing import replacing

_SOURCE = (
    '<ComplexSource><SourceFilename relativeToVRT="1">{name}</SourceFilename><SourceBand>{band}</SourceBand>'
    "<ScaleOffset>0</ScaleOffset><ScaleRatio>{ratio!r}</ScaleRatio></ComplexSource>"
)
_RATIO = 255 / 65535


def with_opacity(path: Path) -> Path:
    """A VRT beside a raster with 16-bit alpha: all its bands as they are, and one more of the opacity in 8 bits.

    It names the raster by its place beside it, so that both can be moved together.

    Raises:
        DamagedFile: the raster can't be read.
        StorageError: there is none and none can be written.
    """
    target = path.with_name(f"{path.stem}.drawn.vrt")
    try:
        with replacing(target) as temporary, gdalguard.writing(target):
            _describe(path, temporary)
    except StorageError:
        if not target.is_file():
            raise
    return target


def _describe(path: Path, target: Path) -> None:
    with gdalguard.opened(path) as dataset:
        bands = list(range(1, dataset.RasterCount + 1))
        options = gdal.TranslateOptions(format="VRT", bandList=bands, maskBand="none")
        with gdalguard.closing(gdalguard.made(gdal.Translate(str(target), dataset, options=options))) as virtual:
            virtual.GetRasterBand(bands[-1]).SetColorInterpretation(gdal.GCI_Undefined)
            virtual.AddBand(gdal.GDT_Byte)
            opacity = virtual.GetRasterBand(bands[-1] + 1)
            opacity.SetDescription("opacity")
            opacity.SetColorInterpretation(gdal.GCI_AlphaBand)
            source = _SOURCE.format(name=escape(path.name), band=bands[-1], ratio=_RATIO)
            opacity.SetMetadataItem("source_0", source, "new_vrt_sources")
            gdalguard.stop_on_failure()
