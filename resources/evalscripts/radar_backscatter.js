//VERSION=3
// title: Radar backscatter (VV)
// about: How strongly the ground sends the radar back, in decibels; water is dark, towns are bright.
// collections: sentinel-1-grd
function setup() {
  return {
    input: ["VV", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0 || sample.VV <= 0) {
    return [NaN];
  }
  return [10 * Math.log(sample.VV) / Math.LN10];
}
