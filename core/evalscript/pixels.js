// The loop over pixels, written out for the bands and outputs at hand: names known to the compiler make it fast.
// `fail(message)` makes an error of the script's shape, `longer` collects outputs that were given too many values.
(function (fail, longer) {
  "use strict";

  var isArray = Array.isArray, isView = ArrayBuffer.isView, quoted = JSON.stringify;

  // What is not an array: undefined is a pixel without a value, a typed array serves as one, all else is wrong.
  function listOf(value, id) {
    if (value === undefined) return null;
    if (isView(value)) return value;
    if (id !== null && (typeof value === "number" || typeof value === "boolean")) return [value];
    throw fail("Script must return an array.");
  }

  function only(result, id) {
    if (result !== null && typeof result === "object" && id in result) {
      var value = result[id];
      return isArray(value) ? value : listOf(value, id);
    }
    return listOf(result, null);
  }

  function member(result, id, count) {
    if (result === undefined) return null;
    if (result === null || typeof result !== "object" || isArray(result)) {
      throw fail("Script must return an object with an array for each of its " + count + " outputs.");
    }
    var value = result[id];
    return isArray(value) ? value : listOf(value, id);
  }

  // A script without setup() declared no bands: a shorter answer is filled up.
  function filled(list, bands) {
    var whole = Array.prototype.slice.call(list);
    while (whole.length < bands) whole.push(0);
    return whole;
  }

  function sized(list, id, bands, simple) {
    if (list.length >= bands) longer[id] = list.length;
    else if (simple) return filled(list, bands);
    else {
      throw fail("Output '" + id + "' has " + bands + " bands, but the script returned " + list.length +
        (list.length === 1 ? " value." : " values."));
    }
    return list;
  }

  function sampleSource(input, j, offset) {
    return "{" + input.bands.map(function (band, b) {
      return quoted(band) + ":i" + j + "b" + b + "[" + offset + "]";
    }).join(",") + "}";
  }

  function inputSource(input, j, asList) {
    if (!input.list) {
      var one = sampleSource(input, j, "p");
      return "var s" + j + "=" + (asList ? (input.scenes ? "[" + one + "]" : "[]") : one) + ";\n";
    }
    return "var s" + j + "=[];for(var k=0,q=p;k<" + input.scenes + ";k++,q+=n)s" + j + ".push(" +
      sampleSource(input, j, "q") + ");\n";
  }

  function storeSource(output, o, plan) {
    var id = quoted(output.id), count = plan.outputs.length, source = "", b;
    if (count === 1) source += "v=isArray(r)?r:only(r," + id + ");\n";
    else source += "v=member(r," + id + "," + count + ");\n";
    source += "if(v===null){for(var z=0;z<" + output.bands + ";z++)o" + o + "[z*n+p]=0;}else{\n";
    source += "if(v.length!==" + output.bands + ")v=sized(v," + id + "," + output.bands + "," + plan.simple + ");\n";
    if (output.bands > 12) source += "for(var c=0;c<" + output.bands + ";c++)o" + o + "[c*n+p]=v[c];";
    else for (b = 0; b < output.bands; b++) source += "o" + o + "[" + (b ? b + "*n+" : "") + "p]=v[" + b + "];";
    return source + "}\n";
  }

  function callSource(plan) {
    if (plan.simple) {
      return "r=pixel(" + plan.inputs[0].bands.map(function (_, b) { return "i0b" + b + "[p]"; }).join(",") + ");\n";
    }
    var samples = plan.inputs.length > 1 ? "{" + plan.inputs.map(function (input, j) {
      return quoted(input.id) + ":s" + j;
    }).join(",") + "}" : plan.inputs.length ? "s0" : "{}";
    return "r=pixel(" + samples + ",scenes,inputMetadata,customData,outputMetadata);\n";
  }

  // A function of (pixel, inputs, outputs, n, scenes, inputMetadata, customData, outputMetadata) -> pixels with a value.
  function compile(plan) {
    var head = '"use strict";\n', body = "";
    plan.inputs.forEach(function (input, j) {
      input.bands.forEach(function (_, b) { head += "var i" + j + "b" + b + "=inputs[" + j + "][" + b + "];\n"; });
      if (!plan.simple) body += inputSource(input, j, plan.inputs.length > 1 || plan.legacy);
    });
    plan.outputs.forEach(function (_, o) { head += "var o" + o + "=outputs[" + o + "];\n"; });
    body += callSource(plan) + "if(r!==undefined)returned++;\n";
    plan.outputs.forEach(function (output, o) { body += storeSource(output, o, plan); });
    return new Function("isArray", "only", "member", "sized",
      "return function(pixel,inputs,outputs,n,scenes,inputMetadata,customData,outputMetadata){" + head +
      "var r,v,returned=0;\nfor(var p=0;p<n;p++){\n" + body + "}\nreturn returned;};")(isArray, only, member, sized);
  }

  return { compile: compile };
})
