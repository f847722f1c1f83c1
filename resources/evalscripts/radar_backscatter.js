//VERSION=3
// title: Radar backscatter (VV)
// about: How strongly the ground sends the radar back, in decibels; water is dark, towns are bright.
// topic: radar
// keywords: SAR dB VV
// legend: -25 #0a0a12 smooth, -18 #3e4a63, -10 #a5a08a, -2 #fff6df rough
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
