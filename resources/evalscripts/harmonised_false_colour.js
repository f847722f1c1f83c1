//VERSION=3
// title: False colour (near infrared)
// about: Near infrared, red and green: plants bright red, water dark.
// topic: false colour
// collections: hls
// keywords: NIR HLS
function setup() {
  return {
    input: ["Green", "NIR_Narrow", "Red"],
    output: { bands: 3 }
  };
}

function evaluatePixel(sample) {
  return [2.5 * sample.NIR_Narrow, 2.5 * sample.Red, 2.5 * sample.Green];
}
