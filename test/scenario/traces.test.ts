// Traces: what a row becomes, and what is told about a row that is broken.

import { describe, expect, test } from 'vitest';
import { DrasimError } from '../../src/errors.js';
import { RandomStreams } from '../../src/random.js';
import { readDlrm } from '../../src/scenario/traces/dlrm.js';
import { readMuri } from '../../src/scenario/traces/muri.js';
import { readOpenbNodes, readOpenbPods } from '../../src/scenario/traces/openb.js';
import { profileOf } from '../../src/scenario/traces/openbpartitions.js';
import { readPhilly } from '../../src/scenario/traces/philly.js';
import { TraceTable } from '../../src/scenario/traces/table.js';

const NODES = 'sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\nn2,96000,786432,0,\n';
const POD_HEAD =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n';
const PODS = `${POD_HEAD}late,4000,8192,1,500,V100M16|V100M32,LS,Running,100,400,150
early,8000,16384,2,1000,,BE,Running,0,60,
cpu,1000,1024,0,0,,BE,Running,100,160,100
`;
const openb = (text: string, more: object = {}) =>
  readOpenbPods('w', text, 'pods.csv', {
    times: 'trace',
    demandPercent: 0,
    gpuCount: 10,
    stream: new RandomStreams('1').stream('demand'),
    ...more,
  });
const exactly = (plan: ReturnType<typeof openb>, template: number) =>
  plan.templates[template]!.claims[0]?.spec?.devices?.requests?.[0]?.exactly;
const problemOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof DrasimError) return error.issues[0];
    throw error;
  }
  return undefined;
};

describe('openb', () => {
  test('nodes publish their GPUs as devices that are shared in thousandths', () => {
    const { nodes, slices, gpuCount } = readOpenbNodes(NODES, 'nodes.csv');
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual(['n1', 'n2']);
    expect(nodes[0]!.status!.allocatable).toMatchObject({ cpu: '64000m', memory: '262144Mi' });
    expect([gpuCount, slices.length, slices[0]!.spec.devices!.length]).toEqual([2, 1, 2]);
    expect(slices[0]!.spec.devices![1]).toMatchObject({
      name: 'gpu-1',
      allowMultipleAllocations: true,
      capacity: { milli: { value: '1000' } },
    });
  });

  test('nodes can publish their GPUs as partitions', () => {
    const { slices, gpuCount } = readOpenbNodes(NODES, 'nodes.csv', 'mig');
    expect([gpuCount, slices.length]).toEqual([2, 3]);
    expect(slices[0]!.spec.sharedCounters!.map(({ name }) => name)).toEqual([
      'gpu-0-counter-set',
      'gpu-1-counter-set',
    ]);
    const devices = slices[2]!.spec.devices!;
    const profiles = devices.map(({ attributes }) => attributes!.profile?.string ?? 'whole');
    const counts = [...new Set(profiles)].map((name) => [
      name,
      profiles.filter((one) => one === name).length,
    ]);
    expect(counts).toEqual([
      ['whole', 1],
      ['1g.10gb', 4],
      ['1g.5gb', 7],
      ['2g.10gb', 3],
      ['3g.20gb', 2],
      ['4g.20gb', 1],
    ]);
    expect(devices[0]!.consumesCounters![0]!.counterSet).toBe('gpu-1-counter-set');
    const [counters, gpu] = readOpenbNodes(NODES, 'nodes.csv', 'sevenths').slices;
    const compute = { multiprocessors: { value: '98' } };
    expect(counters!.spec.sharedCounters![0]!.counters).toEqual(compute);
    expect(gpu!.spec.devices![0]!.consumesCounters![0]!.counters).toEqual(compute);
  });

  test.each([
    [1, '1g.5gb'],
    [142, '1g.5gb'],
    [143, '2g.10gb'],
    [286, '3g.20gb'],
    [428, '3g.20gb'],
    [500, '4g.20gb'],
    [571, '4g.20gb'],
    [572, undefined],
    [1000, undefined],
  ])('%i milli of a GPU are asked for as the profile %s', (gpuMilli, profile) => {
    expect(profileOf(gpuMilli)?.name).toBe(profile);
  });

  test('pods ask for partitions, and say what they wanted', () => {
    const { templates } = openb(PODS, { partitioned: true });
    expect(templates.map(({ askedMilli }) => askedMilli)).toEqual([500, 2000, 0]);
    const [share, whole] = [0, 1].map(
      (template) => templates[template]!.claims[0]!.spec!.devices!.requests![0]!.exactly!,
    );
    const expressions = share!.selectors!.map(({ cel }) => cel!.expression);
    expect(expressions[0]).toContain('.profile == "4g.20gb"');
    expect(expressions[1]).toContain('.model in ["V100M16", "V100M32"]');
    expect(whole).toMatchObject({ count: 2 });
    expect(whole!.selectors![0]!.cel!.expression).toContain('.type == "gpu"');
    expect([share!.capacity, whole!.capacity]).toEqual([undefined, undefined]);
  });

  test('pods come at their times, run from scheduling to deletion, and ask for their models', () => {
    const plan = openb(PODS);
    expect([0, 1, 2].map(plan.nameOf)).toEqual(['early', 'late', 'cpu']);
    expect([...plan.arrivals.timesUs]).toEqual([0, 100e6, 100e6]);
    expect([...plan.arrivals.durationUs]).toEqual([60e6, 250e6, 60e6]);
    expect(exactly(plan, 0)).toMatchObject({
      count: 1,
      capacity: { requests: { milli: '500' } },
      selectors: [
        { cel: { expression: 'device.attributes["gpu.openb"].model in ["V100M16", "V100M32"]' } },
      ],
    });
    expect(exactly(plan, 1)).toMatchObject({ count: 2 });
    expect(exactly(plan, 1)).not.toHaveProperty('selectors');
    expect(exactly(plan, 2)).toBeUndefined();
  });

  test('in order, pods follow one another and stay', () => {
    const { arrivals } = openb(PODS, { times: 'in-order' });
    expect([...arrivals.timesUs]).toEqual([0, 10_000, 20_000]);
    expect([...arrivals.durationUs]).toEqual([Infinity, Infinity, Infinity]);
  });

  test.each([100, 300])(
    'a list grown to %i%% of the GPUs comes close and never above',
    (percent) => {
      const { arrivals, templates } = openb(PODS, { demandPercent: percent });
      const milli = [...arrivals.template].reduce((sum, template) => {
        const part = templates[template]!.claims[0]?.spec?.devices?.requests?.[0]?.exactly;
        return sum + (part?.count ?? 0) * Number(part?.capacity?.requests?.['milli'] ?? 0);
      }, 0);
      expect(milli).toBeLessThanOrEqual(percent * 100);
      expect(milli).toBeGreaterThan(percent * 100 - 2000);
    },
  );
});

test('philly jobs become Jobs of pods with up to eight GPUs, timed from the first', () => {
  const text =
    'timestamp,duration,num_gpus\n2017-10-03 00:01:00,60,16\n2017-10-02 23:59:00,30,2\n2018-03-01 00:00:00,1,1\n';
  const plan = readPhilly('w', text, 'jobs.csv', { gpuClass: 'gpu', limit: 2 });
  expect([...plan.arrivals.timesUs]).toEqual([0, 120e6]);
  const jobs = [...plan.arrivals.template].map((template) => plan.templates[template]!);
  expect(jobs.map(({ job }) => job)).toEqual([
    { parallelism: 1, completions: 1 },
    { parallelism: 2, completions: 2 },
  ]);
  expect(jobs.map(({ claims }) => claims[0]!.spec!.devices!.requests![0]!.exactly!.count)).toEqual([
    2, 8,
  ]);
});

describe('muri', () => {
  const text =
    'job_id,num_gpu,submit_time,duration,model_name\n7,16,1534000,281000,vgg16\n8,1,1000,250,gpt2\n9,2,9000000,1,bert\n';
  const options = { gpuClass: 'gpu', gpusPerPod: 8, limit: 2 };
  const results = 'job_id,real_executed_time\n8,0.5\n7,300.25\n9,1\n';

  test('jobs become gangs of pods, timed in milliseconds', () => {
    const plan = readMuri('w', text, 'jobs.csv', options);
    expect([plan.nameOf(0), plan.nameOf(1)]).toEqual(['w-8', 'w-7']);
    expect([...plan.arrivals.timesUs]).toEqual([1e6, 1534e6]);
    expect([...plan.arrivals.durationUs]).toEqual([250_000, 281e6]);
    const jobs = [...plan.arrivals.template].map((template) => plan.templates[template]!.job);
    expect(jobs).toEqual([
      { parallelism: 1, completions: 1, isGang: true },
      { parallelism: 2, completions: 2, isGang: true },
    ]);
  });

  test('a pod can have a single GPU', () => {
    const plan = readMuri('w', text, 'jobs.csv', { ...options, gpusPerPod: 1 });
    const { job, claims } = plan.templates[plan.arrivals.template[1]!]!;
    expect(job).toMatchObject({ completions: 16 });
    expect(claims[0]!.spec!.devices!.requests![0]!.exactly!.count).toBe(1);
  });

  test('jobs run as long as a result list says, which must have them all', () => {
    const measured = (list: string) =>
      readMuri('w', text, 'f', { ...options, results: { text: list, file: 'r.csv' } });
    expect([...measured(results).arrivals.durationUs]).toEqual([500_000, 300.25e6]);
    const code = 'ERR_TRACE_ROW';
    expect(problemOf(() => measured(results.replace('7,3', '5,3')))).toMatchObject({ code });
  });
});

test('dlrm instances ask for GPUs and a share of a NIC, and may never end', () => {
  const text =
    'instance_sn,role,app_name,cpu_request,cpu_limit,gpu_request,rdma_request,rdma_limit,memory_request,creation_time,deletion_time\n' +
    'a,HN,x,32,32,1,25,25,240,,\nb,CN,x,48,48,0,0,0,100,50,80\n';
  const options = { gpuClass: 'gpu', nicClass: 'nic' };
  const plan = readDlrm('w', text, 'instances.csv', options);
  expect([plan.nameOf(0), plan.nameOf(1)]).toEqual(['a', 'b']);
  expect([...plan.arrivals.durationUs]).toEqual([Infinity, 30e6]);
  expect(plan.templates[0]!.claims[0]!.spec!.devices!.requests).toMatchObject([
    { name: 'gpu', exactly: { count: 1 } },
    { name: 'nic', exactly: { capacity: { requests: { bandwidth: '25' } } } },
  ]);
  expect(plan.templates[1]!.claims).toEqual([]);
});

describe('broken traces', () => {
  test.each([
    ['ERR_TRACE_EMPTY', 1, () => readOpenbNodes('', 'f.csv')],
    ['ERR_TRACE_SYNTAX', 1, () => readOpenbNodes('a,"b\n', 'f.csv')],
    ['ERR_TRACE_COLUMN', 1, () => readOpenbNodes('sn,gpu\n', 'f.csv')],
    ['ERR_TRACE_ROW', 2, () => readOpenbNodes(NODES.replace('64000', 'many'), 'f.csv')],
    ['ERR_TRACE_ROW', 3, () => readOpenbNodes(NODES.replace('n2,96000,786432,0,', 'n2'), 'f.csv')],
    ['ERR_TRACE_ROW', 2, () => openb(PODS.replace('1,500', '1,1500'))],
    [
      'ERR_TRACE_ROW',
      2,
      () =>
        readMuri('w', 'job_id,num_gpu,submit_time,duration\n0,0,1,1\n', 'f', {
          gpuClass: 'gpu',
          gpusPerPod: 8,
        }),
    ],
    [
      'ERR_TRACE_ROW',
      2,
      () =>
        readPhilly('w', 'timestamp,duration,num_gpus\nyesterday,1,1\n', 'f', { gpuClass: 'gpu' }),
    ],
  ])('%s in line %i', (code, line, action) => {
    expect(problemOf(action)).toMatchObject({ code, position: { line } });
  });

  test('a byte order mark, line ends of Windows and empty lines are no matter', () => {
    const table = new TraceTable('\uFEFFa,b\r\n1,2\r\n\r\n3,4\r\n', 'f.csv', ['a', 'b']);
    expect([table.count, table.number(1, 'b'), table.text(0, 'c')]).toEqual([2, 4, '']);
  });
});
