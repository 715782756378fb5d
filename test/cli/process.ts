// Runs the built command as a user does, in a folder of its own. `npm test` builds first.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

  /** Starts the command, sends a signal a while after it made a folder, and tells its exit code. */
  async interrupt(
    args: readonly string[],
    signal: NodeJS.Signals,
    folder: string,
  ): Promise<number | null> {
    const child = spawn(process.execPath, [main, ...args], { cwd: this.folder, stdio: 'ignore' });
    const ended = new Promise<number | null>((done) => child.on('exit', done));
    while (child.exitCode === null && !existsSync(this.path(folder))) await pause(20);
    // The run begins right after.
    await pause(500);
    child.kill(signal);
    return ended;
  }

  removeFolder(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
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
