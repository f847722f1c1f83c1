"""Footprints of available scenes on the map: coloured by cloud, followed by the Temporal Controller. Main thread."""

from __future__ import annotations

from qgis.core import (
    Qgis,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

SCENE_ID, DATE, TILE_CLOUD, AREA_CLOUD = "scene_id", "date", "cloud_percent", "area_cloud_percent"
CLOUD_CLASSES = (
    (0.0, 10.0, "#1a9850"), (10.0, 30.0, "#91cf60"), (30.0, 60.0, "#fee08b"), (60.0, 90.0, "#fc8d59"),
    (90.0, 100.0, "#d73027"),
)
"""Percent from, percent to, colour."""
_FILL_ALPHA = 40


def dress_scenes(layer: QgsVectorLayer, with_cloud: bool) -> None:
    """Colours by cloud where it is known (that over the area before that of the tile), a tip, and the sensing time."""
    best = f'coalesce("{AREA_CLOUD}", "{TILE_CLOUD}")'
    if with_cloud:
        ranges = [
            QgsRendererRange(low, high, _symbol(colour), f"{low:g} to {high:g} % cloud")
            for low, high, colour in CLOUD_CLASSES
        ]
        layer.setRenderer(QgsGraduatedSymbolRenderer(best, ranges))
    else:
        layer.setRenderer(QgsSingleSymbolRenderer(_symbol("#1f78b4")))
    layer.setDisplayExpression(f'"{SCENE_ID}"')
    layer.setMapTipTemplate(
        f"<b>[% \"{SCENE_ID}\" %]</b><br>[% format_date(\"{DATE}\", 'yyyy-MM-dd HH:mm') %] UTC"
        f"[% if({best} is null, '', '<br>' || round({best}) || ' % cloud') %]"
    )
    properties = layer.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    properties.setStartField(DATE)
    properties.setIsActive(True)


def _symbol(colour: str) -> QgsFillSymbol:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return QgsFillSymbol.createSimple(
        {"color": f"{red},{green},{blue},{_FILL_ALPHA}", "outline_color": colour, "outline_width": "0.3"}
    )
