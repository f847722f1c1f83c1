"""Engine faults in the words of the service: message text, source line, caret, stack."""

from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Sequence

from sentinel_workbench.core.errors import ScriptError, ScriptRuntimeError, ScriptSyntaxError
from sentinel_workbench.core.evalscript.realm import SCRIPT_FILE, EngineFault

_HEAD = "Failed to evaluate script!"
_MAX_FRAMES = 8
_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_FILE = re.escape(SCRIPT_FILE)
_V8_FRAME = re.compile(rf"^\s+at (?:(?P<name>.*?) \()?{_FILE}:(?P<line>\d+):(?P<column>\d+)\)?$", re.MULTILINE)
_QT_FRAME = re.compile(rf"^(?P<name>.*)@(?:file:)?{_FILE}:(?P<line>\d+)$", re.MULTILINE)
_WORDS_OF_THE_SERVICE = (
    # Newer and older V8: the service has an older one.
    (
        re.compile(r"^Cannot (read|set) properties of (\w+) \((?:reading|setting) '(.*)'\)$"),
        r"Cannot \1 property '\3' of \2",
    ),
    # QJSEngine.
    (re.compile(r"^(Maximum call stack size exceeded)\.$"), r"\1"),
)


class Frame(NamedTuple):
    """One entry of a stack; ``column`` is None where the engine does not tell it."""

    name: str
    line: int
    column: Optional[int]


def read_frames(stack: str, shift: int) -> List[Frame]:
    """The frames inside the script.

    Args:
        stack: as V8 or QJSEngine writes it.
        shift: columns that stand before the script's own first line.
    """
    frames = []
    for found in _V8_FRAME.finditer(stack):
        line, column = int(found["line"]), int(found["column"])
        frames.append(Frame(found["name"] or "", line, max(column - shift, 1) if line == 1 else column))
    for found in _QT_FRAME.finditer(stack):
        frames.append(Frame(found["name"], int(found["line"]), None))
    return [frame for frame in frames if frame.name != "%entry"][:_MAX_FRAMES]


def source_lines(script: str) -> List[str]:
    """The lines as JavaScript counts them; ``splitlines`` also parts at form feeds."""
    return _LINE_END.split(script)


def _pointed_line(lines: Sequence[str], line: int, column: Optional[int]) -> str:
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    caret = min(column - 1, len(text)) if column else len(text) - len(text.lstrip())
    return f"{text}\n{' ' * caret}^"


def _frame_text(frame: Frame) -> str:
    place = f"{SCRIPT_FILE}:{frame.line}" + (f":{frame.column}" if frame.column else "")
    return f"    at {frame.name} ({place})" if frame.name else f"    at {place}"


def runtime_error(fault: EngineFault, script: str, shift: int) -> ScriptError:
    """The error for a fault while the script ran."""
    if fault.shape:
        return ScriptRuntimeError(fault.message)
    lines = source_lines(script)
    # QJSEngine has line 0 for a function that was not entered any more, for want of stack.
    frames = [frame for frame in read_frames(fault.stack, shift) if 0 < frame.line <= len(lines)]
    message = fault.message
    for pattern, words in _WORDS_OF_THE_SERVICE:
        message = pattern.sub(words, message)
    what = f"{fault.name}: {message}" if fault.name else message
    if not frames:
        return ScriptRuntimeError(f"{_HEAD} \n{what}")
    top = frames[0]
    parts = [_HEAD, f"{SCRIPT_FILE}:{top.line}: {what}", _pointed_line(lines, top.line, top.column), what]
    return ScriptRuntimeError("\n".join(parts + [_frame_text(frame) for frame in frames]), line=top.line)


def syntax_error(fault: EngineFault, script: str, line: Optional[int]) -> ScriptError:
    """The error for a script that does not parse; ``line`` is 1-based or None."""
    what = f"{fault.name or 'SyntaxError'}: {fault.message}"
    if line is None:
        return ScriptSyntaxError(f"{_HEAD} {what}")
    pointed = _pointed_line(source_lines(script), line, None)
    return ScriptSyntaxError(f"{_HEAD} undefined:{line}: {what}\n{pointed}", line=line)
