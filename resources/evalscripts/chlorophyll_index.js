//VERSION=3
// title: Chlorophyll index (red edge)
// about: Near infrared over red edge, less one: grows with the chlorophyll of leaves.
// topic: vegetation
// collections: sentinel-2-l2a, sentinel-2-l1c
// keywords: CIre nitrogen
// legend: 0 #f4efd2 none, 1 #bfd98a, 3 #57a24a, 6 #0b4d1c much
function setup() {
  return {
    input: ["B05", "B07", "dataMask"],
    output: { bands: 1, sampleType: "FLOAT32" }
  };
}

function evaluatePixel(sample) {
  if (sample.dataMask === 0) {
    return [NaN];
  }
  return [sample.B05 > 0 ? sample.B07 / sample.B05 - 1 : NaN];
}
