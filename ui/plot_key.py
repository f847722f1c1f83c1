"""The key above a plot: entries side by side, in as many rows as they need."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence

from qgis.PyQt.QtCore import QPointF, Qt
from qgis.PyQt.QtGui import QFont, QFontMetricsF

SIGN_PX, TOP_PX = 22.0, 4.0
_GAP_PX, _LEAST_TEXT_PX = 14.0, 60.0


class KeyEntry(NamedTuple):
    """Where the sign of an entry has its middle, where its text begins (base line), and the text."""

    sign: QPointF
    text_at: QPointF
    text: str


def place_key(titles: Sequence[str], font: QFont, left: float, right: float, lead: str = "") -> List[KeyEntry]:
    """Places for ``titles`` from the upper left; ``lead`` is written before them."""
    metrics = QFontMetricsF(font)
    line, x, y = metrics.height() + 2, left, TOP_PX
    if lead:
        x += metrics.horizontalAdvance(lead) + _GAP_PX
    entries = []
    for title in titles:
        text = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, max(_LEAST_TEXT_PX, (right - left) / 2))
        width = SIGN_PX + metrics.horizontalAdvance(text)
        if x > left and x + width > right:
            x, y = left, y + line
        middle = QPointF(x + (SIGN_PX - 6) / 2, y + metrics.height() / 2)
        entries.append(KeyEntry(middle, QPointF(x + SIGN_PX, y + metrics.ascent()), text))
        x += width + _GAP_PX
    return entries


def key_bottom(entries: Sequence[KeyEntry], font: QFont) -> float:
    """Where the key ends."""
    metrics = QFontMetricsF(font)
    return max((entry.text_at.y() + metrics.descent() for entry in entries), default=TOP_PX + metrics.height())
