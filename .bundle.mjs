// Bundles the command into dist/cli: read from a few files instead of some four hundred, it starts in half
// the time. The library in dist/src stays as the compiler made it.

import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const dir = 'dist/cli';
rmSync(dir, { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: 'dist/src/cli/main.js', worker: 'dist/src/sweep/worker.js' },
  platform: 'node',
  // It finds its WebAssembly beside itself.
  external: ['highs'],
});
await bundle.write({ dir, format: 'esm', chunkFileNames: '[name].js' });
await bundle.close();
