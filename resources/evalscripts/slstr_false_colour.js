//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green at 500 m: plants bright red.
// topic: false colour
// collections: sentinel-3-slstr
// keywords: NIR
function setup() {
  return {
    input: ["S1", "S2", "S3"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.S3, 2.5 * sample.S2, 2.5 * sample.S1];
}
