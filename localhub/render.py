"""One Process API request, from scenes to the bytes of the answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

from sentinel_workbench.localhub.encode import (
    EXTENSIONS,
    JSON,
    OCTETS,
    TIFF,
    USERDATA,
    check_format,
    encode_image,
    encode_user_data,
    pack,
)
from sentinel_workbench.localhub.evaluation import Evaluation
from sentinel_workbench.localhub.records import HubError, RenderedAnswer, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.sources import Places, open_sources


def render(request: RenderRequest, data: Places, work_dir: Path) -> RenderedAnswer:
    """Make the image of ``request`` from the scenes stored in ``data``.

    Args:
        request: validated.
        data: folder of the scene store, or all places of scenes.
        work_dir: existing folder for the body; the receiver deletes the file.

    Raises:
        HubError: in the words of the service.
    """
    store = open_sources(data, work_dir)
    try:
        with Evaluation(request, store) as evaluation:
            return _Render(request, evaluation).answer(work_dir)
    finally:
        store.close()


class _Render:
    def __init__(self, request: RenderRequest, evaluation: Evaluation) -> None:
        self._request, self._evaluation = request, evaluation
        self._check_outputs()
        evaluation.check_inputs()
        evaluation.choose_scenes()
        self._images = [r for r in request.responses if r.identifier != USERDATA]
        for response in self._images:
            output = evaluation.output(response.identifier)
            check_format(response, output.bands, output.sample_type)

    def answer(self, work_dir: Path) -> RenderedAnswer:
        """Evaluate, encode and pack."""
        images = self._evaluation.images([response.identifier for response in self._images])
        user_data = self._evaluation.user_data(wanted=len(self._images) < len(self._request.responses))
        return self._encoded(images, user_data, work_dir)

    def _check_outputs(self) -> None:
        for response in self._request.responses:
            if response.identifier != USERDATA:
                self._evaluation.output(response.identifier)
            elif response.mime != JSON:
                raise HubError(400, "COMMON_BAD_PAYLOAD", f"Output {USERDATA} must be requested as {JSON}.")

    def _encoded(self, images: Dict[str, np.ndarray], user_data: object, work_dir: Path) -> RenderedAnswer:
        with tempfile.TemporaryDirectory(dir=work_dir) as folder:
            parts: List[Tuple[ResponseFormat, Path]] = []
            for response in self._request.responses:
                path = Path(folder) / f"part{len(parts)}.{EXTENSIONS[response.mime]}"
                if response.identifier == USERDATA:
                    encode_user_data(user_data, path)
                else:
                    nodata = self._evaluation.output(response.identifier).nodata
                    encode_image(images.pop(response.identifier), response, self._request.grid, nodata, path)
                parts.append((response, path))
            with tempfile.NamedTemporaryFile(dir=work_dir, prefix="answer-", delete=False) as handle:
                body = Path(handle.name)
            content_type = pack(parts, self._request.container, body)
        octet_stream = self._request.octet_stream
        units = self._evaluation.units(self._is_float32(), octet_stream)
        return RenderedAnswer(OCTETS if octet_stream else content_type, body, units)

    def _is_float32(self) -> bool:
        return any(
            response.mime == TIFF and self._evaluation.output(response.identifier).sample_type == "FLOAT32"
            for response in self._images
        )
