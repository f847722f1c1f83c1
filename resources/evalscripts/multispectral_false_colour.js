//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green of the first Landsats, 60 m, back to 1972.
// topic: false colour
// collections: landsat-mss-l1
// keywords: NIR MSS
function setup() {
  return {
    input: ["B01", "B02", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B04, 2.5 * sample.B02, 2.5 * sample.B01];
}
