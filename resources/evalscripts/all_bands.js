//VERSION=3
// title: All bands as numbers
// about: The thirteen bands of the sensor as 16 bit digital numbers (reflectance times 10 000), for GeoTIFF.
// topic: raw bands
// keywords: DN INT16 numbers
// collections: sentinel-2-l1c
var names = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"];

function setup() {
  return {
    input: [{
      bands: ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"],
      units: "DN"
    }],
    output: { bands: 13, sampleType: "UINT16" }
  };
}

function evaluatePixel(sample) {
  return names.map(function (name) { return sample[name]; });
}
