//VERSION=3
// title: Geology
// about: Ratios apart, short-wave bands and blue: rock types differ in colour.
// topic: false colour
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: rock minerals
function setup() {
  return {
    input: ["B12", "B11", "B02"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B12, 2.5 * sample.B11, 2.5 * sample.B02];
}
