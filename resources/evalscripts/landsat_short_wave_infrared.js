//VERSION=3
// title: Short-wave infrared
// about: Short-wave infrared, near infrared and red: burnt ground red, plants green.
// topic: false colour
// collections: landsat-ot-l2, landsat-ot-l1, landsat-8-l1c
// keywords: SWIR burn
function setup() {
  return {
    input: ["B07", "B05", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B07, 2.5 * sample.B05, 2.5 * sample.B04];
}
