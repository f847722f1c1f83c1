"""The polygons of a layer as they are now, read as parcels in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Optional, Tuple

from qgis.core import (
    QgsDistanceArea,
    QgsFeature,
    QgsFeatureRequest,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.qgis.parcel_layers import read_parcels
from sentinel_workbench.core.services.collector import resting_collector
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.translation import tr

MOST_PARCELS = 20_000
_SQUARE_M_PER_HA = 10_000.0
_EVERY = 200
_ELLIPSOID = "EPSG:7030"


@dataclass(frozen=True)
class ReadParcels:
    """What a layer held.

    Attributes:
        parcels: those that can be worked with.
        notes: a sentence about each that can't, or that needs a word.
        left_out: how many can't.
        area_ha: of all outlines on the ellipsoid.
    """

    parcels: Tuple[Parcel, ...]
    notes: Tuple[str, ...]
    left_out: int
    area_ha: float


class LayerReading:
    """Made on the main thread, which may go on changing the layer; ``read`` may run in any.

    Args:
        layer: with polygons.
        field: holds the parcels' ids; the features' own ids where it is None.
        selected_only: only what is selected now.

    Raises:
        InvalidInput: the layer has no CRS, no feature, or too many.
    """

    def __init__(self, layer: QgsVectorLayer, field: Optional[str] = None, selected_only: bool = False) -> None:
        name = layer.name()
        if not layer.crs().isValid():
            raise InvalidInput(
                "parcels",
                tr("The layer '{name}' has no CRS, so nobody knows where its parcels are.").format(name=name),
                tr("Set it in the layer's properties under Source."),
            )
        self.count = layer.selectedFeatureCount() if selected_only else layer.featureCount()
        if not self.count:
            raise InvalidInput("parcels", *_none_there(name, selected_only))
        if self.count > MOST_PARCELS:
            raise InvalidInput(
                "parcels",
                tr("{count} parcels are more than the {most} that can be looked at together.").format(
                    count=number(self.count), most=number(MOST_PARCELS)),
                tr("Select fewer in the layer '{name}'.").format(name=name),
            )
        self._source, self._crs, self._field = QgsVectorLayerFeatureSource(layer), layer.crs(), field
        self._request = QgsFeatureRequest()
        if selected_only:
            self._request.setFilterFids(layer.selectedFeatureIds())
        self._measure = QgsDistanceArea()
        self._measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
        self._measure.setEllipsoid(_ELLIPSOID)

    def read(self, progress: Progress = Silent()) -> ReadParcels:
        """The parcels in the layer's order.

        Raises:
            InvalidInput: none can be used, or two have the same id.
            Cancelled: on request.
        """
        self._seen, self._square_m = 0, 0.0
        with resting_collector():
            parcels, notes = read_parcels(self._features(progress), self._crs, self._field)
        _check_ids(parcels)
        return ReadParcels(parcels, notes, self._seen - len(parcels), self._square_m / _SQUARE_M_PER_HA)

    def _features(self, progress: Progress) -> Iterator[QgsFeature]:
        for feature in self._source.getFeatures(self._request):
            if not self._seen % _EVERY:
                raise_if_cancelled(progress)
                progress.report(min(1.0, self._seen / max(1, self.count)), f"Reading parcel {self._seen + 1}")
            self._seen += 1
            self._square_m += self._measure.measureArea(feature.geometry()) if feature.hasGeometry() else 0.0
            yield feature


def _none_there(name: str, selected_only: bool) -> Tuple[str, str]:
    if selected_only:
        return (
            tr("No parcel is selected in the layer '{name}'.").format(name=name),
            tr("Select some on the map, or uncheck 'Selected only'."),
        )
    return tr("The layer '{name}' has no parcel yet.").format(name=name), tr("Draw one, or choose another layer.")


def _check_ids(parcels: Tuple[Parcel, ...]) -> None:
    seen, double = set(), set()
    for parcel in parcels:
        (double if parcel.pid in seen else seen).add(parcel.pid)
    if double:
        first = min(double)
        message = (
            tr("Several parcels have the id '{pid}'.").format(pid=first) if len(double) == 1
            else tr("{count} ids, such as '{pid}', belong to several parcels each.").format(
                count=number(len(double)), pid=first)
        )
        raise InvalidInput(
            "parcels", message, tr("Choose an id field whose values are unique, or the feature numbers.")
        )
