// The section `power`: what nodes and devices draw where it says so, and where it does not.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEVICE_POWER } from '../../src/catalogue/power.js';
import { DrasimError } from '../../src/errors.js';
import { loadScenario } from '../../src/scenario/load.js';

const reader = { readText: () => '', resolve: (_: string, path: string) => path };

function load(power: object | undefined, pools: object[]) {
  const scenario = {
    apiVersion: 'drasim.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'power' },
    cluster: { nodePools: pools.map((pool, index) => ({ name: `p${index}`, count: 1, ...pool })) },
    ...(power && { power }),
  };
  const { input, notes } = loadScenario(JSON.stringify(scenario), 'a.yaml', reader, {});
  return { power: input.power!, notes, devices: input.cluster.devices };
}

function refusal(power: object, pools: object[]): unknown {
  try {
    load(power, pools);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('power', () => {
  test('is not told where the section is absent', () => {
    expect(load(undefined, [{ machine: 'l4-server' }]).power).toBeUndefined();
  });

  test('is that of the catalogue where nothing is stated', () => {
    const { power, notes } = load({}, [{ machine: 'l4-server' }]);
    expect([...power.packages]).toEqual([2]);
    expect([power.nodeIdle[0], power.cpuIdle[0], power.cpuMax[0]]).toEqual([0, 15, 120]);
    expect([...power.deviceMax]).toEqual([72, 72, 72, 72]);
    expect([...power.deviceIdle]).toEqual([7.2, 7.2, 7.2, 7.2]);
    expect([...power.isStep]).toEqual([0, 0, 0, 0]);
    expect(notes).toEqual([]);
  });

  test('may be stated for all, for a machine, and by selector', () => {
    const { power, notes } = load(
      {
        nodeIdle: 200,
        cpu: { max: 150 },
        machines: { 'cpu-server': { nodeIdle: 90, cpu: { cores: 48 } } },
        use: 'step',
        devices: [
          { selector: 'device.attributes["none.test"].missing == "x"', idle: 1, max: 2 },
          { selector: 'device.driver == "gpu.nvidia.com"', idle: 9, max: 99, use: 'linear' },
          { selector: 'device.driver == "dra.net"', idle: 5, max: 25 },
        ],
      },
      [{ machine: 'cpu-server' }, { machine: 'l40s-server' }],
    );
    expect([...power.nodeIdle]).toEqual([90, 200]);
    expect([...power.packages]).toEqual([2, 4]);
    expect([...power.cpuMax]).toEqual([150, 150]);
    expect([...new Set(power.deviceMax)].sort()).toEqual([25, 99]);
    power.deviceMax.forEach((max, device) => {
      expect(power.isStep[device]).toBe(max === 25 ? 1 : 0);
    });
    expect(notes).toEqual([]);
  });

  test('of devices that nobody knows is nothing, and told', () => {
    const { power, notes } = load({}, [{ machine: 'l40s-server' }]);
    expect([...new Set(power.deviceMax)].sort()).toEqual([0, 350]);
    expect(notes).toEqual([
      'power: no figure for dra.net: these devices draw nothing; see power.devices',
    ]);
  });

  test('of a GPU that was split beforehand is shared by its parts', () => {
    const { power, devices } = load({}, [{ machine: 'nd-mi300x-v5', partitions: 'dpx' }]);
    const gpus = [...power.deviceMax].filter((max) => max > 0);
    expect(gpus).toHaveLength(16);
    expect([...new Set(gpus)]).toEqual([375]);
    expect(devices.count).toBeGreaterThan(16);
  });

  test('is refused with a selector that is no CEL, or a machine that is not there', () => {
    const pools = [{ machine: 'l4-server' }];
    const wrong = refusal({ devices: [{ selector: 'device.', idle: 1, max: 2 }] }, pools);
    expect(wrong).toBeInstanceOf(DrasimError);
    expect(wrong).toMatchObject({
      code: 'ERR_POWER_SELECTOR',
      path: expect.stringContaining('power.devices[0].selector'),
    });
    expect(refusal({ machines: { 'l5-server': { nodeIdle: 1 } } }, pools)).toMatchObject({
      code: 'ERR_POWER_MACHINE',
      path: expect.stringContaining('power.machines.l5-server'),
    });
    expect(refusal({ nodeIdle: -1 }, pools)).toMatchObject({ code: 'ERR_SCENARIO_FIELD' });
  });
});

test('the table of scenarios/README.md has the figures of the catalogue', () => {
  const page = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| device (productName'), page.indexOf('## The scheduler'));
  const told = table.split('\n').flatMap((line) => {
    const [, names, idle, max] = line.split('|').map((cell) => cell.trim());
    if (!/^[\d.]+$/.test(idle ?? '')) return [];
    const listed = names!.split(/[,()]/).map((name) => name.trim());
    return listed.filter(Boolean).map((name) => [name, Number(idle), Number(max)]);
  });
  const known = Object.entries(DEVICE_POWER).map(([name, { idle, max }]) => [name, idle, max]);
  expect(told.sort()).toEqual(known.sort());
});
