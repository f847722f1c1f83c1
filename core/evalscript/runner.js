// Runs one evalscript: its setup, its hooks, and the pixel loop over typed arrays.
// `builtins` is the object of prelude.js. Everything enters and leaves as JSON text, pixels as ArrayBuffers.
(function (builtins) {
  "use strict";

  var script = null, isSimple = false, entryPoints = null;
  var fusion = false, ids = [], scenesOfPixel = {}, inputMetadata = {}, customData = {}, outputMetadata = {};
  var loop = null, loopKey = "", returned = 0, longer = {}, buffers = {};

  function reserve(key, size) {
    if (!buffers[key] || buffers[key].byteLength !== size) buffers[key] = new ArrayBuffer(size);
    return buffers[key];
  }

  function WrongShape(message) {
    this.shapeMessage = message;
  }

  function describe(error) {
    if (error instanceof WrongShape) return { shape: error.shapeMessage };
    if (error !== null && typeof error === "object" && "message" in error) {
      return { name: String(error.name), message: String(error.message), stack: String(error.stack).slice(0, 4000) };
    }
    return { thrown: typeof error === "object" ? JSON.stringify(error) : String(error) };
  }

  // ---- the script ----------------------------------------------------------------------------------------------

  function start() {
    var names = Object.keys(builtins);
    var values = names.map(function (name) { return builtins[name]; });
    var made = script.apply(undefined, values);
    if (isSimple) entryPoints = { evaluatePixel: made };
    else entryPoints = made;
    return null;
  }

  function entry(name) {
    var found = isSimple ? entryPoints[name] : entryPoints(name);
    return typeof found === "function" ? found : null;
  }

  function setup() {
    var found = entry("setup");
    if (!found) throw new WrongShape("Function setup() is missing.");
    if (!entry("evaluatePixel")) throw new WrongShape("Function evaluatePixel() is missing.");
    var declared = found();
    [].concat((declared && declared.output) || []).forEach(function (output) {
      // JSON has no NaN, a nodata value may be it.
      if (typeof output.nodataValue === "number" && !isFinite(output.nodataValue)) {
        output.nodataValue = String(output.nodataValue);
      }
    });
    return declared;
  }

  // A simple script tells its number of bands only by what it returns.
  function probe(argument) {
    var pixel = entry("evaluatePixel"), failure = null;
    for (var i = 0; i < argument.values.length; i++) {
      var values = argument.bands.map(function (band) { return band === "dataMask" ? 1 : argument.values[i]; });
      try {
        var result = pixel.apply(undefined, values);
        if (Array.isArray(result)) return result.length;
      } catch (error) {
        failure = failure || error;
      }
    }
    if (failure) throw failure;
    throw new WrongShape("Script must return an array.");
  }

  // ---- scenes --------------------------------------------------------------------------------------------------

  function dateOf(scene) {
    var tiles = scene.tiles || [];
    return new Date(scene.date || (tiles.length ? tiles[0].date : scene.dateFrom));
  }

  // Old scripts read scenes[i].date as a Date, present ones scenes.tiles or scenes.orbits: one object serves both.
  function sceneList(mosaicking, scenes) {
    if (mosaicking === "SIMPLE") return {};
    var member = mosaicking === "ORBIT" ? "orbits" : "tiles", whole = {};
    whole[member] = scenes;
    var list = scenes.map(function (scene) { return Object.assign({}, scene, { date: dateOf(scene) }); });
    Object.defineProperty(list, member, { value: scenes, writable: true });
    Object.defineProperty(list, "toJSON", { value: function () { return whole; } });
    return list;
  }

  function begin(argument) {
    fusion = argument.inputs.length > 1;
    ids = argument.inputs.map(function (input) { return input.id; });
    inputMetadata = argument.inputMetadata;
    returned = 0;
    if (!fusion) {
      scenesOfPixel = argument.inputs.length
        ? sceneList(argument.inputs[0].mosaicking, argument.inputs[0].scenes) : {};
      return null;
    }
    scenesOfPixel = {};
    argument.inputs.forEach(function (input) {
      var list = sceneList(input.mosaicking, input.scenes);
      Object.defineProperty(list, "scenes", { value: list });
      scenesOfPixel[input.id] = list;
    });
    return null;
  }

  // ---- hooks ---------------------------------------------------------------------------------------------------

  function withoutTiles(scene, i) {
    var copy = Object.assign({}, scene, { __idx: i });
    delete copy.tiles;
    return copy;
  }

  function preProcess(argument) {
    var hook = entry("preProcessScenes");
    if (!hook) return null;
    var collections = {};
    argument.inputs.forEach(function (input) {
      var part = { from: new Date(input.from), to: new Date(input.to), scenes: {} };
      if (input.mosaicking === "ORBIT") part.scenes.orbits = input.scenes.map(withoutTiles);
      if (input.mosaicking === "TILE") {
        part.scenes.tiles = input.scenes.map(function (scene, i) { return Object.assign({}, scene, { __idx: i }); });
      }
      if (argument.inputs.length > 1) collections[input.id] = part;
      else collections = part;
    });
    var kept = hook(collections) || collections;
    return argument.inputs.map(function (input) {
      if (input.mosaicking === "SIMPLE") return null;
      var part = argument.inputs.length > 1 ? kept[input.id] : kept;
      var list = part && part.scenes && (part.scenes.orbits || part.scenes.tiles);
      if (!Array.isArray(list)) throw new WrongShape("preProcessScenes() must return the collections it was given.");
      return list.map(function (scene) { return scene.__idx; });
    });
  }

  function updateOutput(argument) {
    var hook = entry("updateOutput");
    if (!hook) return null;
    var outputs = {}, collections = {};
    argument.outputs.forEach(function (output) { outputs[output.id] = { bands: output.bands }; });
    argument.inputs.forEach(function (input) {
      var scenes = input.scenes.map(function (scene) { return Object.assign({}, scene, { date: dateOf(scene) }); });
      if (argument.inputs.length > 1) collections[input.id] = { scenes: scenes };
      else collections = { scenes: scenes };
    });
    hook(outputs, collections);
    return argument.outputs.map(function (output) { return outputs[output.id].bands; });
  }

  function finish() {
    var hook = entry("updateOutputMetadata");
    if (hook) hook(scenesOfPixel, inputMetadata, outputMetadata);
    return outputMetadata.userData === undefined ? null : outputMetadata.userData;
  }

  // ---- pixels --------------------------------------------------------------------------------------------------

  // What is not an array: undefined is a pixel without a value, a typed array serves as one, all else is wrong.
  function listOf(value, id) {
    if (value === undefined) return null;
    if (ArrayBuffer.isView(value)) return value;
    if (id !== null && (typeof value === "number" || typeof value === "boolean")) return [value];
    throw new WrongShape("Script must return an array.");
  }

  function only(result, id) {
    if (result !== null && typeof result === "object" && id in result) {
      var value = result[id];
      return Array.isArray(value) ? value : listOf(value, id);
    }
    return listOf(result, null);
  }

  function member(result, id, count) {
    if (result === undefined) return null;
    if (result === null || typeof result !== "object" || Array.isArray(result)) {
      throw new WrongShape("Script must return an object with an array for each of its " + count + " outputs.");
    }
    var value = result[id];
    return Array.isArray(value) ? value : listOf(value, id);
  }

  function wrongLength(list, id, bands) {
    if (list.length < bands) {
      throw new WrongShape("Output '" + id + "' has " + bands + " bands, but the script returned " + list.length +
        (list.length === 1 ? " value." : " values."));
    }
    longer[id] = list.length;
  }

  function sampleSource(input, j, offset) {
    return "{" + input.bands.map(function (band, b) {
      return JSON.stringify(band) + ":i" + j + "b" + b + "[" + offset + "]";
    }).join(",") + "}";
  }

  function inputSource(input, j, many) {
    if (!input.list) return "var s" + j + "=" + (many && !input.scenes ? "[]" : many
      ? "[" + sampleSource(input, j, "p") + "]" : sampleSource(input, j, "p")) + ";\n";
    return "var s" + j + "=[];for(var k=0,q=p;k<" + input.scenes + ";k++,q+=n)s" + j + ".push(" +
      sampleSource(input, j, "q") + ");\n";
  }

  function storeSource(output, o, count) {
    var id = JSON.stringify(output.id), source = "", b;
    if (count === 1) source += "v=isArray(r)?r:only(r," + id + ");\n";
    else source += "v=member(r," + id + "," + count + ");\n";
    source += "if(v===null){for(var z=0;z<" + output.bands + ";z++)o" + o + "[z*n+p]=0;}else{\n";
    source += "if(v.length!==" + output.bands + ")wrongLength(v," + id + "," + output.bands + ");\n";
    if (output.bands > 12) source += "for(var c=0;c<" + output.bands + ";c++)o" + o + "[c*n+p]=v[c];";
    else for (b = 0; b < output.bands; b++) source += "o" + o + "[" + b + "*n+p]=v[" + b + "];";
    return source + "}\n";
  }

  // The loop is written out for the bands and outputs at hand: property names known to the compiler make it fast.
  function compileLoop(plan) {
    var many = plan.inputs.length > 1, head = "", body = "";
    plan.inputs.forEach(function (input, j) {
      input.bands.forEach(function (_, b) { head += "var i" + j + "b" + b + "=inputs[" + j + "][" + b + "];\n"; });
      if (!plan.simple) body += inputSource(input, j, many);
    });
    plan.outputs.forEach(function (_, o) { head += "var o" + o + "=outputs[" + o + "];\n"; });
    if (plan.simple) {
      body += "r=pixel(" + plan.inputs[0].bands.map(function (_, b) { return "i0b" + b + "[p]"; }).join(",") + ");\n";
    } else {
      var samples = many ? "{" + plan.inputs.map(function (input, j) {
        return JSON.stringify(input.id) + ":s" + j;
      }).join(",") + "}" : plan.inputs.length ? "s0" : "{}";
      body += "r=pixel(" + samples + ",scenes,inputMetadata,customData,outputMetadata);\n";
    }
    body += "if(r!==undefined)returned++;\n";
    plan.outputs.forEach(function (output, o) { body += storeSource(output, o, plan.outputs.length); });
    return new Function("pixel", "inputs", "outputs", "n", "scenes", "inputMetadata", "customData", "outputMetadata",
      "isArray", "only", "member", "wrongLength",
      head + "var r,v,returned=0;\nfor(var p=0;p<n;p++){\n" + body + "}\nreturn returned;");
  }

  var viewTypes = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, u4: Uint32Array, i4: Int32Array,
    f4: Float32Array, f8: Float64Array };

  function evaluate(argument) {
    var plan = argument.plan, pixels = argument.pixels;
    var key = JSON.stringify(plan);
    if (key !== loopKey) {
      loop = compileLoop(plan);
      loopKey = key;
    }
    var inputs = plan.inputs.map(function (input, j) {
      return input.bands.map(function (_, b) { return new viewTypes[input.types[b]](buffers["i" + j + "b" + b]); });
    });
    var outputs = plan.outputs.map(function (output, o) {
      return new Float64Array(reserve("o" + o, 8 * output.bands * pixels));
    });
    returned += loop(entry("evaluatePixel"), inputs, outputs, pixels, scenesOfPixel, inputMetadata, customData,
      outputMetadata, Array.isArray, only, member, wrongLength);
    return { returned: returned, longer: longer };
  }

  var commands = {
    builtinNames: function () { return Object.keys(builtins); },
    parse: function (text) { new Function(text); return null; },
    start: start, setup: setup, probe: probe, preProcess: preProcess, updateOutput: updateOutput, begin: begin,
    evaluate: evaluate, finish: finish
  };

  return {
    buffers: buffers,
    install: function (made, simple) { script = made; isSimple = simple; },
    reserve: reserve,
    call: function (name, text) {
      try {
        var value = commands[name](JSON.parse(text));
        return JSON.stringify({ value: value === undefined ? null : value });
      } catch (error) {
        return JSON.stringify({ fault: describe(error) });
      }
    }
  };
})
