//VERSION=3
// title: Radar colour composite
// about: VV red, VH green and their ratio blue, in decibels: forest yellow-green, water dark blue, towns white.
// topic: radar
// collections: sentinel-1-grd
// keywords: SAR VV VH RGB
function setup() {
  return {
    input: ["VV", "VH"],
    output: { bands: 3 }
  };
}

function decibel(power) {
  return power > 0 ? (10 * Math.log(power)) / Math.LN10 : -40;
}

function evaluatePixel(sample) {
  var vv = decibel(sample.VV), vh = decibel(sample.VH);
  return [(vv + 20) / 20, (vh + 27) / 20, (vv - vh) / 15];
}
