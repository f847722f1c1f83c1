//VERSION=3
// title: Open water index (MNDWI)
// about: Water above 0; keeps towns out better than the plain water index.
// topic: water
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: MNDWI flood river lake
// legend: -0.5 #8a6d3b dry land, -0.1 #efe6cf, 0 #d7ecf2 edge, 0.3 #58a5d6 water, 0.8 #0b3d91 clear water
function setup() {
  return {
    input: ["B03", "B11", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  var total = sample.B03 + sample.B11;
  if (sample.dataMask === 0 || total === 0) {
    return [NaN];
  }
  return [(sample.B03 - sample.B11) / total];
}
