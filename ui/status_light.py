"""A small round light with a reason on hover and a name for screen readers."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QPainter
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.ui.backend import ConnectionStatus, Light
from sentinel_workbench.ui.translation import tr

_COLOURS = {
    Light.UNKNOWN: "#9a9a9a",
    Light.BUSY: "#2f7ed8",
    Light.OK: "#2e9e4f",
    Light.WARNING: "#e6a000",
    Light.ERROR: "#cf2f2f",
}


class StatusLight(QWidget):
    """Shows a ``ConnectionStatus``."""

    def __init__(self, parent: QWidget = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(16, 16))
        self.show_status(ConnectionStatus())

    def show_status(self, status: ConnectionStatus) -> None:
        """Change colour and reason."""
        self._light = status.light
        reason = status.reason or _default_reason(status.light)
        self.setToolTip(reason)
        self.setAccessibleName(reason)
        self.update()

    @property
    def light(self) -> Light:
        """What it shows now."""
        return self._light

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(_COLOURS[self._light])
        painter.setPen(colour.darker(140))
        painter.setBrush(colour)
        painter.drawEllipse(2, 2, 11, 11)
        painter.end()


def _default_reason(light: Light) -> str:
    return {
        Light.UNKNOWN: tr("Not used yet in this session."),
        Light.BUSY: tr("Working…"),
        Light.OK: tr("The last request was answered."),
        Light.WARNING: tr("Usable, with a remark."),
        Light.ERROR: tr("The last request failed."),
    }[light]

