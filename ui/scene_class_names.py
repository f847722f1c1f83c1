"""The scene classes as people read them: title and colour."""

from __future__ import annotations

from typing import Tuple

from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap

from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.ui.translation import tr

_SWATCH_PX = 14
_EDGE = QColor(128, 128, 128)


def class_titles() -> Tuple[str, ...]:
    """By class, in the user's language."""
    return (
        tr("No data"),
        tr("Saturated or defective"),
        tr("Dark or topographic shadow"),
        tr("Cloud shadow"),
        tr("Vegetation"),
        tr("Not vegetated"),
        tr("Water"),
        tr("Unclassified"),
        tr("Cloud, medium probability"),
        tr("Cloud, high probability"),
        tr("Thin cirrus"),
        tr("Snow or ice"),
    )


def class_swatch(value: int) -> QIcon:
    """A square in the colour of a class, with an edge, for one of them is white."""
    picture = QPixmap(_SWATCH_PX, _SWATCH_PX)
    picture.fill(QColor(SCENE_CLASSES[value].colour))
    painter = QPainter(picture)
    painter.setPen(_EDGE)
    painter.drawRect(0, 0, _SWATCH_PX - 1, _SWATCH_PX - 1)
    painter.end()
    return QIcon(picture)
