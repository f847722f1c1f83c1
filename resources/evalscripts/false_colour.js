//VERSION=3
// title: False colour (infrared)
// about: Near infrared, red and green: healthy plants are bright red, water is black.
// topic: false colour
// keywords: NIR infrared vegetation
// collections: sentinel-2-l2a, sentinel-2-l1c
function setup() {
  return {
    input: ["B03", "B04", "B08"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B08, 2.5 * sample.B04, 2.5 * sample.B03];
}
