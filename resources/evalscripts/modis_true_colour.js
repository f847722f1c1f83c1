//VERSION=3
// title: True colour
// about: Red, green and blue of the daily land product, brightened two and a half times.
// topic: true colour
// keywords: natural RGB
// collections: modis
function setup() {
  return {
    input: ["B01", "B03", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B01, 2.5 * sample.B04, 2.5 * sample.B03];
}
