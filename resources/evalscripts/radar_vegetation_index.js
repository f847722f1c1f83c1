//VERSION=3
// title: Radar vegetation index (RVI)
// about: Grows from 0 with the plants, through clouds and at night.
// topic: radar
// collections: sentinel-1-grd
// keywords: RVI SAR crops
// legend: 0 #d9c9a3 bare, 0.4 #cfe08f, 0.8 #4f9e45, 1.2 #0b4d1c dense
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
  return [sample.VV + sample.VH > 0 ? (4 * sample.VH) / (sample.VV + sample.VH) : NaN];
}
