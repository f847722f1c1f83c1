//VERSION=3
// title: Vegetation change in the period
// about: NDVI of the last clear view less that of the first: brown has lost plants, green has gained; costs more units.
// topic: vegetation
// collections: sentinel-2-l2a
// keywords: NDVI difference harvest deforestation
// legend: -0.6 #7b3f12 lost, -0.1 #efdcc0, 0 #f7f5ec unchanged, 0.1 #d5e8b8, 0.6 #0b5d1e gained
var CLEAR = [4, 5, 6, 7];

function setup() {
  return {
    input: ["B04", "B08", "SCL", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" },
    mosaicking: "ORBIT"
  };
}

function evaluatePixel(samples) {
  var seen = samples.filter(function (sample) {
    return sample.dataMask === 1 && CLEAR.indexOf(sample.SCL) >= 0;
  });
  if (seen.length < 2) {
    return [NaN];
  }
  var last = seen[0], first = seen[seen.length - 1];
  return [index(last.B08, last.B04) - index(first.B08, first.B04)];
}
