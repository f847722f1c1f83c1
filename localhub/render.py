"""One Process API request, from scenes to the bytes of the answer.

Pixels are read and evaluated in strips of rows, so memory stays bounded whatever the number of scenes; the script
keeps one global state for the whole image.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import ScriptError
from sentinel_workbench.core.evalscript.program import CollectionBands, Program, ScriptOutput
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.units import processing_units
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.localhub.encode import (
    EXTENSIONS,
    JSON,
    TIFF,
    USERDATA,
    check_format,
    encode_image,
    encode_user_data,
    pack,
)
from sentinel_workbench.localhub.records import HubError, RenderedAnswer, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.sampling import BandChoice, Sampler, inside_mask, normalization_factor
from sentinel_workbench.localhub.scene_choice import (
    SIMPLE,
    Sampled,
    count_input_bands,
    find_scenes,
    group_samples,
    in_order,
)
from sentinel_workbench.localhub.store import SceneStore

STRIP_BYTES = 96_000_000
SERVICE_VERSION = "4.263.0"
"""What the service documentation shows; scripts copy it into their user data."""


def render(request: RenderRequest, data: Path, work_dir: Path) -> RenderedAnswer:
    """Make the image of ``request`` from the scenes stored in ``data``.

    Args:
        request: validated.
        data: folder of the scene store.
        work_dir: existing folder for the body; the receiver deletes the file.

    Raises:
        HubError: in the words of the service.
    """
    store = SceneStore(data)
    collections = [store.collection(entry.collection) for entry in request.inputs]
    try:
        program = Program(request.evalscript, _collection_bands(request, collections))
    except ScriptError as error:
        raise _script_failure(error) from error
    try:
        return _Render(request, store, collections, program).answer(work_dir)
    except ScriptError as error:
        raise _script_failure(error) from error
    finally:
        program.close()
        store.close()


class _Render:
    def __init__(
        self, request: RenderRequest, store: SceneStore, collections: Sequence[Collection], program: Program
    ) -> None:
        self._request = request
        self._program = program
        self._inputs = program.setup.inputs
        self._choices = [
            BandChoice(collections[e.datasource_index], e.bands, e.units, request.inputs[e.datasource_index])
            for e in self._inputs
        ]
        self._check_outputs()
        self._check_mosaicking()
        self._samples = self._kept_samples(store)
        program.update_output(self._records())
        self._images = [r for r in request.responses if r.identifier != USERDATA]
        for response in self._images:
            output = self._output(response.identifier)
            check_format(response, output.bands, output.sample_type)

    def answer(self, work_dir: Path) -> RenderedAnswer:
        """Evaluate, encode and pack."""
        factors = [normalization_factor(choice) for choice in self._choices]
        metadata = {"serviceVersion": SERVICE_VERSION, "normalizationFactor": factors[0] if factors else 1.0}
        self._program.begin(self._records(), metadata)
        images = self._evaluate()
        if self._images:
            self._program.require_values()
        wants_user_data = len(self._images) < len(self._request.responses)
        user_data = self._program.user_data() if wants_user_data else None
        return self._encoded(images, user_data, work_dir)

    # ---- before the pixels -------------------------------------------------------------------------------------

    def _output(self, identifier: str) -> ScriptOutput:
        for output in self._program.setup.outputs:
            if output.id == identifier:
                return output
        message = f"Output {identifier} requested but missing from function setup()"
        raise HubError(400, "COMMON_BAD_PAYLOAD", message)

    def _check_outputs(self) -> None:
        for response in self._request.responses:
            if response.identifier != USERDATA:
                self._output(response.identifier)
            elif response.mime != JSON:
                raise HubError(400, "COMMON_BAD_PAYLOAD", f"Output {USERDATA} must be requested as {JSON}.")

    def _check_mosaicking(self) -> None:
        for entry, choice in zip(self._inputs, self._choices):
            if entry.mosaicking not in choice.collection.mosaicking:
                name = choice.collection.legacy_name
                raise HubError(
                    400, "RENDERER_EXCEPTION",
                    f"Mosaicking '{entry.mosaicking}' is not supported for collection '{name}'. "
                    f"Supported: [{', '.join(choice.collection.mosaicking)}].",
                )

    def _kept_samples(self, store: SceneStore) -> List[List[Sampled]]:
        found = []
        for entry, choice in zip(self._inputs, self._choices):
            scenes = find_scenes(store, choice.collection, choice.data, self._request)
            found.append(group_samples(scenes, entry.mosaicking, entry.want_bounds))
        records = [_records(entry.mosaicking, samples) for entry, samples in zip(self._inputs, found)]
        sources = [choice.data for choice in self._choices]
        kept = self._program.pre_process(records, [s.time_from for s in sources], [s.time_to for s in sources])
        return [
            samples if entry.mosaicking == SIMPLE else in_order(samples, indices)
            for entry, samples, indices in zip(self._inputs, found, kept)
        ]

    def _records(self) -> List[List[dict]]:
        return [_records(entry.mosaicking, samples) for entry, samples in zip(self._inputs, self._samples)]

    # ---- pixels ------------------------------------------------------------------------------------------------

    def _evaluate(self) -> Dict[str, np.ndarray]:
        grid = self._request.grid
        inside = inside_mask(self._request.geometry, grid)
        files = OpenBands()
        samplers = [Sampler(choice, files) for choice in self._choices]
        wanted = {response.identifier for response in self._images}
        images: Dict[str, np.ndarray] = {}
        step = self._strip_rows()
        for top in range(0, grid.height, step):
            rows = min(step, grid.height - top)
            strip = self._evaluate_strip(samplers, grid.window(0, top, grid.width, rows), inside[top:top + rows])
            for identifier in wanted:
                part = strip[identifier]
                if identifier not in images:
                    images[identifier] = np.empty((part.shape[0], grid.height, grid.width), part.dtype)
                images[identifier][:, top:top + rows] = part
        return images

    def _evaluate_strip(
        self, samplers: Sequence[Sampler], strip: PixelGrid, inside: np.ndarray
    ) -> Dict[str, np.ndarray]:
        centres = GridCentres(strip)
        fused = len(samplers) > 1
        samples = [
            [sampler.flatten(sample.scenes, centres, inside) for sample in group if sample.scenes or not fused]
            for sampler, group in zip(samplers, self._samples)
        ]
        return self._program.evaluate(samples, strip.height, strip.width)

    def _strip_rows(self) -> int:
        """Rows whose samples and outputs fit ``STRIP_BYTES``."""
        numbers = sum(len(group) * (len(c.read_bands) + 1) for group, c in zip(self._samples, self._choices))
        numbers += sum(output.bands for output in self._program.setup.outputs) + 4
        return max(1, STRIP_BYTES // (8 * numbers * self._request.grid.width))

    # ---- after the pixels --------------------------------------------------------------------------------------

    def _encoded(self, images: Dict[str, np.ndarray], user_data: object, work_dir: Path) -> RenderedAnswer:
        with tempfile.TemporaryDirectory(dir=work_dir) as folder:
            parts: List[Tuple[ResponseFormat, Path]] = []
            for response in self._request.responses:
                path = Path(folder) / f"part{len(parts)}.{EXTENSIONS[response.mime]}"
                if response.identifier == USERDATA:
                    encode_user_data(user_data, path)
                else:
                    nodata = self._output(response.identifier).nodata
                    encode_image(images.pop(response.identifier), response, self._request.grid, nodata, path)
                parts.append((response, path))
            with tempfile.NamedTemporaryFile(dir=work_dir, prefix="answer-", delete=False) as handle:
                body = Path(handle.name)
            content_type = pack(parts, self._request.container, body)
        return RenderedAnswer(content_type, body, self._processing_units())

    def _processing_units(self) -> float:
        grid = self._request.grid
        float32 = any(
            response.mime == TIFF and self._output(response.identifier).sample_type == "FLOAT32"
            for response in self._images
        )
        several = [len(group) for entry, group in zip(self._inputs, self._samples) if entry.mosaicking != SIMPLE]
        fused = len(self._inputs)
        return processing_units(
            grid.width,
            grid.height,
            count_input_bands([entry.bands for entry in self._inputs]),
            float32=float32,
            samples=max(max(several, default=1), 1),
            fusion_factor=float(fused) if fused > 1 else 1.0,
        )


def _records(mosaicking: str, samples: Sequence[Sampled]) -> List[dict]:
    """What the script is told of its scenes; nothing with SIMPLE mosaicking."""
    return [] if mosaicking == SIMPLE else [dict(sample.record) for sample in samples]


def _collection_bands(request: RenderRequest, collections: Sequence[Collection]) -> List[CollectionBands]:
    return [
        CollectionBands(
            entry.identifier or str(index),
            collection.legacy_name,
            {band.name: band.units[0] for band in collection.bands},
            {band.name: band.units for band in collection.bands},
        )
        for index, (entry, collection) in enumerate(zip(request.inputs, collections))
    ]


def _script_failure(error: ScriptError) -> HubError:
    return HubError(400, "RENDERER_EXCEPTION", error.message)
