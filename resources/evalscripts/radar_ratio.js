//VERSION=3
// title: Radar ratio (VV over VH)
// about: Difference of the two echoes in decibels: small over forest, large over bare soil and water.
// topic: radar
// collections: sentinel-1-grd
// keywords: SAR polarisation
// legend: 2 #0f5a2b forest, 6 #8fbf6b, 10 #f1e6b8, 15 #5a7fb0 smooth
function setup() {
  return {
    input: ["VV", "VH", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.VV > 0 && sample.VH > 0 ? (10 * Math.log(sample.VV / sample.VH)) / Math.LN10 : NaN];
}
