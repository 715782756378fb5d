// What the README says works: its library example runs, its files exist.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url);
const pages = [
  'README.md',
  'src/README.md',
  'scenarios/README.md',
  'bench/README.md',
  'bench/results/README.md',
  'bench/results/mig.md',
  'src/catalogue/README.md',
  'src/dra/README.md',
];

test('the library example runs', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const [, code] = /```js\n([\s\S]*?)```/.exec(readme)!;
  // The name `drasim` resolves only inside the package.
  const file = new URL(`out/readme-${process.pid}.mjs`, root);
  mkdirSync(new URL('out', root), { recursive: true });
  writeFileSync(file, code!);
  try {
    const output = execFileSync(process.execPath, [file.pathname], { cwd: root, encoding: 'utf8' });
    expect(output).toMatch(
      /^1 nodes: the longest wait is 60\d\.?\d* s\n2 nodes: the longest wait is 0\.?\d* s\n$/,
    );
  } finally {
    rmSync(file);
  }
});

test.each(pages)('links of %s lead to files', (page) => {
  const text = readFileSync(new URL(page, root), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => !existsSync(new URL(link, new URL(page, root))));
  expect(broken).toEqual([]);
});

test('every command and exit code that the README names exists', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const help = execFileSync(process.execPath, ['dist/cli/main.js', '--help'], {
    cwd: root,
    encoding: 'utf8',
  });
  const named = new Set([...readme.matchAll(/^\| `drasim (\w+)/gm)].map(([, name]) => name!));
  const offered = [...help.matchAll(/^ {2}(\w+) .*$/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  expect([...named].sort()).toEqual(offered.sort());
});
