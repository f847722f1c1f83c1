//VERSION=3
// title: Cloudless composite
// about: The median of all clear views of the period, pixel by pixel; reads every scene, so it costs more units.
// topic: true colour
// collections: sentinel-2-l2a
// keywords: median mosaic time
var CLEAR = [4, 5, 6, 7, 11];

function setup() {
  return {
    input: ["B02", "B03", "B04", "SCL", "dataMask"],
    output: { bands: 3 },
    mosaicking: "ORBIT"
  };
}

function median(values) {
  values.sort(function (a, b) { return a - b; });
  return values[Math.floor(values.length / 2)];
}

function evaluatePixel(samples) {
  var red = [], green = [], blue = [];
  for (var i = 0; i < samples.length; i++) {
    var sample = samples[i];
    if (sample.dataMask === 1 && CLEAR.indexOf(sample.SCL) >= 0) {
      red.push(sample.B04);
      green.push(sample.B03);
      blue.push(sample.B02);
    }
  }
  if (!red.length) {
    return [0, 0, 0];
  }
  return [2.5 * median(red), 2.5 * median(green), 2.5 * median(blue)];
}
