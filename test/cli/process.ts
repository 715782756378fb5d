// Runs the built command as a user does, in a folder of its own. `npm test` builds first.

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder with files, and the command run in it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'drasim-'));

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  drasim(args: readonly string[], input = ''): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: this.folder,
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '' },
    });
    return { code: status, stdout, stderr };
  }

  /** Starts the command, sends a signal after a while, and tells how it ended and how soon. */
  async interrupt(
    args: readonly string[],
    signal: NodeJS.Signals,
    afterMs: number,
  ): Promise<{ code: number | null; tookMs: number }> {
    const child = spawn(process.execPath, [main, ...args], { cwd: this.folder, stdio: 'ignore' });
    await new Promise((done) => setTimeout(done, afterMs));
    const sent = performance.now();
    child.kill(signal);
    const code = await new Promise<number | null>((done) => child.on('exit', done));
    return { code, tookMs: performance.now() - sent };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A scenario that runs in an instant; `pod` and `claims` are YAML in flow style. */
export function scenarioText(
  overrides: { pod?: string; claims?: string; head?: string; count?: string; more?: string } = {},
): string {
  const {
    pod = '{containers: [{name: c, resources: {requests: {cpu: "1"}}}]}',
    claims = '{gpu: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]}}}',
    head = '',
    count = '3',
    more = '',
  } = overrides;
  return `apiVersion: drasim.dev/v1
kind: Scenario
metadata: {name: small}
${head}cluster:
  nodePools: [{name: a, count: 1, machine: l4-server}]
workloads:
  - name: w
    generator:
      arrivals: {process: constant, every: 1s}
      count: ${count}
      shapes:
        - name: s
          duration: 1m
          pod: {spec: ${pod}}
          claims: ${claims}
${more}`;
}
