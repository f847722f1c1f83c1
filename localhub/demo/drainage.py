"""Where rain runs off: a drainage tree over a coarse height model, so that valleys branch as real ones do."""

from __future__ import annotations

import heapq

import numpy as np


def drained_area(height: np.ndarray) -> np.ndarray:
    """Upstream cells of every cell.

    The land is flooded from its lowest cells and its edges upward; each cell drains to the neighbour that
    reached it, so no water is ever trapped. A grain of chance makes streams wander over flat ground.

    Args:
        height: (rows, cols), metres; cells below 0 are open water.

    Returns:
        float32 array, at least 1 everywhere.
    """
    rows, cols = height.shape
    levels = height.ravel().tolist()
    grain = np.random.Generator(np.random.PCG64(51)).random(height.size).tolist()
    parent = [-1] * len(levels)
    seen = bytearray(len(levels))
    queue = []
    for cell, level in enumerate(levels):
        row, col = divmod(cell, cols)
        if level < 0 or row in (0, rows - 1) or col in (0, cols - 1):
            seen[cell] = 1
            queue.append((level, cell))
    heapq.heapify(queue)
    order = _flood(queue, levels, grain, parent, seen, cols)
    area = [1.0] * len(levels)
    for cell in reversed(order):
        if parent[cell] >= 0:
            area[parent[cell]] += area[cell]
    return np.array(area, dtype=np.float32).reshape(rows, cols)


def _flood(queue: list, levels: list, grain: list, parent: list, seen: bytearray, cols: int) -> list:
    order = []
    steps = (1, cols, -1, -cols, cols + 1, -cols - 1, cols - 1, 1 - cols)
    last = len(levels)
    while queue:
        level, cell = heapq.heappop(queue)
        order.append(cell)
        for step in steps:
            near = cell + step
            if 0 <= near < last and not seen[near]:
                seen[near] = 1
                parent[near] = cell
                heapq.heappush(queue, (max(levels[near], level) + grain[near], near))
    return order
