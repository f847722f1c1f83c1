//VERSION=3
// title: True colour, clouds left out
// about: As the eye sees it, with cloud, cloud shadow and snow made transparent.
// topic: true colour
// collections: sentinel-2-l2a
// keywords: cloudless mask alpha
var HIDDEN = [0, 1, 3, 8, 9, 10, 11];

function setup() {
  return {
    input: ["B02", "B03", "B04", "SCL", "dataMask"],
    output: { bands: 4 }
  };
}

function evaluatePixel(sample) {
  var seen = sample.dataMask === 1 && HIDDEN.indexOf(sample.SCL) < 0;
  return [2.5 * sample.B04, 2.5 * sample.B03, 2.5 * sample.B02, seen ? 1 : 0];
}
