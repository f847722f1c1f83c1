//VERSION=3
// title: Short-wave infrared
// about: Short-wave infrared, near infrared and red: burnt ground red, plants green.
// topic: false colour
// collections: landsat-etm-l2, landsat-etm-l1, landsat-tm-l2, landsat-tm-l1
// keywords: SWIR fire TM ETM
function setup() {
  return {
    input: ["B03", "B04", "B07"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B07, 2.5 * sample.B04, 2.5 * sample.B03];
}
