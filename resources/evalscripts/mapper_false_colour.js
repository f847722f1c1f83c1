//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green: plants bright red, water dark.
// topic: false colour
// collections: landsat-etm-l2, landsat-etm-l1, landsat-tm-l2, landsat-tm-l1
// keywords: NIR TM ETM
function setup() {
  return {
    input: ["B02", "B03", "B04"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.B04, 2.5 * sample.B03, 2.5 * sample.B02];
}
