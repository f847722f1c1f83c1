//VERSION=3
// title: Radar water mask
// about: 1 where the echo is as weak as over calm water, 0 elsewhere, 255 without data; works through clouds.
// topic: water
// collections: sentinel-1-grd
// keywords: SAR flood
// class: 0 #d9cfb0 land
// class: 1 #1f5fbf water
// class: 255 #101010 no data
var WATER_DB = -17;

function setup() {
  return {
    input: ["VV", "dataMask"],
    output: { bands: 1, sampleType: "UINT8" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0 || sample.VV <= 0) {
    return [255];
  }
  return [(10 * Math.log(sample.VV)) / Math.LN10 < WATER_DB ? 1 : 0];
}
