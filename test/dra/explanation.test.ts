import { expect, test } from 'vitest';
import { type ClaimExplanation, explainClaim } from '../../src/dra/explanation.js';
import {
  allocate,
  buildAllocator,
  buildClaim,
  buildClass,
  buildDevice,
  buildSlice,
  DRIVER,
} from '../builders.js';

type Built = ReturnType<typeof buildAllocator>;

function explain(built: Built, spec: ReturnType<typeof buildClaim>): ClaimExplanation {
  const context = { ...built, nameOf: (claim: number) => `claim-${claim}` };
  return explainClaim(context, built.allocator.shapes.intern(spec), 'asked', 0);
}

const verdicts = (explanation: ClaimExplanation) =>
  Object.fromEntries(
    explanation.requests[0]!.devices.map(({ device, verdict, detail }) => [
      device.split('/').at(-1),
      detail === '' ? verdict : `${verdict}: ${detail}`,
    ]),
  );

test('each device has the first rule that stands against it, with what it saw', () => {
  const classes = [
    buildClass(
      'gpu',
      `device.attributes["${DRIVER}"].?model.orValue("none") == "a" && device.driver != "x"`,
    ),
  ];
  const attributes = { model: { string: 'a' } };
  const counters = (memory: string) => [
    { counterSet: 'set', counters: { memory: { value: memory } } },
  ];
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const built = buildAllocator(
    [
      buildSlice(
        'node',
        [
          buildDevice('held', { attributes }),
          buildDevice('other', { attributes: { model: { string: 'b' } } }),
          buildDevice('bare', { attributes: {} }),
          buildDevice('large', { attributes, consumesCounters: counters('6Gi') }),
          buildDevice('tainted', {
            attributes,
            taints: [{ key: 'sick', value: 'yes', effect: 'NoExecute' }],
          }),
          buildDevice('free', { attributes, consumesCounters: counters('2Gi') }),
        ],
        { name: 'devices', pool },
      ),
      buildSlice('node', [], {
        name: 'counters',
        pool,
        sharedCounters: [{ name: 'set', counters: { memory: { value: '4Gi' } } }],
      }),
    ],
    { classes },
  );
  allocate(built, buildClaim({ gpu: {} }));
  const found = explain(built, buildClaim({ gpu: {} }));
  expect(found.outcome).toBe('fits');
  expect(found.devices).toEqual([{ request: 'gpu', device: `${DRIVER}/node/free` }]);
  expect(verdicts(found)).toEqual({
    held: 'in use: by claim claim-0',
    other: expect.stringMatching(
      /^selector: selector #0 of class gpu: .*; model is b, driver is gpu\.test$/,
    ),
    bare: expect.stringMatching(/^selector: .*; model is not set, driver is gpu\.test$/),
    large: 'counters: set/memory: 6Gi drawn, 4Gi of 4Gi left',
    tainted: 'taint: sick=yes:NoExecute',
    free: 'fits',
  });
});

test('a share that is too large says how much is left', () => {
  const built = buildAllocator(
    [
      buildSlice('node', [
        buildDevice('gpu', {
          allowMultipleAllocations: true,
          capacity: { memory: { value: '10Gi' } },
        }),
      ]),
    ],
    { amounts: { memory: '1Gi' } },
  );
  const share = (memory: string) => buildClaim({ gpu: { capacity: { requests: { memory } } } });
  allocate(built, share('7Gi'));
  const found = explain(built, share('4Gi'));
  expect(found.outcome).toBe('does not fit');
  expect(verdicts(found)).toEqual({ gpu: 'capacity: memory: 4Gi wanted, 3Gi of 10Gi left' });
  expect(
    verdicts(explain(built, buildClaim({ gpu: { capacity: { requests: { cores: '1' } } } }))),
  ).toEqual({
    gpu: expect.stringContaining('the device has no capacity cores'),
  });
});

test('requests that fit by themselves and not together show their values and where the search got stuck', () => {
  const built = buildAllocator([
    buildSlice(
      'node',
      [0, 0, 1].map((numa, index) =>
        buildDevice(`gpu-${index}`, {
          attributes: { numa: { int: numa }, last: { bool: index === 2 } },
        }),
      ),
    ),
  ]);
  const last = [{ cel: { expression: `device.attributes["${DRIVER}"].last` } }];
  const claim = buildClaim({ any: { count: 2 }, last: { selectors: last } }, [
    { matchAttribute: `${DRIVER}/numa` },
  ]);
  const found = explain(built, claim);
  expect(found.outcome).toBe('does not fit');
  expect(found.requests.map(({ fitting }) => fitting)).toEqual([3, 1]);
  expect(found.constraints).toEqual([
    {
      constraint: `matchAttribute ${DRIVER}/numa`,
      requests: ['any', 'last'],
      values: [
        { value: '0', fitting: { any: 2 } },
        { value: '1', fitting: { any: 1, last: 1 } },
      ],
    },
  ]);
  expect(found.stuck).toMatchObject({
    picked: [
      { request: 'any', device: `${DRIVER}/node/gpu-0` },
      { request: 'any', device: `${DRIVER}/node/gpu-1` },
    ],
    request: 'last',
  });
  expect(found.stuck!.devices.at(-1)).toMatchObject({
    verdict: 'constraint',
    detail: `${DRIVER}/numa is 1, must match 0`,
  });
});

test('pools that cannot be used say why, and an error is told with its scope', () => {
  const twice = buildAllocator([buildSlice('node', [buildDevice('gpu'), buildDevice('gpu')])]);
  expect(explain(twice, buildClaim({ gpu: {} }))).toMatchObject({
    outcome: 'error',
    error: 'invalid resource pools were encountered',
    nodeLocal: true,
    unusablePools: [{ pool: `${DRIVER}/node`, reason: 'invalid: duplicate device name gpu' }],
  });
  const pool = { name: 'node', generation: 1, resourceSliceCount: 2 };
  const half = buildAllocator([buildSlice('node', [buildDevice('gpu')], { pool })]);
  expect(explain(half, buildClaim({ gpu: {} })).unusablePools).toEqual([
    { pool: `${DRIVER}/node`, reason: expect.stringMatching(/^incomplete/) },
  ]);
});

test('an explanation changes nothing', () => {
  const built = buildAllocator([buildSlice('node', [buildDevice('a'), buildDevice('b')])]);
  allocate(built, buildClaim({ gpu: {} }));
  const { holder, counterUsed, capacityUsed, shares, nodeHeld } = built.cluster.devices;
  const columns = () =>
    [holder, counterUsed, capacityUsed, shares, nodeHeld].map((column) => column.slice());
  const before = columns();
  explain(built, buildClaim({ gpu: { count: 2 } }));
  expect(columns()).toEqual(before);
});
