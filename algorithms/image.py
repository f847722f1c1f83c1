"""``sentinelworkbench:image`` and ``sentinelworkbench:preview``: one image of a period."""

from __future__ import annotations

from typing import Any, Mapping

from qgis.core import QgsProcessingContext, QgsProcessingParameterNumber

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.area_parameters import read_areas
from sentinel_workbench.algorithms.help import AREA_HELP, INPUTS_HELP, LOCAL_HUB_HELP
from sentinel_workbench.algorithms.single import SingleImageAlgorithm
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services.orders import are_timeless
from sentinel_workbench.core.services.preview import PREVIEW_PX, preview_order

LONGEST = "LONGEST_SIDE"


class ImageAlgorithm(SingleImageAlgorithm):
    """One mosaic of a period as GeoTIFFs."""

    def name(self) -> str:
        return "image"

    def displayName(self) -> str:
        return "Image"

    def shortHelpString(self) -> str:
        return (
            "Fetches one image: the scenes of a period, least cloudy, most recent or oldest on top, through an "
            "evalscript. The log tells the processing units before and after, and the satellite tiles the image was "
            "made of.\n\n"
            "A script with several outputs gives a raster for each: the first is the image, the others lie beside it "
            "as name_output.tif. User data of the script go to a JSON file or a table, when a place is given.\n\n"
            f"{AREA_HELP} One polygon at a time; the image is empty outside of it.\n\n{INPUTS_HELP}\n\n"
            "An image that was fetched before comes from the cache and costs nothing.\n\n" + LOCAL_HUB_HELP
        )

    def initAlgorithm(self, config: Any = None) -> None:
        for parameter in parameters.order_parameters("Polygon, instead of the area"):
            self.addParameter(parameter)
        self.addParameter(parameters.userdata())
        self.add_results()

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> api.ImageOrder:
        """The order the values describe.

        Raises:
            InvalidInput: a value that can't be used.
        """
        areas = read_areas(self, values, context)
        if len(areas) > 1:
            raise InvalidInput(
                "area", f"{len(areas)} polygons are given, an image has one.",
                "Select one and use the selected features only, or use the algorithm for a series.",
            )
        order = parameters.read_image_order(self, values, context, areas[0])
        if are_timeless(order.sources):
            return order
        return order.at(parameters.read_period(self, values, context))


class PreviewAlgorithm(ImageAlgorithm):
    """The same, small."""

    def name(self) -> str:
        return "preview"

    def displayName(self) -> str:
        return "Preview"

    def shortHelpString(self) -> str:
        return (
            "A quick look before the whole image is paid for: the first output of the script over the whole area with "
            "few pixels, for a hundredth of a processing unit or so.\n\n"
            f"{AREA_HELP}\n\n{INPUTS_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        for parameter in parameters.order_parameters("Polygon, instead of the area"):
            if parameter.name() not in (parameters.METADATA, parameters.FORMAT, parameters.QUALITY):
                self.addParameter(parameter)
        whole = QgsProcessingParameterNumber.Type.Integer
        self.addParameter(
            QgsProcessingParameterNumber(LONGEST, "Longest side (pixels)", whole, PREVIEW_PX, False, 8, 2500)
        )
        self.add_results("Preview")

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> api.ImageOrder:
        return preview_order(super().read_order(values, context), self.parameterAsInt(values, LONGEST, context))
