import { generatePrototypes } from './prototypes.ts';
import type { Sketch } from './sketch.ts';
import { SKETCH_MOUNT } from './sketch.ts';

/** The C++ file that a sketch's .ino files become. */
export interface JoinedSketch {
  /** "sketch/blink.ino.cpp" */
  path: string;
  text: string;
}

interface Part {
  /** "sketch/blink.ino" */
  path: string;
  /** Offset of its first character in the joined text. */
  start: number;
}

/** Joins the .ino files, includes Arduino.h, and adds prototypes. #line directives keep every place. */
export async function joinSketch(sketch: Sketch): Promise<JoinedSketch> {
  let body = '';
  const parts: Part[] = [];
  for (const ino of sketch.inos) {
    parts.push({ path: ino.path, start: body.length });
    // A file without a last newline must not run into the next one.
    body += `${ino.text.replace(/^\uFEFF/, '')}\n`;
  }
  const prototypes = await generatePrototypes(body);
  for (const { from, to } of prototypes.flatMap((prototype) => prototype.blanked)) {
    body = body.slice(0, from) + body.slice(from, to).replace(/[^\n]/g, ' ') + body.slice(to);
  }
  let text = '#include <Arduino.h>\n';
  let at = 0;
  const copy = (end: number): void => {
    for (const part of parts) {
      if (part.start >= at && part.start < end) {
        text += `${body.slice(at, part.start)}#line 1 ${quoted(part.path)}\n`;
        at = part.start;
      }
    }
    text += body.slice(at, end);
    at = end;
  };
  for (const [index, prototype] of prototypes.entries()) {
    copy(prototype.at);
    if (!text.endsWith('\n')) text += '\n';
    text += `${withPlaces(prototype.text, body, parts, prototype.definedAt)}\n`;
    if (prototypes[index + 1]?.at !== prototype.at) {
      // Columns stay true when the declaration was put into the middle of a line.
      const column = prototype.at - (body.lastIndexOf('\n', prototype.at - 1) + 1);
      text += `${placeLine(body, parts, prototype.at)}\n${' '.repeat(column)}`;
    }
  }
  copy(body.length);
  return { path: `${SKETCH_MOUNT}/${sketch.name}.ino.cpp`, text };
}

/** The line of the prototype itself, behind its #if lines, names the definition again. */
function withPlaces(text: string, body: string, parts: Part[], offset: number): string {
  const line = placeLine(body, parts, offset);
  return text.replace(/^(?!#)/gm, `${line}\n`);
}

function placeLine(body: string, parts: Part[], offset: number): string {
  const part = parts.findLast((p) => p.start <= offset)!;
  let line = 1;
  for (let i = body.indexOf('\n', part.start); i >= 0 && i < offset; i = body.indexOf('\n', i + 1))
    line++;
  return `#line ${line} ${quoted(part.path)}`;
}

const quoted = (path: string): string => `"${path.replace(/[\\"]/g, '\\$&')}"`;
