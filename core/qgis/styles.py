"""How a raster is drawn. One stretch serves a whole series, so that its images can be compared.

Measuring reads pixels and may run in any thread; applying reads none and belongs to the main thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, List, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal
from qgis.core import (
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsRasterTransparency,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.evalscript.legend import Legend
from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.raster.writing import has_wide_alpha

gdal.UseExceptions()

SAMPLE_PX = 512
"""Longest side of the decimated read the stretch is measured on."""
CUT_PERCENT = (2.0, 98.0)
MAX_CLASSES = 16
DIVERGING = ((0.0, "#8c510a"), (0.25, "#d8b365"), (0.5, "#f6f3e0"), (0.75, "#7fbf5b"), (1.0, "#0b5d1e"))
SEQUENTIAL = ((0.0, "#2c2a4a"), (0.3, "#38688f"), (0.6, "#57b38c"), (0.85, "#d3de6b"), (1.0, "#fff7c2"))


@dataclass(frozen=True)
class Stretch:
    """What was learnt of a series' pixels.

    Attributes:
        band_names: descriptions in the file, "" where there is none.
        limits: (low, high) a band, or None where 8-bit values are shown as they are.
        classes: the distinct values of a single band that looks like classes, else empty.
        mask_band: 1-based band that says where there is data, or None; it carries no value to draw.
        alpha_band: what QGIS takes for opacity: the mask band where its values are such, or the one beyond the last,
            which QGIS makes of the file's own mask or which a layer with ``wide_alpha`` is given; else None.
        wide_alpha: the last band is the opacity in 16 bits, which QGIS can't draw by (raster/opacity).
    """

    band_names: Tuple[str, ...]
    limits: Tuple[Optional[Tuple[float, float]], ...]
    classes: Tuple[int, ...] = ()
    mask_band: Optional[int] = None
    alpha_band: Optional[int] = None
    wide_alpha: bool = False

    @property
    def colour_bands(self) -> Tuple[int, ...]:
        """1-based numbers of the bands that carry values."""
        return tuple(i for i in range(1, len(self.limits) + 1) if i != self.mask_band)


def measure_stretch(paths: Iterable[Path]) -> Optional[Stretch]:
    """The stretch for rasters of one output, or None when there is none. Reads at most ``SAMPLE_PX`` a side of each."""
    samples: List[List[np.ndarray]] = []
    names: Tuple[str, ...] = ()
    is_byte, told_alpha, wide_alpha, mask_band, own_mask = True, False, False, None, False
    for path in paths:
        dataset = gdal.Open(str(path))
        bands = [dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)]
        names = names or tuple(band.GetDescription() for band in bands)
        is_byte = all(band.DataType == gdal.GDT_Byte for band in bands)
        mask_band, own_mask = _mask_band(bands), bands[0].GetMaskFlags() == gdal.GMF_PER_DATASET
        told_alpha, wide_alpha = bands[-1].GetColorInterpretation() == gdal.GCI_AlphaBand, has_wide_alpha(dataset)
        samples.append(_sample(dataset, bands))
    if not samples:
        return None
    count = min(len(one) for one in samples)
    joined = [np.concatenate([one[i] for one in samples]) for i in range(count)]
    value_bands = count - (1 if mask_band else 0)
    limits = tuple(None if is_byte and value_bands >= 3 else _cut(values) for values in joined)
    classes = _classes(joined[0]) if value_bands == 1 else ()
    beyond = own_mask or wide_alpha
    alpha = count + 1 if beyond else mask_band if is_byte and (told_alpha or _reaches_opaque(joined[-1])) else None
    return Stretch(names[:count], limits, classes, mask_band, alpha, wide_alpha)


def apply_stretch(layer: QgsRasterLayer, stretch: Stretch) -> None:
    """Give ``layer`` the renderer that fits ``stretch``."""
    bands = stretch.colour_bands
    if len(bands) >= 3:
        renderer = _colour_renderer(layer, stretch)
    elif stretch.classes:
        renderer = _class_renderer(layer, stretch)
    elif len(bands) == 1 and stretch.limits[0] and stretch.limits[0][0] != stretch.limits[0][1]:
        renderer = _ramp_renderer(layer, stretch)
    else:
        renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
        renderer.setContrastEnhancement(_enhancement(layer, 1, stretch.limits[0]))
    if _has_band(layer, stretch.alpha_band):
        renderer.setAlphaBand(stretch.alpha_band)
    layer.setRenderer(renderer)


def apply_legend(layer: QgsRasterLayer, legend: Legend, alpha_band: Optional[int] = None) -> None:
    """Draw the layer's first band as its script says."""
    renderer = _legend_ramp(layer, legend) if legend.is_ramp else _legend_classes(layer, legend)
    if _has_band(layer, alpha_band):
        renderer.setAlphaBand(alpha_band)
    layer.setRenderer(renderer)


def _has_band(layer: QgsRasterLayer, band: Optional[int]) -> bool:
    return band is not None and band <= layer.bandCount()


def _legend_ramp(layer: QgsRasterLayer, legend: Legend) -> QgsSingleBandPseudoColorRenderer:
    stops = [
        (entry.value, entry.colour, f"{entry.value:g} {entry.label}".strip()) for entry in legend.entries
    ]
    renderer = _interpolated(layer, stops)
    settings = QgsColorRampLegendNodeSettings()
    settings.setUseContinuousLegend(False)  # a bar shows no words
    renderer.shader().rasterShaderFunction().setLegendSettings(settings)
    return renderer


def _legend_classes(layer: QgsRasterLayer, legend: Legend) -> QgsPalettedRasterRenderer:
    classes = [
        QgsPalettedRasterRenderer.Class(entry.value, QColor(entry.colour), f"{entry.value:g} {entry.label}".strip())
        for entry in legend.entries
    ]
    return QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)


def _mask_band(bands: Sequence[gdal.Band]) -> Optional[int]:
    """The last of two or four bands, where the file or its name says that it tells where there is data."""
    last = bands[-1]
    told = last.GetColorInterpretation() == gdal.GCI_AlphaBand or last.GetDescription().lower() in ("datamask", "alpha")
    return len(bands) if told and len(bands) in (2, 4) else None


def _reaches_opaque(values: np.ndarray) -> bool:
    """A mask of zeros and ones would be next to transparent."""
    return not values.size or values.max() != 1


def _sample(dataset: gdal.Dataset, bands: Sequence[gdal.Band]) -> List[np.ndarray]:
    scale = max(1.0, max(dataset.RasterXSize, dataset.RasterYSize) / SAMPLE_PX)
    width, height = max(1, int(dataset.RasterXSize / scale)), max(1, int(dataset.RasterYSize / scale))
    arrays = [band.ReadAsArray(buf_xsize=width, buf_ysize=height) for band in bands]
    picked = []
    for band, array in zip(bands, arrays):
        keep = np.isfinite(array)
        if band.GetNoDataValue() is not None:
            keep &= array != band.GetNoDataValue()
        picked.append(_as_shown(array[keep], band))
    return picked


def _as_shown(values: np.ndarray, band: gdal.Band) -> np.ndarray:
    """QGIS shows stored values by the scale and offset their file declares."""
    scale, offset = band.GetScale(), band.GetOffset()
    if (1.0 if scale is None else scale, offset or 0.0) == (1.0, 0.0):
        return values
    return values * (1.0 if scale is None else scale) + (offset or 0.0)


def _cut(values: np.ndarray) -> Tuple[float, float]:
    """Cumulative cut that leaves zeros out when they look like missing data."""
    shown = values[values != 0] if values.size and values.min() >= 0 else values
    if not shown.size:
        return 0.0, 1.0
    low, high = np.percentile(shown.astype("float64"), CUT_PERCENT)
    return (float(low), float(high)) if high > low else (float(low), float(low) + 1.0)


def _classes(values: np.ndarray) -> Tuple[int, ...]:
    if not np.issubdtype(values.dtype, np.integer) or not values.size:
        return ()
    distinct = np.unique(values)
    return tuple(int(value) for value in distinct) if distinct.size <= MAX_CLASSES and distinct.max() < 256 else ()


def _enhancement(layer: QgsRasterLayer, band: int, limits: Optional[Tuple[float, float]]) -> QgsContrastEnhancement:
    enhancement = QgsContrastEnhancement(layer.dataProvider().dataType(band))
    if limits is None:
        enhancement.setContrastEnhancementAlgorithm(
            QgsContrastEnhancement.ContrastEnhancementAlgorithm.NoEnhancement
        )
        return enhancement
    enhancement.setMinimumValue(limits[0])
    enhancement.setMaximumValue(limits[1])
    enhancement.setContrastEnhancementAlgorithm(
        QgsContrastEnhancement.ContrastEnhancementAlgorithm.StretchToMinimumMaximum
    )
    return enhancement


def _rgb_bands(stretch: Stretch) -> Tuple[int, int, int]:
    """Bands for red, green, blue: the true colour ones when they are named so, else the first three."""
    by_name = {name: i for i, name in enumerate(stretch.band_names, start=1)}
    if len(stretch.colour_bands) > 4 and all(name in by_name for name in ("B04", "B03", "B02")):
        return by_name["B04"], by_name["B03"], by_name["B02"]
    return stretch.colour_bands[0], stretch.colour_bands[1], stretch.colour_bands[2]


def _colour_renderer(layer: QgsRasterLayer, stretch: Stretch) -> QgsMultiBandColorRenderer:
    red, green, blue = _rgb_bands(stretch)
    renderer = QgsMultiBandColorRenderer(layer.dataProvider(), red, green, blue)
    renderer.setRedContrastEnhancement(_enhancement(layer, red, stretch.limits[red - 1]))
    renderer.setGreenContrastEnhancement(_enhancement(layer, green, stretch.limits[green - 1]))
    renderer.setBlueContrastEnhancement(_enhancement(layer, blue, stretch.limits[blue - 1]))
    if stretch.wide_alpha and not _has_band(layer, stretch.alpha_band):
        renderer.setRasterTransparency(_clear_black())
    return renderer


def _clear_black() -> QgsRasterTransparency:
    """All that is left where opacity can't be had."""
    transparency = QgsRasterTransparency()
    transparency.initializeTransparentPixelList(0.0, 0.0, 0.0)
    return transparency


def _class_renderer(layer: QgsRasterLayer, stretch: Stretch) -> QgsPalettedRasterRenderer:
    is_scene_class = bool(stretch.band_names) and stretch.band_names[0].upper() == "SCL"
    classes = []
    for position, value in enumerate(stretch.classes):
        if is_scene_class and 0 <= value < len(SCENE_CLASSES):
            known = SCENE_CLASSES[value]
            label = f"{value} {known.title.lower()}"
            classes.append(QgsPalettedRasterRenderer.Class(value, QColor(known.colour), label))
        else:
            hue = int(360 * position / len(stretch.classes))
            classes.append(QgsPalettedRasterRenderer.Class(value, QColor.fromHsv(hue, 140, 220), str(value)))
    return QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)


def _ramp_renderer(layer: QgsRasterLayer, stretch: Stretch) -> QgsSingleBandPseudoColorRenderer:
    low, high = stretch.limits[0] or (0.0, 1.0)
    ramp = DIVERGING if low < 0 < high and high <= 1.0 else SEQUENTIAL
    if ramp is DIVERGING:
        low, high = -max(-low, high), max(-low, high)
    values = [(low + (high - low) * part, colour) for part, colour in ramp]
    return _interpolated(layer, [(value, colour, f"{value:.3g}") for value, colour in values])


def _interpolated(layer: QgsRasterLayer, stops: Sequence[Tuple[float, str, str]]) -> QgsSingleBandPseudoColorRenderer:
    """Colours between ``stops`` of value, colour and label, in ascending order."""
    low, high = stops[0][0], stops[-1][0]
    function = QgsColorRampShader(low, high, None, QgsColorRampShader.Type.Interpolated)
    function.setColorRampItemList(
        [QgsColorRampShader.ColorRampItem(value, QColor(colour), label) for value, colour, label in stops]
    )
    shader = QgsRasterShader(low, high)
    shader.setRasterShaderFunction(function)
    return QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
