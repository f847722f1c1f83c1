"""``sentinelworkbench:request``: a Process API request written elsewhere, sent as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Mapping

from qgis.core import QgsProcessingContext, QgsProcessingParameterString

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.definitions import advanced
from sentinel_workbench.algorithms.help import LOCAL_HUB_HELP
from sentinel_workbench.algorithms.single import SingleImageAlgorithm
from sentinel_workbench.core.model.orders import JSON_TYPE, Response, TileMetadata
from sentinel_workbench.core.services.checks import USERDATA

REQUEST = "REQUEST"
_LONGEST_PATH = 1000


class RequestAlgorithm(SingleImageAlgorithm):
    """JSON, curl or Python text as an order of one image."""

    def name(self) -> str:
        return "request"

    def displayName(self) -> str:
        return "Request as it is"

    def shortHelpString(self) -> str:
        return (
            "Sends a request to the Process API as it was written, and makes GeoTIFFs of the answer: one for each "
            "output asked for, the first as the image, the others beside it as name_output.tif.\n\n"
            "The request is the JSON body, a curl command, or Python code with a SentinelHubRequest of the public "
            "library, as text or as the path of a file. Code is read, never run; tokens and secrets in it are not "
            "used: the connection's own are.\n\n"
            "Whatever is asked for in time, size and place is part of the request. A member that is not known is "
            "refused by its path.\n\n" + LOCAL_HUB_HELP
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.addParameter(parameters.connection())
        title = "Request: JSON, curl or Python, as text or as a file"
        self.addParameter(QgsProcessingParameterString(REQUEST, title, None, True))
        self.addParameter(advanced(parameters.metadata(TileMetadata.NONE)))
        self.addParameter(parameters.userdata())
        self.addParameter(parameters.most_units())
        self.addParameter(parameters.hub_data())
        self.add_results()

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> api.ImageOrder:
        """The order the text holds; user data that shall go to a file are asked for too.

        Raises:
            InvalidInput: it can't be read.
        """
        order = api.read_order(read_request_text(self.parameterAsString(values, REQUEST, context)))
        wanted = bool(self.parameterAsFileOutput(values, parameters.USERDATA, context))
        if wanted and all(response.identifier != USERDATA for response in order.responses):
            order = replace(order, responses=(*order.responses, Response(USERDATA, JSON_TYPE)))
        mode = TileMetadata(self.parameterAsEnumString(values, parameters.METADATA, context))
        return replace(order, tile_metadata=mode)


def read_request_text(value: str) -> str:
    """The text itself, or that of the file it names.

    Raises:
        InvalidInput: the file can't be read.
    """
    said = value.strip()
    if "\n" in said or said[:1] in "{[" or len(said) > _LONGEST_PATH or not Path(said).is_file():
        return value
    return parameters.read_text_file(Path(said), "request")
