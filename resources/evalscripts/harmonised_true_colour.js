//VERSION=3
// title: True colour
// about: Red, green and blue of Landsat and Sentinel-2 made alike, brightened two and a half times.
// topic: true colour
// collections: hls
// keywords: natural RGB HLS
function setup() {
  return {
    input: ["Blue", "Green", "Red"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.Red, 2.5 * sample.Green, 2.5 * sample.Blue];
}
