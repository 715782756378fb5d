// The text of a manifest file and positions in it. Lines are found only when a position is asked for.

import { DrasimError, type Position } from '../errors.js';

/** One file: its name and its text. */
export class Source {
  readonly file: string;
  readonly text: string;
  private lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): Position {
    this.lineStarts ??= findLineStarts(this.text);
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - this.lineStarts[low]! + 1 };
  }

  /** The offset at which a line starts; the text's end for a line beyond it. */
  lineStart(line: number): number {
    this.lineStarts ??= findLineStarts(this.text);
    return this.lineStarts[line - 1] ?? this.text.length;
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/**
 * Reads bytes as UTF-8 and drops a byte order mark.
 *
 * @throws DrasimError `ERR_MANIFEST_ENCODING` with the place of the first bad byte
 */
export function decodeText(input: string | Uint8Array, file: string): string {
  if (typeof input === 'string') return input.startsWith('\uFEFF') ? input.slice(1) : input;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch {
    throw new DrasimError({
      code: 'ERR_MANIFEST_ENCODING',
      path: '',
      message: 'expected UTF-8 text, got other bytes',
      hint: isUtf16(input) ? 'the file is UTF-16: save it as UTF-8' : 'save the file as UTF-8',
      position: { file, ...firstBadByte(input) },
    });
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

// The longest line that still decodes ends before the bad byte; columns count bytes here.
function firstBadByte(bytes: Uint8Array): { line: number; column: number } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  let line = 1;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(decoder, bytes.subarray(start, end))) break;
    start = end;
    line++;
  }
  let column = 1;
  while (start + column <= bytes.length) {
    // Up to three bytes more may belong to a character that begins here.
    const ends = [0, 1, 2, 3].map((more) => start + column + more);
    const whole = ends.some((end) => isUtf8(decoder, bytes.subarray(start, end)));
    if (!whole) break;
    column++;
  }
  return { line, column };
}

function isUtf8(decoder: { decode(bytes: Uint8Array): string }, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
