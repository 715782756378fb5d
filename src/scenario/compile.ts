// A validated scenario to the input of a run: objects from manifests, catalogue and traces, checked for
// what is not modelled yet, compiled to columns and plans.

import { resolveAllocator } from '../api/allocator.js';
import { AmountScales } from '../cluster/amounts.js';
import { compileCluster } from '../cluster/cluster.js';
import { declareConsumed, declareWanted } from '../dra/claimamounts.js';
import { taintDevices } from '../dra/taintrules.js';
import { DrasimError } from '../errors.js';
import { listersOf } from '../scheduler/listers.js';
import type { RunInput } from '../simulator/runinput.js';
import { initialPods } from '../workloads/jobs.js';
import {
  planObject,
  planPod,
  podOf,
  podsAtOnce,
  type WorkloadObject,
} from '../workloads/objects.js';
import { type PodTemplate, sortArrivals, type WorkloadPlan } from '../workloads/plan.js';
import { absentNodes, checkObjects, lostDevices } from './checks.js';
import { formatPath } from './document.js';
import { planTaintChanges } from './events.js';
import { planExtendedClaims } from './extendedclaims.js';
import { checkGangs } from './gangs.js';
import { drawDuration, generateArrivals, isBounded } from './generators.js';
import { compileKubelet } from './kubeletsection.js';
import { checkSize, DEMAND_PERCENT_MAX, PODS_AT_ONCE_MAX } from './limits.js';
import type { ModuleExports } from './load.js';
import { ManifestReader } from './manifests.js';
import { readNamedFile } from './namedfile.js';
import { type CompileSource, claimSpecs, collectObjects, type Objects } from './objects.js';
import { compilePower } from './powersection.js';
import { compileScheduler } from './schedulersection.js';
import { durationUs, type Workload } from './schema.js';
import { chooseStrategies } from './strategies.js';
import { suspendJobs } from './suspension.js';
import { readDlrm } from './traces/dlrm.js';
import { readMuri } from './traces/muri.js';
import { OPENB_CLASS, readOpenbPods } from './traces/openb.js';
import { readPhilly } from './traces/philly.js';

const ATTEMPT_US = 1_200;
const BIND_US = 10_000;
const POD_START_US = 2_000_000;
const POD_STOP_US = 2_000_000;
const API_CALL_US = 10_000;
const DEVICE_READY = '10s';
const EVENTS_MAX = 1_000_000_000;

/** Compiles a scenario. @throws DrasimError with all issues of the first stage that has any */
export function compileRun(
  source: CompileSource,
  modules: ModuleExports = new Map(),
): { input: RunInput; notes: string[] } {
  const scheduler = compileScheduler(source, modules);
  const { scenario, features, streams } = source;
  const manifests = new ManifestReader(source);
  const objects = collectObjects(source, manifests);
  const untilUs = scenario.until === undefined ? Infinity : durationUs(scenario.until, 0);
  const planned: WorkloadPlan[] = [];
  const present = objects.workloadObjects.get(-1) ?? [];
  if (present.length > 0) {
    planned.push(planManifests(present, { name: 'cluster' }, source, objects, manifests));
  }
  scenario.workloads.forEach((workload, index) => {
    planned.push(...planWorkload(workload, index, source, objects, manifests, untilUs));
  });
  const plans = planExtendedClaims(planned, objects.classes, features);
  const taintChanges = planTaintChanges(source, objects.taintRules, manifests);
  manifests.finish();
  checkObjects(objects, plans, manifests);
  const scales = declareClaims(objects, plans);
  const slices = taintDevices(objects.slices, objects.taintRules, resolveAllocator(features));
  const cluster = compileCluster(objects.nodes, slices, features, scales);
  const kubelet = compileKubelet(scenario.kubelet, objects.nodes, scenario.cluster.nodePools ?? []);
  const power = compilePower(source, cluster);
  const { node: strategy, device: deviceStrategy } = chooseStrategies(
    source,
    cluster,
    modules,
    power.model,
  );
  const readyDraws = streams.stream('devices/ready');
  const input: RunInput = {
    cluster,
    classes: objects.classes,
    claims: objects.claims,
    workloads: plans,
    listers: listersOf([...objects.all, ...objects.made]),
    features,
    streams,
    untilUs,
    eventsMax: scenario.limits?.events ?? EVENTS_MAX,
    scheduler: { ...scheduler.options, ...(strategy && { strategy }) },
    userPlugins: scheduler.userPlugins,
    evictionParallelism: scheduler.parallelism,
    kubelet: kubelet.options,
    deviceReadyUs: () => drawDuration(scenario.latencies?.deviceReady ?? DEVICE_READY, readyDraws),
    taintChanges,
    deviceStrategy,
    ...(power.model && { power: power.model }),
    latencies: {
      attemptUs: durationUs(scenario.latencies?.attempt, ATTEMPT_US),
      bindUs: durationUs(scenario.latencies?.bind, BIND_US),
      podStartUs: durationUs(scenario.latencies?.podStart, POD_START_US),
      podStopUs: durationUs(scenario.latencies?.podStop, POD_STOP_US),
      apiCallUs: durationUs(scenario.latencies?.apiCall, API_CALL_US),
    },
  };
  const lost = [...absentNodes(objects), ...lostDevices(objects, input)];
  return { input, notes: [...manifests.notes(), ...kubelet.notes, ...power.notes, ...lost] };
}

function planWorkload(
  workload: Workload,
  index: number,
  source: CompileSource,
  objects: Objects,
  manifests: ManifestReader,
  untilUs: number,
): WorkloadPlan[] {
  const plans: WorkloadPlan[] = [];
  const listed = objects.workloadObjects.get(index) ?? [];
  if (listed.length > 0) plans.push(planManifests(listed, workload, source, objects, manifests));
  if (workload.generator)
    plans.push(planGenerator(workload, index, source, objects, manifests, untilUs));
  if (workload.trace) plans.push(planTrace(workload, index, source, objects));
  if (workload.suspension) {
    return plans.map((plan) => suspendJobs(plan, workload.suspension!, index, source));
  }
  return plans;
}

function planManifests(
  list: readonly WorkloadObject[],
  workload: Pick<Workload, 'name' | 'start' | 'duration'>,
  { streams }: CompileSource,
  objects: Objects,
  manifests: ManifestReader,
): WorkloadPlan {
  const { name } = workload;
  const planned = list.map((object) => {
    const { count, path } = podsAtOnce(object);
    checkSize(count, PODS_AT_ONCE_MAX, 'pods at once', manifests.place(object, path));
    const planned = planObject(object, objects);
    // A Deployment's is not among the objects of the scenario.
    const { replicaSet } = planned;
    if (replicaSet && replicaSet !== object) objects.made.push(replicaSet);
    return planned;
  });
  const startUs = durationUs(workload.start, 0);
  const stream = streams.stream(`${name}/durations`);
  const rows: { timeUs: number; template: number; durationUs: number }[] = [];
  const names: string[] = [];
  planned.forEach(({ count, names: own }, template) => {
    for (let index = 0; index < count; index++) {
      const drawnUs = drawDuration(workload.duration ?? 'forever', stream);
      rows.push({ timeUs: startUs, template, durationUs: drawnUs });
      names.push(own[index]!);
    }
  });
  const { arrivals, order } = sortArrivals(rows);
  const templates = planned.map(({ template }) => template);
  const nameOf = (arrival: number) => names[order[arrival]!]!;
  return { name, templates, arrivals, nameOf, fromManifests: true };
}

function planGenerator(
  workload: Workload,
  index: number,
  source: CompileSource,
  objects: Objects,
  manifests: ManifestReader,
  untilUs: number,
): WorkloadPlan {
  const { document, streams } = source;
  const generator = workload.generator!;
  const path = ['workloads', index, 'generator'];
  if (untilUs === Infinity && !isBounded(generator)) {
    throw new DrasimError({
      code: 'ERR_SCENARIO_FIELD',
      path: formatPath(path),
      message: 'these arrivals never end',
      hint: 'give the generator a count or the scenario an until',
      position: document.positionOf(path),
    });
  }
  const templates = generator.shapes.map((shape, position): PodTemplate => {
    const shapePath = [...path, 'shapes', position];
    const name = `${workload.name}-${shape.name}`;
    const pod = manifests.readPodTemplate(shape.pod, name, [...shapePath, 'pod']);
    const template = planPod(name, podOf(pod, name, 'default'), objects);
    const claims = Object.entries(shape.claims ?? {}).map(([entry, spec]) => ({
      entry,
      spec: manifests.readClaimSpec(spec, `${name}-${entry}`, [...shapePath, 'claims', entry]),
    }));
    const job = shape.job && {
      parallelism: shape.job.parallelism,
      completions: shape.job.completions ?? shape.job.parallelism,
      ...(shape.job.gang && { isGang: true }),
    };
    if (job?.isGang) checkGangs(source, [...shapePath, 'job', 'gang']);
    const jobPath = formatPath([...shapePath, 'job', 'parallelism']);
    if (job) checkSize(initialPods(job), PODS_AT_ONCE_MAX, 'pods at once', { path: jobPath });
    return { ...template, claims: [...template.claims, ...claims], ...(job && { job }) };
  });
  manifests.finish();
  const { name } = workload;
  const arrivals = generateArrivals(
    name,
    generator,
    workload.duration,
    streams,
    untilUs,
    formatPath(path),
  );
  const shapeName = (arrival: number) => templates[arrivals.template[arrival]!]!.name;
  return { name, templates, arrivals, nameOf: (arrival) => `${shapeName(arrival)}-${arrival}` };
}

function planTrace(
  workload: Workload,
  index: number,
  source: CompileSource,
  objects: Objects,
): WorkloadPlan {
  const trace = workload.trace!;
  const at = ['workloads', index, 'trace'];
  if (trace.format === 'openb') {
    const { file, text } = readNamedFile(source, trace.pods, [...at, 'pods']);
    const path = formatPath([...at, 'demandPercent']);
    checkSize(trace.demandPercent, DEMAND_PERCENT_MAX, 'percent of the GPUs', { path });
    objects.classes.set(OPENB_CLASS.metadata.name!, OPENB_CLASS);
    return readOpenbPods(workload.name, text, file, {
      times: trace.times,
      demandPercent: trace.demandPercent,
      gpuCount: objects.openbGpuCount,
      partitioned: source.scenario.cluster.trace?.partitions !== undefined,
      stream: source.streams.stream(`${workload.name}/demand`),
    });
  }
  if (trace.format === 'philly') {
    const { file, text } = readNamedFile(source, trace.jobs, [...at, 'jobs']);
    return readPhilly(workload.name, text, file, trace);
  }
  if (trace.format === 'muri') {
    checkGangs(source, [...at, 'format']);
    const { file, text } = readNamedFile(source, trace.jobs, [...at, 'jobs']);
    const { results: named, ...options } = trace;
    const results = named !== '' && readNamedFile(source, named, [...at, 'results']);
    return readMuri(workload.name, text, file, { ...options, ...(results && { results }) });
  }
  const { file, text } = readNamedFile(source, trace.instances, [...at, 'instances']);
  return readDlrm(workload.name, text, file, trace);
}

function declareClaims(objects: Objects, plans: readonly WorkloadPlan[]): AmountScales {
  const scales = new AmountScales();
  for (const claim of objects.claims.values()) {
    declareConsumed(scales, claim.status?.allocation?.devices?.results ?? []);
  }
  for (const [, spec] of claimSpecs(objects, plans)) declareWanted(scales, spec);
  return scales;
}
