//VERSION=3
// title: Radar backscatter (VH)
// about: Echo with turned polarisation, in decibels: forests bright, bare fields and water dark.
// topic: radar
// collections: sentinel-1-grd
// keywords: SAR dB biomass
// legend: -30 #0a0a12 smooth, -22 #3e4a63, -15 #a5a08a, -8 #fff6df rough
function setup() {
  return {
    input: ["VH", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.VH > 0 ? (10 * Math.log(sample.VH)) / Math.LN10 : NaN];
}
