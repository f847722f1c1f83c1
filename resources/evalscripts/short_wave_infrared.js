//VERSION=3
// title: Short-wave infrared
// about: Sees through thin smoke; water black, plants green, bare and burnt ground red.
// topic: false colour
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: SWIR moisture fire
function setup() {
  return {
    input: ["B12", "B8A", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B12, 2.5 * sample.B8A, 2.5 * sample.B04];
}
