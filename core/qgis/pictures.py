"""Images of orders as pictures for labels and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor, QImage

from sentinel_workbench.core.model.results import ImageResult
from sentinel_workbench.core.qgis.layers import open_raster
from sentinel_workbench.core.qgis.styles import Stretch, measure_stretch

BACKGROUND = "#f0f0f0"


@dataclass(frozen=True)
class MeasuredImage:
    """An image whose pixels were looked at, so that the main thread need not."""

    image: ImageResult
    identifier: str
    stretch: Optional[Stretch]


def measure_image(image: ImageResult) -> MeasuredImage:
    """The first output of ``image`` with its stretch. Reads pixels: call it in a worker thread."""
    identifier = next(iter(image.rasters))
    return MeasuredImage(image, identifier, measure_stretch([image.rasters[identifier]]))


def draw_picture(measured: MeasuredImage, size: QSize) -> QImage:
    """The image as QGIS draws it, within ``size``. Main thread; meant for small images.

    Raises:
        DamagedFile: the raster does not open.
    """
    layer = open_raster(measured.image, measured.identifier, "", measured.stretch)
    shape = QSize(layer.width(), layer.height()).scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    return layer.previewAsImage(shape, QColor(BACKGROUND), QImage.Format.Format_ARGB32)
