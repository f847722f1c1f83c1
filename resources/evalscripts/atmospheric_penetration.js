//VERSION=3
// title: Atmospheric penetration
// about: The three bands that haze troubles least; shows land forms through dusty air.
// topic: false colour
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: haze geology
function setup() {
  return {
    input: ["B12", "B11", "B8A"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B12, 2.5 * sample.B11, 2.5 * sample.B8A];
}
