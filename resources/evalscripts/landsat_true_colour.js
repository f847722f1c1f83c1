//VERSION=3
// title: True colour
// about: Red, green and blue as the eye sees them, brightened two and a half times.
// topic: true colour
// keywords: natural RGB
// collections: landsat-ot-l1, landsat-ot-l2, landsat-8-l1c
function setup() {
  return {
    input: ["B02", "B03", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B04, 2.5 * sample.B03, 2.5 * sample.B02];
}
