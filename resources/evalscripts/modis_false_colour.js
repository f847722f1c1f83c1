//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green at 500 m: plants bright red.
// topic: false colour
// collections: modis
// keywords: NIR
function setup() {
  return {
    input: ["B02", "B01", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [1.5 * sample.B02, 1.5 * sample.B01, 1.5 * sample.B04];
}
