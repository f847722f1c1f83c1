//VERSION=3
// title: All bands as numbers
// about: The twelve bands of the surface product as 16 bit digital numbers (reflectance times 10 000), for GeoTIFF.
// topic: raw bands
// keywords: DN INT16 numbers
// collections: sentinel-2-l2a
var names = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12"];

function setup() {
  return {
    input: [{
      bands: ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12"],
      units: "DN"
    }],
    output: { bands: 12, sampleType: "UINT16" }
  };
}

function evaluatePixel(sample) {
  return names.map(function (name) { return sample[name]; });
}
