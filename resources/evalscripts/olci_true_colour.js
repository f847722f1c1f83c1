//VERSION=3
// title: True colour
// about: Red, green and blue of the ocean and land colour instrument, 300 m.
// topic: true colour
// collections: sentinel-3-olci
// keywords: ocean
function setup() {
  return {
    input: ["B08", "B06", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.0 * sample.B08, 2.0 * sample.B06, 2.0 * sample.B04];
}
