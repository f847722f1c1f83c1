//VERSION=3
// title: False colour, towns and bare ground
// about: Short-wave infrared, near infrared and red: towns violet, plants green, bare soil brown.
// topic: false colour
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: urban built-up
function setup() {
  return {
    input: ["B12", "B11", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B12, 2.5 * sample.B11, 2.5 * sample.B04];
}
