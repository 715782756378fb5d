import { describe, expect, test } from 'vitest';
import {
  allocate,
  buildAllocator,
  buildClaim,
  buildClass,
  buildDevice,
  buildNode,
  buildSlice,
  findDevices,
} from '../builders.js';

const gpus = (count: number) =>
  Array.from({ length: count }, (_, index) => buildDevice(`gpu-${index}`));

describe('exact requests', () => {
  test('devices are taken in the order in which they are published', () => {
    const built = buildAllocator([buildSlice('node', gpus(4))]);
    expect(findDevices(built, [buildClaim({ gpu: { count: 2 } })])).toEqual(['gpu-0', 'gpu-1']);
  });

  test('a claim for more devices than there are does not fit', () => {
    const built = buildAllocator([buildSlice('node', gpus(2))]);
    expect(findDevices(built, [buildClaim({ gpu: { count: 3 } })])).toBeNull();
  });

  test('two requests and two claims of one pod never share a device', () => {
    const built = buildAllocator([buildSlice('node', gpus(3))]);
    const two = buildClaim({ a: {}, b: {} });
    expect(findDevices(built, [two, buildClaim({ c: {} })])).toEqual(['gpu-0', 'gpu-1', 'gpu-2']);
    expect(findDevices(built, [two, two])).toBeNull();
  });

  test('an allocated device is free again after its claim was deallocated', () => {
    const built = buildAllocator([buildSlice('node', gpus(1))]);
    const claim = allocate(built, buildClaim({ gpu: {} }));
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toBeNull();
    built.allocator.deallocate(claim);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toEqual(['gpu-0']);
  });

  test('a search changes no column', () => {
    const built = buildAllocator([buildSlice('node', gpus(4))]);
    const before = built.cluster.devices.holder.slice();
    findDevices(built, [buildClaim({ gpu: { count: 3 } })]);
    expect(built.cluster.devices.holder).toEqual(before);
  });

  test('devices of other nodes are not seen', () => {
    const nodes = [buildNode('a'), buildNode('b')];
    const built = buildAllocator([buildSlice('a', gpus(1)), buildSlice('b', gpus(2))], { nodes });
    const claim = buildClaim({ gpu: { count: 2 } });
    expect(findDevices(built, [claim], 0)).toBeNull();
    expect(findDevices(built, [claim], 1)).toEqual(['gpu-0', 'gpu-1']);
  });

  test('a request for 33 devices is an error, not a misfit', () => {
    const built = buildAllocator([buildSlice('node', gpus(40))]);
    expect(findDevices(built, [buildClaim({ gpu: { count: 33 } })])).toEqual({
      error:
        'claim claim-0, request gpu: adding 33 devices exceeds the claim limit of 32, with 0 already accounted for',
    });
  });
});

describe('selectors', () => {
  const models = [
    buildDevice('small', { attributes: { model: { string: 'a' } } }),
    buildDevice('large', { attributes: { model: { string: 'b' } } }),
  ];
  const selects = (model: string) => ({
    selectors: [{ cel: { expression: `device.attributes["gpu.test"].model == "${model}"` } }],
  });

  test('class and request selectors must both hold', () => {
    const classes = [buildClass('gpu', 'device.driver == "gpu.test"')];
    const built = buildAllocator([buildSlice('node', models)], { classes });
    expect(findDevices(built, [buildClaim({ gpu: selects('b') })])).toEqual(['large']);
    const other = buildAllocator([buildSlice('node', models)], {
      classes: [buildClass('gpu', 'device.driver == "other"')],
    });
    expect(findDevices(other, [buildClaim({ gpu: selects('b') })])).toBeNull();
  });

  test('a selector is evaluated once for each distinct content of devices', () => {
    const built = buildAllocator([buildSlice('node', gpus(8))]);
    for (let round = 0; round < 5; round++) findDevices(built, [buildClaim({ gpu: selects('b') })]);
    expect(built.allocator.selectors.evaluations).toBe(1);
  });

  test('a selector that cannot be evaluated ends the attempt and names class, claim and device', () => {
    const expression = 'device.attributes["gpu.test"].missing == "x"';
    const built = buildAllocator([buildSlice('node', gpus(1))]);
    const claim = buildClaim({ gpu: { selectors: [{ cel: { expression } }] } });
    expect(findDevices(built, [claim])).toEqual({
      error: expect.stringContaining(
        'claim claim-0: selector #0 on device gpu.test/node/gpu-0: CEL runtime error: no such key: missing',
      ),
    });
  });
});

describe('allocation mode All', () => {
  test('takes every matching device', () => {
    const built = buildAllocator([buildSlice('node', gpus(3))]);
    const all = buildClaim({ gpu: { allocationMode: 'All' } });
    expect(findDevices(built, [all])).toEqual(['gpu-0', 'gpu-1', 'gpu-2']);
  });

  test('fails as long as one of them is in use', () => {
    const built = buildAllocator([buildSlice('node', gpus(3))]);
    allocate(built, buildClaim({ gpu: {} }));
    expect(findDevices(built, [buildClaim({ gpu: { allocationMode: 'All' } })])).toBeNull();
  });

  test('fails where no device matches', () => {
    const built = buildAllocator([buildSlice('node', [])]);
    expect(findDevices(built, [buildClaim({ gpu: { allocationMode: 'All' } })])).toBeNull();
  });

  test('is an error while the pool is incomplete', () => {
    const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
    const built = buildAllocator([buildSlice('node', gpus(1), { pool })]);
    expect(findDevices(built, [buildClaim({ gpu: { allocationMode: 'All' } })])).toEqual({
      error:
        'claim claim-0, request gpu: asks for all devices, but resource pool gpu.test/node is currently being updated',
    });
  });
});

describe('pools', () => {
  test('a newer generation hides the older one', () => {
    const old = buildSlice('node', gpus(1), { name: 'old' });
    const pool = { name: 'node', generation: 2, resourceSliceCount: 1 };
    const fresh = buildSlice('node', [buildDevice('new')], { name: 'new', pool });
    const built = buildAllocator([old, fresh]);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toEqual(['new']);
  });

  test('generations of more than 53 bits are told apart', () => {
    const slice = (name: string, generation: number | bigint) => {
      const pool = { name: 'node', generation, resourceSliceCount: 1 };
      return buildSlice('node', [buildDevice(name)], { name, pool });
    };
    const built = buildAllocator([slice('old', 7), slice('new', 2n ** 63n - 1n)]);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toEqual(['new']);
  });

  test('an incomplete pool is passed over', () => {
    const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
    const built = buildAllocator([buildSlice('node', gpus(1), { pool })]);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toBeNull();
  });

  test('two devices of one name make the pool invalid, which only this node notices', () => {
    const built = buildAllocator([buildSlice('node', [buildDevice('gpu'), buildDevice('gpu')])]);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toEqual({
      error: 'invalid resource pools were encountered',
    });
    expect(built.allocator.search.errorIsNodeLocal).toBe(true);
  });

  test('a pool of all nodes is seen from each, and what one takes the other lacks', () => {
    const nodes = [buildNode('a'), buildNode('b')];
    const built = buildAllocator([buildSlice(undefined, gpus(1), { allNodes: true })], { nodes });
    const version = built.cluster.devices.useVersion.at(-1)!;
    allocate(built, buildClaim({ gpu: {} }), 0);
    expect(findDevices(built, [buildClaim({ gpu: {} })], 1)).toBeNull();
    expect(built.cluster.devices.useVersion.at(-1)).toBeGreaterThan(version);
  });

  test('pools come by driver and name, slices by name, whatever order they are listed in', () => {
    const pool = (name: string) => ({ name, generation: 1, resourceSliceCount: 1 });
    const built = buildAllocator([
      buildSlice('node', [buildDevice('z')], { name: 's1', pool: pool('z') }),
      buildSlice('node', [buildDevice('a')], { name: 's2', pool: pool('a') }),
    ]);
    expect(findDevices(built, [buildClaim({ gpu: { count: 2 } })])).toEqual(['a', 'z']);
  });
});

describe('constraints', () => {
  const onRoots = ['x', 'x', 'y', 'y'].map((root, index) =>
    buildDevice(`gpu-${index}`, { attributes: { 'test.io/root': { string: root } } }),
  );

  test('matchAttribute keeps all devices on one value, giving up earlier picks if need be', () => {
    const built = buildAllocator([buildSlice('node', onRoots)]);
    allocate(built, buildClaim({ gpu: {} }));
    const pair = buildClaim({ gpu: { count: 2 } }, [{ matchAttribute: 'test.io/root' }]);
    expect(findDevices(built, [pair])).toEqual(['gpu-2', 'gpu-3']);
  });

  test('distinctAttribute keeps all devices on different values', () => {
    const built = buildAllocator([buildSlice('node', onRoots)]);
    const pair = buildClaim({ gpu: { count: 2 } }, [{ distinctAttribute: 'test.io/root' }]);
    expect(findDevices(built, [pair])).toEqual(['gpu-0', 'gpu-2']);
    const three = buildClaim({ gpu: { count: 3 } }, [{ distinctAttribute: 'test.io/root' }]);
    expect(findDevices(built, [three])).toBeNull();
  });

  test('a constraint covers only the requests it lists', () => {
    const built = buildAllocator([buildSlice('node', onRoots)]);
    const claim = buildClaim({ a: { count: 2 }, b: { count: 2 } }, [
      { matchAttribute: 'test.io/root', requests: ['b'] },
    ]);
    expect(findDevices(built, [claim])).toEqual(['gpu-0', 'gpu-1', 'gpu-2', 'gpu-3']);
  });

  test('a device without the attribute satisfies no constraint on it', () => {
    const built = buildAllocator([buildSlice('node', gpus(2))]);
    const claim = buildClaim({ gpu: {} }, [{ matchAttribute: 'test.io/root' }]);
    expect(findDevices(built, [claim])).toBeNull();
  });
});

describe('shared counters', () => {
  const counter = (value: string) => ({ memory: { value } });
  const part = (name: string, value: string) =>
    buildDevice(name, { consumesCounters: [{ counterSet: 'gpu-0', counters: counter(value) }] });
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const slices = [
    buildSlice('node', undefined, {
      name: 'counters',
      pool,
      sharedCounters: [{ name: 'gpu-0', counters: counter('80Gi') }],
    }),
    buildSlice('node', [part('whole', '80Gi'), part('half-0', '40Gi'), part('half-1', '40Gi')], {
      name: 'devices',
      pool,
    }),
  ];
  const only = (name: string) => ({
    selectors: [{ cel: { expression: `device.attributes["gpu.test"].model == "${name}"` } }],
  });

  test('partitions fit until their parent is used up', () => {
    const named = slices.map((slice) => ({
      ...slice,
      spec: {
        ...slice.spec,
        ...(slice.spec.devices && {
          devices: slice.spec.devices.map((device) => ({
            ...device,
            attributes: { model: { string: device.name.replace(/-.*/, '') } },
          })),
        }),
      },
    }));
    const built = buildAllocator(named);
    allocate(built, buildClaim({ half: only('half') }));
    expect(findDevices(built, [buildClaim({ whole: only('whole') })])).toBeNull();
    expect(findDevices(built, [buildClaim({ half: only('half') })])).toEqual(['half-1']);
  });

  test('without the gate, a slice with counters is passed over and its pool incomplete', () => {
    const built = buildAllocator(slices, { featureGates: { DRAPartitionableDevices: false } });
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toBeNull();
  });

  test('an unknown counter set makes the pool invalid', () => {
    const broken = buildSlice('node', [part('gpu', '1')]);
    const built = buildAllocator([broken]);
    expect(built.cluster.pools.viewReason).toEqual(['counter set gpu-0 not found']);
  });
});

describe('consumable capacity', () => {
  const shared = buildDevice('nic', {
    allowMultipleAllocations: true,
    capacity: { bandwidth: { value: '100' } },
  });
  const wants = (bandwidth: string) =>
    buildClaim({ nic: { capacity: { requests: { bandwidth } } } });

  test('several claims share a device until its capacity is used up', () => {
    const built = buildAllocator([buildSlice('node', [shared])]);
    allocate(built, wants('60'));
    expect(findDevices(built, [wants('50')])).toBeNull();
    const second = allocate(built, wants('40'));
    expect(findDevices(built, [wants('1')])).toBeNull();
    built.allocator.deallocate(second);
    expect(findDevices(built, [wants('40')])).toEqual(['nic']);
  });

  test('a claim that names no amount takes all of it', () => {
    const built = buildAllocator([buildSlice('node', [shared])]);
    allocate(built, buildClaim({ nic: {} }));
    expect(findDevices(built, [wants('1')])).toBeNull();
  });

  test('a capacity that the device does not have rules it out', () => {
    const built = buildAllocator([buildSlice('node', [shared])]);
    const claim = buildClaim({ nic: { capacity: { requests: { colour: '1' } } } });
    expect(findDevices(built, [claim])).toBeNull();
  });

  test('fractions of a unit are counted exactly', () => {
    const built = buildAllocator([buildSlice('node', [shared])], {
      amounts: { bandwidth: '33.3' },
    });
    for (let share = 0; share < 3; share++) allocate(built, wants('33.3'));
    expect(findDevices(built, [wants('0.2')])).toBeNull();
    expect(findDevices(built, [wants('0.1')])).toEqual(['nic']);
  });

  test.each([
    ['below the smallest', '1', '10'],
    ['between two steps', '21', '30'],
    ['on a step', '30', '30'],
  ])('a range rounds a request %s up', (_, wanted, consumed) => {
    const policy = { default: '10', validRange: { min: '10', max: '90', step: '10' } };
    const device = buildDevice('nic', {
      allowMultipleAllocations: true,
      capacity: { bandwidth: { value: '100', requestPolicy: policy } },
    });
    const built = buildAllocator([buildSlice('node', [device])]);
    const claim = allocate(built, wants(wanted));
    const [result] = built.allocator.result(claim).devices!.results!;
    expect(result!.consumedCapacity).toEqual({ bandwidth: consumed });
    expect(result!.shareID).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a request above the range is refused', () => {
    const policy = { default: '10', validRange: { min: '10', max: '50' } };
    const device = buildDevice('nic', {
      allowMultipleAllocations: true,
      capacity: { bandwidth: { value: '100', requestPolicy: policy } },
    });
    const built = buildAllocator([buildSlice('node', [device])]);
    expect(findDevices(built, [wants('60')])).toBeNull();
  });
});

describe('taints', () => {
  const tainted = buildDevice('gpu', { taints: [{ key: 'broken', effect: 'NoSchedule' }] });

  test('a taint keeps requests away that do not tolerate it', () => {
    const built = buildAllocator([buildSlice('node', [tainted])]);
    expect(findDevices(built, [buildClaim({ gpu: {} })])).toBeNull();
    const tolerations = [{ key: 'broken', operator: 'Exists' }];
    expect(findDevices(built, [buildClaim({ gpu: { tolerations } })])).toEqual(['gpu']);
  });
});

describe('results', () => {
  test('an allocation names request, driver, pool and device, and the node where it holds', () => {
    const built = buildAllocator([buildSlice('node', gpus(1))]);
    const claim = allocate(built, buildClaim({ gpu: {} }));
    expect(built.allocator.result(claim)).toEqual({
      devices: { results: [{ request: 'gpu', driver: 'gpu.test', pool: 'node', device: 'gpu-0' }] },
      nodeSelector: {
        nodeSelectorTerms: [
          { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node'] }] },
        ],
      },
    });
  });

  test('devices of a slice that selects nodes by several terms cannot be described', () => {
    const term = (zone: string) => ({
      matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [zone] }],
    });
    const nodeSelector = { nodeSelectorTerms: [term('node'), term('other')] };
    const built = buildAllocator([buildSlice(undefined, gpus(1), { nodeSelector })]);
    const claim = allocate(built, buildClaim({ gpu: {} }));
    expect(() => built.allocator.result(claim)).toThrow(
      expect.objectContaining({ code: 'ERR_SLICE_SELECTOR' }),
    );
  });
});
