// What objects of a scenario name or use that is not there: features that are not modelled yet, classes and
// nodes that do not exist, devices that are held and not published.

import { isExtendedResource } from '../api/podrequests.js';
import type { DeviceClass, ResourceClaimSpec } from '../api/resource.js';
import { deviceIndexes } from '../dra/allocatedstate.js';
import { EXTENDED_CLAIM_NAME } from '../dra/extendedclaims.js';
import { DrasimError, type Issue, suggest } from '../errors.js';
import { findLostDevices } from '../simulator/restore.js';
import type { RunInput } from '../simulator/runinput.js';
import {
  type UnmodelledUse,
  unmodelledInObject,
  unmodelledInPod,
} from '../simulator/unmodelled.js';
import { namesMissingPriority } from '../workloads/objects.js';
import type { PodTemplate, WorkloadPlan } from '../workloads/plan.js';
import type { ManifestReader, Place } from './manifests.js';
import { claimSpecs, type Objects } from './objects.js';

/** Nodes that slices publish devices for and that are not in the input: told, as nobody can use those. */
export function absentNodes({ nodes, slices }: Objects): string[] {
  const known = new Set(nodes.map((node) => node.metadata.name));
  const absent = new Map<string, number>();
  for (const { spec } of slices) {
    if (spec.nodeName === undefined || known.has(spec.nodeName)) continue;
    absent.set(spec.nodeName, (absent.get(spec.nodeName) ?? 0) + (spec.devices?.length ?? 0));
  }
  return [...absent].map(
    ([name, count]) => `node ${name} is not in the scenario: its ${count} devices are of no use`,
  );
}

/** Allocated claims whose devices are not in the input: told, because they will look free. */
export function lostDevices({ claims }: Objects, { cluster }: RunInput): string[] {
  const allocated = [...claims].filter(([, claim]) => claim.status?.allocation !== undefined);
  if (allocated.length === 0) return [];
  const indexes = deviceIndexes(cluster.devices);
  return allocated.flatMap(([name, claim]) =>
    findLostDevices(claim, indexes).map(
      (device) =>
        `ResourceClaim ${name} holds ${device}, which no ResourceSlice publishes: left out`,
    ),
  );
}

/** Refuses what is not modelled yet, and what objects name that is not there. */
export function checkObjects(
  objects: Objects,
  plans: readonly WorkloadPlan[],
  manifests: ManifestReader,
): void {
  const issues: Issue[] = [];
  const note = (owner: string, uses: readonly UnmodelledUse[], place: (path: string) => Place) => {
    for (const { feature, path } of uses) {
      const message = `${owner}: not modelled yet: ${feature}`;
      issues.push({ code: 'ERR_UNMODELLED', ...place(path), message });
    }
  };
  for (const object of objects.all) {
    note(`${object.kind} ${object.metadata.name ?? ''}`, unmodelledInObject(object), (path) =>
      manifests.place(object, path),
    );
  }
  for (const [owner, spec] of claimSpecs(objects, plans)) {
    noteMissingClasses(owner, spec, objects.classes, issues, manifests);
  }
  const nodeNames = new Set(objects.nodes.map((node) => node.metadata.name ?? ''));
  for (const plan of plans) {
    for (const template of plan.templates) {
      const { spec } = template.pod;
      const place = (path: string) => manifests.place(spec, path.replace(/^spec\./, ''));
      if (!plan.fromManifests) {
        note(`pod ${template.name}`, unmodelledInPod(template.pod), place);
      }
      note(`pod ${template.name}`, servedTwice(template, objects), place);
      if (namesMissingPriority(template.pod.spec, objects)) {
        const name = template.pod.spec.priorityClassName!;
        issues.push({
          code: 'ERR_PRIORITY_CLASS_MISSING',
          ...place('spec.priorityClassName'),
          message: `pod ${template.name}: there is no priority class ${name}`,
          hint: suggest(name, [...objects.priorityClasses.keys()], 'priority classes'),
        });
      }
      if (template.runningOn !== undefined && !nodeNames.has(template.runningOn)) {
        issues.push({
          code: 'ERR_NODE_MISSING',
          ...place('spec.nodeName'),
          message: `pod ${template.name} runs on node ${template.runningOn}, which is not in the scenario`,
          hint: suggest(template.runningOn, [...nodeNames], 'nodes'),
        });
      }
    }
  }
  if (issues.length > 0) throw new DrasimError(issues);
}

/** Extended resources of a pod that a class serves, and some node by a device plugin: nodes would differ then. */
function servedTwice({ claims, pod }: PodTemplate, { nodes }: Objects): UnmodelledUse[] {
  if (!claims.some(({ entry }) => entry === EXTENDED_CLAIM_NAME)) return [];
  const uses: UnmodelledUse[] = [];
  pod.spec.containers.forEach(({ resources }, index) => {
    for (const name of Object.keys(resources?.requests ?? {})) {
      if (!isExtendedResource(name)) continue;
      const own = nodes.find(({ status }) => Number(status?.allocatable?.[name] ?? 0) > 0);
      if (!own) continue;
      const feature = `${name} from device plugins (node ${own.metadata.name}) and from a device class at once`;
      uses.push({ feature, path: `spec.containers[${index}].resources` });
    }
  });
  return uses;
}

/** A class that exists nowhere is a slip of the pen here, although a cluster would only wait for it. */
function noteMissingClasses(
  owner: string,
  spec: ResourceClaimSpec,
  classes: ReadonlyMap<string, DeviceClass>,
  issues: Issue[],
  manifests: ManifestReader,
): void {
  (spec.devices?.requests ?? []).forEach((request, index) => {
    const { exactly, firstAvailable = [] } = request;
    (exactly ? [exactly] : firstAvailable).forEach((part, alternative) => {
      const name = part.deviceClassName;
      if (classes.has(name)) return;
      const inside = exactly ? 'exactly' : `firstAvailable[${alternative}]`;
      issues.push({
        code: 'ERR_CLASS_MISSING',
        ...manifests.place(spec, `devices.requests[${index}].${inside}.deviceClassName`),
        message: `${owner}: there is no device class ${name}`,
        hint: suggest(name, [...classes.keys()], 'classes'),
      });
    });
  });
}
