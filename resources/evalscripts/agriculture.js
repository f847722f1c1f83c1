//VERSION=3
// title: Agriculture
// about: Short-wave infrared, near infrared and blue: vigorous crops bright green, stressed ones dull, bare soil magenta.
// topic: false colour
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: crops fields
function setup() {
  return {
    input: ["B11", "B08", "B02"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B11, 2.5 * sample.B08, 2.5 * sample.B02];
}
