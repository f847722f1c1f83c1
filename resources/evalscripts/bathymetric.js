//VERSION=3
// title: Shallow water
// about: Red, green and coastal blue, strongly brightened: shoals, sediment plumes and reefs.
// topic: water
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: bathymetry coast sediment
function setup() {
  return {
    input: ["B04", "B03", "B01"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [3.5 * sample.B04, 3.5 * sample.B03, 3.5 * sample.B01];
}
