//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green: plants bright red, water dark.
// topic: false colour
// collections: landsat-ot-l2, landsat-ot-l1, landsat-8-l1c
// keywords: NIR
function setup() {
  return {
    input: ["B05", "B04", "B03"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B05, 2.5 * sample.B04, 2.5 * sample.B03];
}
