import { describe, expect, test } from 'vitest';
import type { Job } from '../../src/api/batch.js';
import type { Pod } from '../../src/api/core.js';
import { decodeManifests, positionOf, sourceOf } from '../../src/api/decode.js';
import { resolveFeatures } from '../../src/api/features.js';
import type { ResourceClaim, ResourceSlice } from '../../src/api/resource.js';
import { claim, decode, deviceClass, job, pod, slice, withField } from './manifests.js';

function namesOf(text: string): string[] {
  return decode(text).objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function codesOf(text: string): string[] {
  return decode(text).errors.map(({ code }) => code);
}

const namespaceText = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n';

describe('documents of a file', () => {
  test('several YAML documents give an object each, empty ones none', () => {
    const text = `---\n${namespaceText}---\n# nothing\n---\n${namespaceText.replace('a}', 'b}')}`;

    const decoded = decode(text);

    expect([namesOf(text), decoded.documents]).toEqual([['Namespace a', 'Namespace b'], 2]);
  });

  test.each([
    ['a List', { apiVersion: 'v1', kind: 'List', items: [pod, job] }],
    ['an array', [pod, job]],
  ])('%s is taken apart', (_name, input) => {
    const { objects, documents } = decode(input as never);

    expect([objects.map(({ kind }) => kind), documents]).toEqual([['Pod', 'Job'], 2]);
  });

  test('items of a typed list need no kind', () => {
    const { apiVersion: _, kind: __, ...item } = pod;

    const { objects } = decode({ apiVersion: 'v1', kind: 'PodList', items: [item] });

    expect(objects.map(({ kind }) => kind)).toEqual(['Pod']);
  });

  test('JSON values one after the other are all read', () => {
    const { objects } = decode(`${JSON.stringify(pod)}\n${JSON.stringify(job)}`);

    expect(objects).toHaveLength(2);
  });

  test('KYAML and other YAML in flow style is read', () => {
    const text = '{ # flow\n  apiVersion: "v1", kind: "Namespace",\n  metadata: { name: "a", },\n}';

    expect(namesOf(text)).toEqual(['Namespace a']);
  });

  test('a byte order mark is dropped', () => {
    const bytes = new TextEncoder().encode(`\uFEFF${namespaceText}`);

    expect(decode('', {}).objects).toEqual([]);
    expect(namesOf(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))).toHaveLength(1);
  });

  test.each([
    ['empty', ''],
    ['only white space', ' \n\n'],
    ['only a comment', '# nothing\n'],
  ])('a file that is %s has no documents', (_name, text) => {
    const { documents, errors } = decode(text);

    expect([documents, errors]).toEqual([0, []]);
  });
});

describe('refusals of whole documents', () => {
  test.each([
    ['broken YAML', 'a: [1,\n', 'ERR_MANIFEST_SYNTAX'],
    [
      'a tab as indentation',
      'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n',
      'ERR_MANIFEST_SYNTAX',
    ],
    ['broken JSON', '{"a": [}', 'ERR_MANIFEST_SYNTAX'],
    ['an unknown anchor', 'apiVersion: v1\nkind: Pod\nmetadata: *missing\n', 'ERR_MANIFEST_SYNTAX'],
    ['no kind', 'apiVersion: v1\n', 'ERR_MANIFEST_HEADER'],
    ['no apiVersion', 'kind: Pod\n', 'ERR_MANIFEST_HEADER'],
    ['a kind that is no text', 'apiVersion: v1\nkind: 5\n', 'ERR_MANIFEST_TYPE'],
    ['plain text', 'hello\n', 'ERR_MANIFEST_TYPE'],
    [
      'an unknown DRA kind',
      'apiVersion: resource.k8s.io/v1\nkind: ResourceClaims\n',
      'ERR_MANIFEST_KIND',
    ],
    [
      'an unknown DRA version',
      'apiVersion: resource.k8s.io/v2\nkind: ResourceClaim\n',
      'ERR_MANIFEST_KIND',
    ],
    [
      'classic DRA',
      'apiVersion: resource.k8s.io/v1alpha2\nkind: ResourceClass\n',
      'ERR_MANIFEST_CLASSIC',
    ],
    [
      'a claim with a controller',
      'apiVersion: resource.k8s.io/v1alpha3\nkind: ResourceClaim\nmetadata: {name: a}\nspec: {controller: x}\n',
      'ERR_MANIFEST_CLASSIC',
    ],
    [
      'a template with resourceClassName',
      'apiVersion: resource.k8s.io/v1alpha3\nkind: ResourceClaimTemplate\nspec: {spec: {resourceClassName: x}}\n',
      'ERR_MANIFEST_CLASSIC',
    ],
    [
      'a value of the wrong type',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: 5}\n',
      'ERR_MANIFEST_TYPE',
    ],
    [
      'a bad name',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: A}\n',
      'ERR_MANIFEST_INVALID',
    ],
  ])('%s', (_name, text, code) => {
    expect(codesOf(text)).toEqual([code]);
  });

  test('bytes that are no UTF-8 are refused with their place', () => {
    const bytes = Uint8Array.from([97, 58, 32, 98, 10, 99, 58, 32, 0xff, 10]);

    const { errors } = decodeManifests(bytes, { file: 'x.yaml', features: resolveFeatures({}) });

    expect(errors).toMatchObject([
      { code: 'ERR_MANIFEST_ENCODING', position: { line: 2, column: 4 } },
    ]);
  });

  test('anchors nested to blow up are refused', () => {
    const levels = Array.from({ length: 12 }, (_, index) => {
      const parts = new Array(10).fill(`*a${index}`).join(', ');
      return `x${index + 1}: &a${index + 1} [${parts}]`;
    });
    const text = `x0: &a0 [lol]\n${levels.join('\n')}\n`;

    const { errors } = decode(text);

    expect(errors).toMatchObject([{ code: 'ERR_MANIFEST_SYNTAX' }]);
    expect(errors[0]!.message).toMatch(/aliases/);
  });

  test('an error in one document does not hide the others', () => {
    const { objects, errors } = decode(`kind: Pod\n---\n${namespaceText}`);

    expect([objects.length, errors.length]).toEqual([1, 1]);
  });

  test('DRA objects are refused where the gate is off, and taken where it is on', () => {
    const version = '1.33';

    const off = decode(claim, {}, { version });
    const on = decode(claim, {}, { version, featureGates: { DynamicResourceAllocation: true } });

    expect(off.errors).toMatchObject([{ code: 'ERR_MANIFEST_GATE' }]);
    expect(off.errors[0]!.message).toMatch(/DynamicResourceAllocation/);
    expect(on.objects).toHaveLength(1);
  });
});

describe('versions of resource.k8s.io', () => {
  test.each(['v1alpha3', 'v1beta1'])('%s claims are brought into v1', (version) => {
    const text = `
apiVersion: resource.k8s.io/${version}
kind: ResourceClaim
metadata: {name: a}
spec: {devices: {requests: [{name: r, deviceClassName: gpu, adminAccess: false}]}}
`;

    const [object] = decode(text).objects;

    expect(object).toEqual({
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceClaim',
      metadata: { name: 'a', namespace: 'default' },
      spec: {
        devices: {
          requests: [
            {
              name: 'r',
              exactly: {
                deviceClassName: 'gpu',
                allocationMode: 'ExactCount',
                count: 1,
                adminAccess: false,
              },
            },
          ],
        },
      },
    });
  });

  test.each(['v1alpha3', 'v1beta1'])('%s slices lose the basic wrapper', (version) => {
    const text = `
apiVersion: resource.k8s.io/${version}
kind: ResourceSlice
metadata: {name: a}
spec:
  driver: d
  pool: {name: p, generation: 1, resourceSliceCount: 1}
  nodeName: node
  allNodes: false
  devices:
  - name: dev
    basic: {attributes: {a: {int: 9223372036854775807}}, capacity: {m: {value: 1024Mi}}}
`;

    const [object] = decode(text).objects;

    expect((object as ResourceSlice).spec.devices).toEqual([
      {
        name: 'dev',
        attributes: { a: { int: 9223372036854775807n } },
        capacity: { m: { value: '1Gi' } },
      },
    ]);
  });

  test('v1beta2 claims have the shape of v1', () => {
    const { objects, warnings } = decode({ ...claim, apiVersion: 'resource.k8s.io/v1beta2' });

    expect([objects[0]!.apiVersion, warnings]).toEqual(['resource.k8s.io/v1', []]);
  });
});

describe('what is told besides errors', () => {
  test('unknown fields are warnings with file, line, column and path', () => {
    const text = `${namespaceText}spec: {}\nfoo: 1\n`;

    const { objects, warnings } = decode(text);

    expect(objects).toHaveLength(1);
    expect(warnings).toMatchObject([
      { code: 'ERR_MANIFEST_FIELD', path: 'foo', position: { file: 'test.yaml', line: 5 } },
    ]);
  });

  test('unknown fields are errors when asked for', () => {
    const { errors } = decode(`${namespaceText}foo: 1\n`, { strict: true });

    expect(errors).toMatchObject([{ code: 'ERR_MANIFEST_FIELD', path: 'foo' }]);
  });

  test.each([
    ['YAML', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, name: b}\n', 3],
    ['JSON', '{"apiVersion":"v1","kind":"Namespace",\n"metadata":{"name":"a","name":"b"}}', 2],
  ])('a key twice in %s is a warning, and the last one wins', (_name, text, line) => {
    const { objects, warnings } = decode(text);

    expect(objects[0]!.metadata.name).toBe('b');
    expect(warnings).toMatchObject([{ code: 'ERR_MANIFEST_FIELD', position: { line } }]);
  });

  test('a field of a gate that is off is dropped with a warning', () => {
    const devices = [{ name: 'gpu-0', taints: [{ key: 'a', effect: 'NoSchedule' }] }];
    const input = withField(slice, 'spec.devices', devices);

    const { objects, warnings } = decode(input, {}, { featureGates: { DRADeviceTaints: false } });

    expect((objects[0] as ResourceSlice).spec.devices).toEqual([{ name: 'gpu-0' }]);
    expect(warnings).toMatchObject([{ code: 'ERR_MANIFEST_GATE', path: 'spec.devices[0].taints' }]);
  });

  test.each(['DeviceTaintRule', 'PodGroup'])('a %s without its gate has no effect', (kind) => {
    const rule = {
      apiVersion: 'resource.k8s.io/v1',
      spec: { taint: { key: 'a', effect: 'NoSchedule' } },
    };
    const group = {
      apiVersion: 'scheduling.k8s.io/v1beta1',
      spec: { schedulingPolicy: { gang: { minCount: 2 } } },
    };
    const object = kind === 'PodGroup' ? group : rule;

    const { objects, warnings } = decode(
      { kind, metadata: { name: 'a' }, ...object },
      {},
      { featureGates: { DRADeviceTaintRules: false } },
    );

    expect([objects.length, warnings[0]?.code]).toEqual([1, 'ERR_MANIFEST_GATE']);
  });

  test('fields without effect are counted by their path, and kinds that are not known too', () => {
    const container = { name: 'a', image: 'x', env: [{ name: 'A', value: '1' }], command: ['x'] };
    const input = withField(pod, 'spec.containers', [container, { ...container, name: 'b' }]);
    const foreign = { apiVersion: 'example.com/v1', kind: 'Foo', metadata: { name: 'a' } };

    const { withoutEffect, foreignKinds, warnings } = decode([input, foreign]);

    expect([...withoutEffect]).toEqual([
      ['Pod spec.containers[].env', 2],
      ['Pod spec.containers[].command', 2],
    ]);
    expect([...foreignKinds]).toEqual([['example.com/v1 Foo', 1]]);
    expect(warnings).toEqual([]);
  });

  test('a wrong type is told even in a field without effect', () => {
    const container = { name: 'a', image: 'x', env: [{ name: 'A', value: 1 }] };

    const { errors } = decode(withField(pod, 'spec.containers', [container]));

    expect(errors).toMatchObject([
      { code: 'ERR_MANIFEST_TYPE', path: 'spec.containers[0].env[0].value' },
    ]);
  });
});

describe('objects', () => {
  test('a pod gets the defaults that scheduling reads', () => {
    const containers = [
      { name: 'main', image: 'app:1', resources: { limits: { cpu: '1', memory: '0.1m' } } },
    ];

    const [object] = decode(withField(pod, 'spec.containers', containers)).objects as [Pod];

    expect(object.metadata.namespace).toBe('default');
    expect(object.spec).toMatchObject({
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          resources: {
            limits: { cpu: '1', memory: '1m' },
            requests: { cpu: '1', memory: '1m' },
          },
        },
      ],
    });
  });

  test('a job gets its counts, and its labels from the template', () => {
    const [object] = decode(withField(job, 'spec.template.metadata', { labels: { a: 'b' } }))
      .objects as [Job];

    expect(object.metadata.labels).toEqual({ a: 'b' });
    expect(object.spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      podReplacementPolicy: 'TerminatingOrFailed',
    });
  });

  test('generateName makes the same names every time', () => {
    const metadata = { generateName: 'p-' };

    const { objects } = decode([
      { ...pod, metadata },
      { ...pod, metadata },
    ]);

    expect(objects.map((object) => object.metadata.name)).toEqual(['p-00001', 'p-00002']);
  });

  test('a namespace on a cluster-wide object is ignored', () => {
    const [object] = decode(withField(deviceClass, 'metadata.namespace', 'x')).objects;

    expect(object!.metadata).toEqual({ name: 'gpu.example.com' });
  });

  test('taints get the time that the caller gives', () => {
    const rule = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceTaintRule',
      metadata: { name: 'a' },
      spec: { taint: { key: 'a', effect: 'NoSchedule' } },
    };

    const [object] = decode(rule, { now: '2026-01-02T03:04:05Z' }).objects;

    expect(object).toMatchObject({ spec: { taint: { timeAdded: '2026-01-02T03:04:05Z' } } });
  });

  test('a map key named __proto__ is a key like any other', () => {
    const text = JSON.stringify(deviceClass).replace('"name"', '"labels":{"__proto__":"x"},"name"');

    const { errors } = decode(text);

    expect(errors).toMatchObject([{ path: 'metadata.labels' }]);
  });

  test('keys of YAML 1.1 that read as other values become text', () => {
    const { objects } = decode(
      `${namespaceText.replace('name: a', 'name: a, labels: {n: x, 1: z}')}`,
    );

    expect(objects[0]!.metadata.labels).toEqual({ false: 'x', 1: 'z' });
  });
});

describe('admin access', () => {
  const exactly = { deviceClassName: 'gpu', adminAccess: true };
  const admin = withField(claim, 'spec.devices.requests', [{ name: 'r', exactly }]);
  const labels = { 'resource.kubernetes.io/admin-access': 'true' };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } };

  test('it is refused in a namespace without the label', () => {
    const { errors } = decode(admin, { adminAccessNamespaces: [] });

    expect(errors).toMatchObject([{ path: 'spec.devices.requests[0].adminAccess' }]);
  });

  test.each([
    ['named by the caller', [admin], ['default']],
    ['labelled in the same file', [namespace, admin], []],
    ['in a file whose caller does not know namespaces', [admin], undefined],
  ])('it is allowed in a namespace %s', (_name, objects, namespaces) => {
    const options = namespaces === undefined ? {} : { adminAccessNamespaces: namespaces };

    expect(decode(objects, options).errors).toEqual([]);
  });
});

describe('places', () => {
  const text = `apiVersion: v1
kind: List
items:
- apiVersion: resource.k8s.io/v1beta1
  kind: ResourceClaim
  metadata: {name: a}
  spec:
    devices:
      requests:
      - name: r
        deviceClassName: gpu
        count: 2
`;

  test('an object of a list stands at its item', () => {
    const [object] = decode(text).objects;

    expect(sourceOf(object!)).toEqual({ file: 'test.yaml', line: 4, column: 3 });
  });

  test('a field of the v1 object is found in a manifest of an older shape', () => {
    const [object] = decode(text).objects as [ResourceClaim];

    const position = positionOf(object, 'spec.devices.requests[0].exactly.count');

    expect(position).toEqual({ file: 'test.yaml', line: 12, column: 16 });
  });

  test('a field of a device in the basic wrapper is found', () => {
    const manifest = `apiVersion: resource.k8s.io/v1beta1
kind: ResourceSlice
metadata: {name: a}
spec:
  driver: d
  pool: {name: p, generation: 1, resourceSliceCount: 1}
  nodeName: node
  devices:
  - name: dev
    basic:
      attributes:
        model: {string: a}
`;
    const [object] = decode(manifest).objects;

    const position = positionOf(object!, 'spec.devices[0].attributes[model].string');

    expect(position).toMatchObject({ line: 12, column: 25 });
  });

  test('a field that was not written is placed at its parent', () => {
    const [object] = decode(text).objects as [ResourceClaim];

    const position = positionOf(object, 'spec.devices.requests[0].exactly.allocationMode');

    expect(position).toMatchObject({ line: 10 });
  });

  test('places in JSON count from the start of the file', () => {
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, job] }, null, 2);

    const { objects } = decode(json);

    const line = json.split('\n').findIndex((row) => row.includes('"batch/v1"')) + 1;
    expect(sourceOf(objects[1]!)).toMatchObject({ line: line - 1 });
    expect(positionOf(objects[1]!, 'apiVersion')).toMatchObject({ line });
  });

  test('an object that was not decoded has no place', () => {
    expect([sourceOf({}), positionOf({}, 'spec')]).toEqual([undefined, undefined]);
  });
});

describe('what only a user can answer', () => {
  test.each(['9e99', '-9e99', '9223372036854775808'])(
    '%s is more than 64 bits count and is refused with its place',
    (cpu) => {
      const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: main
    image: app
    resources: {limits: {cpu: ${cpu}}}
`;
      const { errors, objects } = decode(text);
      const range = errors.find(({ code }) => code === 'ERR_QUANTITY_RANGE' || cpu.startsWith('-'));
      expect(objects).toEqual([]);
      expect(range).toMatchObject({ position: { line: 8 } });
    },
  );

  test('9223372036854775807 is counted', () => {
    const { objects } = decode({
      ...pod,
      spec: {
        containers: [
          { name: 'a', image: 'b', resources: { limits: { cpu: '9223372036854775807' } } },
        ],
      },
    });
    expect(objects).toHaveLength(1);
  });

  test('ids and times that only the server writes may have been left out', () => {
    const owned = {
      ...slice,
      metadata: { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n' }] },
    };
    const { objects, warnings } = decode(owned);
    expect([objects.length, warnings.map(({ path }) => path)]).toEqual([
      1,
      ['metadata.ownerReferences[0].uid'],
    ]);
    expect(decode(owned, { strict: true }).errors.map(({ code }) => code)).toEqual([
      'ERR_MANIFEST_INVALID',
    ]);
  });
});
