
// From here on: the script above, with the output dataMask that statistics need.
var workbenchMask = { bands: [], added: false, output: "default" };

function setup() {
  var declared = workbenchScript("setup")(), entries = [].concat(declared.input);
  var input = typeof entries[0] === "string" ? { bands: entries } : Object.assign({}, entries[0]);
  var bands = workbenchMask.bands = input.bands.slice();
  workbenchMask.added = bands.indexOf("dataMask") < 0;
  if (workbenchMask.added) {
    input.bands = bands.concat("dataMask");
    if (Array.isArray(input.units) && input.units.length === bands.length) input.units = input.units.concat("DN");
  }
  var outputs = [].concat(declared.output).map(function (output) {
    return Object.assign({ id: "default" }, output);
  });
  workbenchMask.output = outputs[0].id;
  return Object.assign({}, declared, { input: [input], output: outputs.concat({ id: "dataMask", bands: 1 }) });
}

function evaluatePixel(sample, scenes, inputMetadata, customData, outputMetadata) {
  var plain = sample, result, outputs = {};
  if (workbenchMask.added) {
    plain = {};
    workbenchMask.bands.forEach(function (band) { plain[band] = sample[band]; });
  }
  result = workbenchScript("evaluatePixel")(plain, scenes, inputMetadata, customData, outputMetadata);
  if (Array.isArray(result) || typeof result !== "object") outputs[workbenchMask.output] = [].concat(result);
  else outputs = Object.assign({}, result);
  outputs.dataMask = [sample.dataMask];
  return outputs;
}
