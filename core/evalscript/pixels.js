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

  function storeSource(output, o) {
    var source = "g" + o + "=true;", b;
    if (output.bands > 12) return source + "for(var c=0;c<" + output.bands + ";c++)o" + o + "[c*n+p]=v[c];\n";
    for (b = 0; b < output.bands; b++) source += "o" + o + "[" + (b ? b + "*n+" : "") + "p]=v[" + b + "];";
    return source + "\n";
  }

  // The usual answers are recognised here, the others by only() and member().
  function listSource(output, o, plan) {
    var id = quoted(output.id), count = plan.outputs.length, has = "r!==null&&typeof r===\"object\"&&isArray(v=r[" + id + "])";
    var found = count === 1
      ? "if(isArray(r))v=r;else if(!(" + has + "))v=only(r," + id + ");\n"
      : "if(!(" + has + "&&!isArray(r)))v=member(r," + id + "," + count + ");\n";
    return found + "if(v===null){for(var z=0;z<" + output.bands + ";z++)o" + o + "[z*n+p]=0;}else{\n" +
      "if(v.length!==" + output.bands + ")v=sized(v," + id + "," + output.bands + "," + plan.simple + ");\n" +
      storeSource(output, o) + "}\n";
  }

  // A script of one output that returns a list of ours needs no look at what it returned.
  function outputSource(output, o, plan, lists) {
    var known = plan.outputs.length > 1 ? [] : lists.map(function (list, i) {
      return list.length === output.bands ? "r===l" + i : "";
    }).filter(String);
    var source = listSource(output, o, plan);
    return known.length ? "if(" + known.join("||") + "){v=r;" + storeSource(output, o) + "}else{" + source + "}\n" : source;
  }

  function samplesSource(plan) {
    if (plan.inputs.length < 2) return plan.inputs.length ? "s0" : "{}";
    return "{" + plan.inputs.map(function (input, j) { return quoted(input.id) + ":s" + j; }).join(",") + "}";
  }

  function isPlain(plan) {
    return plan.inputs.length === 1 && !plan.inputs[0].list && !plan.legacy;
  }

  // Members of the samples as arguments, see shortcuts.py.
  function memberSource(name, plan) {
    if (!isPlain(plan)) return "s[" + quoted(name) + "]";
    var b = plan.inputs[0].bands.indexOf(name);
    return b < 0 ? "empty[" + quoted(name) + "]" : "i0b" + b + "[p]";
  }

  function callSource(plan, body) {
    var rest = ",scenes,inputMetadata,customData,outputMetadata);\n";
    if (plan.simple) {
      return "r=pixel(" + plan.inputs[0].bands.map(function (_, b) { return "i0b" + b + "[p]"; }).join(",") + ");\n";
    }
    if (!plan.members) return body + "r=pixel(" + samplesSource(plan) + rest;
    var taken = plan.members.map(function (name) { return memberSource(name, plan); }).join(",");
    return (isPlain(plan) ? "" : body + "s=" + samplesSource(plan) + ";\n") + "r=pixel(" + taken + rest;
  }

  // A function over pixels that tells for every output whether any pixel had a value. `lists` are those the script fills
  // instead of making arrays.
  function compile(plan, lists) {
    var head = '"use strict";\n', body = "";
    plan.inputs.forEach(function (input, j) {
      input.bands.forEach(function (_, b) { head += "var i" + j + "b" + b + "=inputs[" + j + "][" + b + "];\n"; });
      body += inputSource(input, j, plan.inputs.length > 1 || plan.legacy);
    });
    plan.outputs.forEach(function (_, o) { head += "var o" + o + "=outputs[" + o + "],g" + o + "=false;\n"; });
    lists.forEach(function (_, i) { head += "var l" + i + "=lists[" + i + "];\n"; });
    body = callSource(plan, body);
    plan.outputs.forEach(function (output, o) { body += outputSource(output, o, plan, lists); });
    var given = plan.outputs.map(function (_, o) { return "g" + o; }).join(",");
    return new Function("isArray", "only", "member", "sized", "lists", "empty",
      "return function(pixel,inputs,outputs,n,scenes,inputMetadata,customData,outputMetadata){" + head +
      "var r,s,v;\nfor(var p=0;p<n;p++){\n" + body + "}\nreturn [" + given + "];};"
    )(isArray, only, member, sized, lists, {});
  }

  return { compile: compile };
})
