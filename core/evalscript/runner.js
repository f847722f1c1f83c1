// Runs one evalscript: its setup, its hooks, and the pixel loop over typed arrays. Everything enters and leaves as JSON
// text, pixels as ArrayBuffers. `builtins` is the object of prelude.js, `makeScenes` of scenes.js, `makePixels` of
// pixels.js. Scripts may replace what they like of the standard library: what is needed later is kept aside here.
(function (builtins, makeScenes, makePixels) {
  "use strict";

  var parse = JSON.parse, stringify = JSON.stringify, isArray = Array.isArray, Buffer = ArrayBuffer;
  var viewTypes = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, u4: Uint32Array, i4: Int32Array,
    f4: Float32Array, f8: Float64Array };
  var builtinNames = Object.keys(builtins);
  var script = null, isSimple = false, entryPoints = null, legacy = null;
  var scenesOfPixel = {}, inputMetadata = {}, customData = {}, outputMetadata = {};
  var loop = null, loopKey = "", given = [], longer = {}, buffers = {}, exchange = null, lists = [];
  var scenes = makeScenes(fail), pixels = makePixels(fail, longer);

  function WrongShape(message) {
    this.shapeMessage = message;
  }

  function fail(message) {
    return new WrongShape(message);
  }

  function textOf(value) {
    return String(value).slice(0, 4000);
  }

  // JSON.stringify would ask these of every object it meets.
  function jsonOf(value) {
    delete Object.prototype.toJSON;
    delete Array.prototype.toJSON;
    return stringify(value);
  }

  function describe(error) {
    try {
      if (error instanceof WrongShape) return { shape: error.shapeMessage };
      if (error !== null && typeof error === "object" && "message" in error) {
        return { name: textOf(error.name), message: textOf(error.message), stack: textOf(error.stack) };
      }
      return { thrown: textOf(typeof error === "object" ? stringify(error) : error) };
    } catch (again) {
      return { thrown: "What the script threw can't be told." };
    }
  }

  function reserve(key, size) {
    if (!buffers[key] || buffers[key].byteLength !== size) buffers[key] = new Buffer(size);
    return buffers[key];
  }

  // ---- the script ----------------------------------------------------------------------------------------------

  // `lengths` of the lists the script fills instead of making arrays, see shortcuts.py.
  function start(lengths) {
    lists = lengths.map(function (length) { return new Array(length).fill(0); });
    var made = script.apply(undefined, builtinNames.map(function (name) {
      return legacyCalls[name] || builtins[name];
    }).concat(lists));
    entryPoints = isSimple ? function (name) { return name === "evaluatePixel" ? made : undefined; } : made;
    return null;
  }

  function entry(name) {
    var found = entryPoints(name);
    return typeof found === "function" ? found : null;
  }

  function setup() {
    var found = entry("setup");
    if (!found) throw fail("Function setup() is missing.");
    if (!entry("evaluatePixel")) throw fail("Function evaluatePixel() is missing.");
    var declared = found(handles);
    if (legacy || isOld(declared)) declared = translated(declared || {});
    [].concat((declared && declared.output) || []).forEach(function (output) {
      // JSON has no NaN, a nodata value may be it.
      if (output && typeof output.nodataValue === "number" && !isFinite(output.nodataValue)) {
        output.nodataValue = String(output.nodataValue);
      }
    });
    return { declared: declared, legacy: legacy !== null };
  }

  // ---- scripts of version 1 and 2 --------------------------------------------------------------------------------

  // The argument of their setup(): every band is its own name.
  var handles = new Proxy({}, { get: function (_, name) { return name; } });

  function oldSetup() {
    return legacy || (legacy = { bands: [], count: 1 });
  }

  var legacyCalls = {
    setInputComponents: function (bands) { oldSetup().bands = bands; },
    setOutputComponentCount: function (count) { oldSetup().count = count; }
  };

  function isOld(declared) {
    return declared !== null && typeof declared === "object" && isArray(declared.components) && !declared.input;
  }

  function translated(declared) {
    var old = oldSetup();
    var outputs = [].concat(declared.output || { componentCount: old.count });
    return {
      input: [{ bands: declared.components || old.bands }],
      output: outputs.map(function (output) { return Object.assign({ bands: output.componentCount }, output); }),
      mosaicking: declared.temporal || entry("filterScenes") ? "ORBIT" : "SIMPLE"
    };
  }

  // ---- scripts without setup() -------------------------------------------------------------------------------------

  // They tell their number of bands only by what they return: the longest answer to some values, and how many there
  // were; 0 when none was an array.
  function probe(argument) {
    var pixel = entry("evaluatePixel"), failure = null, longest = 0;
    argument.values.forEach(function (value) {
      try {
        var result = pixel.apply(undefined, argument.bands.map(function (band) {
          return band === "dataMask" ? 1 : value;
        }));
        if (isArray(result)) longest = Math.max(longest, result.length);
      } catch (error) {
        failure = failure || { error: error };
      }
    });
    if (failure && !longest) throw failure.error;
    return longest;
  }

  // ---- hooks ---------------------------------------------------------------------------------------------------

  function preProcess(argument) {
    if (legacy) {
      inputMetadata = { from: new Date(argument.inputs[0].from), to: new Date(argument.inputs[0].to) };
      return entry("filterScenes") ? scenes.filter(entry("filterScenes"), argument.inputs, inputMetadata) : null;
    }
    var hook = entry("preProcessScenes");
    return hook ? scenes.preProcess(hook, argument.inputs) : null;
  }

  function updateOutput(argument) {
    var hook = entry("updateOutput");
    return hook ? scenes.updateOutput(hook, argument.outputs, argument.inputs) : null;
  }

  function begin(argument) {
    scenesOfPixel = scenes.ofPixel(argument.inputs);
    inputMetadata = Object.assign({}, legacy ? inputMetadata : {}, argument.inputMetadata);
    given = [];
    return null;
  }

  function finish(argument) {
    var hook = entry("updateOutputMetadata");
    if (hook) hook(scenesOfPixel, inputMetadata, outputMetadata);
    return !argument.wanted || outputMetadata.userData === undefined ? null : outputMetadata.userData;
  }

  // ---- pixels --------------------------------------------------------------------------------------------------

  function evaluate(argument) {
    var plan = argument.plan, count = argument.pixels, key = stringify(plan);
    if (key !== loopKey) {
      plan.legacy = legacy !== null;
      loop = pixels.compile(plan, lists);
      loopKey = key;
    }
    var inputs = plan.inputs.map(function (input, j) {
      return input.bands.map(function (_, b) { return new viewTypes[input.types[b]](buffers["i" + j + "b" + b]); });
    });
    var outputs = plan.outputs.map(function (output, o) {
      return new viewTypes.f8(reserve("o" + o, 8 * output.bands * count));
    });
    loop(entry("evaluatePixel"), inputs, outputs, count, scenesOfPixel, inputMetadata, customData, outputMetadata)
      .forEach(function (any, o) { given[o] = given[o] || any; });
    return { given: given, longer: longer };
  }

  builtinNames = builtinNames.concat(Object.keys(legacyCalls));
  var commands = {
    builtinNames: function () { return builtinNames; },
    parse: function (text) { new Function(text); return null; },
    start: start, setup: setup, probe: probe, preProcess: preProcess, updateOutput: updateOutput, begin: begin,
    evaluate: evaluate, finish: finish
  };

  return Object.freeze({
    install: function (made, simple) {
      if (script === null) {
        script = made;
        isSimple = simple;
      }
    },
    reserve: reserve,
    buffer: function (key) { return buffers[key]; },
    connect: function (other) { exchange = exchange || other; },
    pull: function (key) { buffers[key] = exchange.pull(key); },
    push: function (key) { exchange.push(key, buffers[key]); },
    call: function (name, text) {
      try {
        var value = commands[name](parse(text));
        return jsonOf({ value: value === undefined ? null : value });
      } catch (error) {
        return jsonOf({ fault: describe(error) });
      }
    }
  });
})
