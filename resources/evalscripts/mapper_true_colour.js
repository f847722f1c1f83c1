//VERSION=3
// title: True colour
// about: Red, green and blue as the eye sees them, brightened two and a half times.
// topic: true colour
// collections: landsat-etm-l2, landsat-etm-l1, landsat-tm-l2, landsat-tm-l1
// keywords: natural RGB TM ETM
function setup() {
  return {
    input: ["B01", "B02", "B03"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B03, 2.5 * sample.B02, 2.5 * sample.B01];
}
