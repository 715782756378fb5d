// The house keeps its shape: imports follow the layers, plugins and strategies are imported by their
// registry alone, and nothing outside the command line and the benches reads clocks, chance or locales.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../src', import.meta.url).pathname;

// Highest first. A room may import any room in a later row, and none in its own row but itself.
const LAYERS: readonly (readonly string[])[] = [
  ['cli'],
  ['sweep'],
  ['report', 'scenario', 'conformance'],
  ['simulator'],
  ['autoscaler', 'workloads'],
  ['scheduler'],
  ['dra'],
  ['cluster', 'catalogue'],
  ['api', 'engine'],
];
/** Files that every room may import. */
const COMMON = new Set(['errors.ts', 'math.ts', 'random.ts']);
const NO_CHANCE = [
  [/\bMath\.random\b/, 'Math.random'],
  [/\bDate\b(?!\w)/, 'Date'],
  [/\bperformance\.now\b/, 'performance.now'],
  [/\blocaleCompare\b|\btoLocale\w+\b|\bIntl\b/, 'locale functions'],
  [/\bMath\.(exp|log|pow|sin|cos|tan)\b/, 'functions of Math that engines compute differently'],
] as const;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sources(path) : name.endsWith('.ts') ? [path] : [];
  });
}

interface Import {
  from: string;
  to: string;
}

const files = sources(root).map((path) => ({
  path: relative(root, path),
  text: readFileSync(path, 'utf8'),
}));

const imports: Import[] = files.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target]) => ({
    from: path,
    to: join(dirname(path), target!).replace(/\.js$/, '.ts'),
  })),
);

const room = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : path);
const layer = (path: string) => LAYERS.findIndex((rooms) => rooms.includes(room(path)));

test('imports go down the layers only', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (room(from) === room(to) || from === 'index.ts' || COMMON.has(to)) return false;
    if (COMMON.has(from)) return true;
    return layer(from) < 0 || layer(to) < 0 || layer(from) >= layer(to);
  });
  expect(wrong).toEqual([]);
});

test('every room stands in the list of layers', () => {
  const rooms = new Set(files.map(({ path }) => room(path)));
  const unknown = [...rooms].filter((name) => !name.endsWith('.ts') && layer(`${name}/x`) < 0);
  expect(unknown).toEqual([]);
});

test('plugins and strategies are imported by their registry alone', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      /\/(plugins|strategies)\//.test(to) &&
      !/\/registry\.ts$/.test(from) &&
      dirname(from) !== dirname(to),
  );
  expect(wrong).toEqual([]);
});

test('files do not import each other in circles', () => {
  const graph = new Map<string, string[]>();
  for (const { path, text } of files) {
    // Types vanish when compiled, so only imports of values can form a circle.
    const values = [...text.matchAll(/^import (?!type)[^;]*?from '(\.[^']+)'/gms)];
    graph.set(
      path,
      values
        .filter(([statement]) => !/^import \{(\s*type [^,}]+,?)+\s*\} from/.test(statement))
        .map(([, target]) => join(dirname(path), target!).replace(/\.js$/, '.ts')),
    );
  }
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...trail, path]);
      if (circle) return circle;
    }
    done.add(path);
    return null;
  };
  const circles = [...graph.keys()].map((path) => visit(path, [])).filter((circle) => circle);
  expect(circles).toEqual([]);
});

test('clocks, chance and locales live in the command line only', () => {
  const wrong = files
    .filter(({ path }) => room(path) !== 'cli' && path !== 'math.ts')
    .flatMap(({ path, text }) => {
      const code = text
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .replace(/'[^'\n]*'|`[^`]*`/g, "''");
      return NO_CHANCE.filter(([pattern]) => pattern.test(code)).map(
        ([, name]) => `${path}: ${name}`,
      );
    });
  expect(wrong).toEqual([]);
});

test('every error code is expected in some test', () => {
  const tests = sources(new URL('.', import.meta.url).pathname)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const codes = new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/code: '(ERR_[A-Z_]+)'/g)].map(([, code]) => code!),
    ),
  );
  expect(codes.size).toBeGreaterThan(20);
  expect([...codes].filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});

test('files stay within what one sitting reads', () => {
  const long = files.filter(({ text }) => text.split('\n').length > 500).map(({ path }) => path);
  expect(long).toEqual([]);
});
