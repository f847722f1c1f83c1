//VERSION=3
// title: Both radar bands as numbers
// about: VV and VH as linear power, 32 bit, for analysis of your own.
// topic: raw bands
// collections: sentinel-1-grd
// keywords: SAR linear power
function setup() {
  return {
    input: ["VV", "VH"],
    output: { bands: 2, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  return [sample.VV, sample.VH];
}
