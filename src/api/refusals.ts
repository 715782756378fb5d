// Documents that are refused as a whole, each with the way out: DRA as it was before structured
// parameters, versions and kinds that were never served, and DRA where its gate is off.

import { nearNames } from '../errors.js';
import type { Features } from './features.js';
import { kindEntries, kindEntry } from './kinds.js';
import { type Header, isDra } from './manifest.js';
import { Mapping, type Step, type Tree } from './tree.js';

/** Why a document is refused, and what to do. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly path?: readonly Step[];
}

const CLASSIC_HINT =
  'structured parameters replaced it (KEP-4381; KEP-3063 was withdrawn in 1.32): write requests ' +
  'against a DeviceClass in resource.k8s.io/v1';

/** Why a document is refused whatever else it says; undefined where it is not. */
export function refusalOf(header: Header, tree: Mapping, features: Features): Refusal | undefined {
  const { apiVersion, kind } = header;
  if (!isDra(apiVersion)) return undefined;
  const classic = classicRefusal(header, tree);
  if (classic) return classic;
  if (!kindEntry(apiVersion, kind)) {
    return {
      code: 'ERR_MANIFEST_KIND',
      message: `no kind "${kind}" is registered for version "${apiVersion}"`,
      hint: kindHint(header),
    };
  }
  if (features.enabled('DynamicResourceAllocation')) return undefined;
  return {
    code: 'ERR_MANIFEST_GATE',
    message: `the feature gate DynamicResourceAllocation is off by default in ${features.version}`,
    hint: 'set kubernetes.featureGates.DynamicResourceAllocation to true, or choose 1.34 or newer',
  };
}

/** What a document of a kind is good for only with a gate that is off. */
export function usageWarning({ kind }: Header, features: Features): Refusal | undefined {
  const gate =
    kind === 'DeviceTaintRule'
      ? ('DRADeviceTaintRules' as const)
      : kind === 'PodGroup' || kind === 'Workload'
        ? ('GenericWorkload' as const)
        : undefined;
  // Until 1.34 taint rules came with the gate of taints itself.
  const on = gate === undefined || features.enabled(gate);
  if (on || (gate === 'DRADeviceTaintRules' && features.minor <= 34)) return undefined;
  return {
    code: 'ERR_MANIFEST_GATE',
    message: `a ${kind} has no effect, because the feature gate ${gate} is off in ${features.version}`,
  };
}

function classicRefusal({ apiVersion, kind }: Header, tree: Mapping): Refusal | undefined {
  const code = 'ERR_MANIFEST_CLASSIC';
  if (apiVersion === 'resource.k8s.io/v1alpha1' || apiVersion === 'resource.k8s.io/v1alpha2') {
    const message = `${apiVersion} ${kind} is DRA before structured parameters`;
    return { code, message, hint: CLASSIC_HINT };
  }
  if (kind === 'PodSchedulingContext' || kind === 'ResourceClass') {
    return { code, message: `a ${kind} belongs to classic DRA`, hint: CLASSIC_HINT };
  }
  const path: Step[] = kind === 'ResourceClaimTemplate' ? ['spec', 'spec'] : ['spec'];
  const spec = mappingAt(tree, path);
  for (const field of ['resourceClassName', 'controller']) {
    if (kind.startsWith('ResourceClaim') && spec?.get(field)) {
      const message = `${field} belongs to classic DRA, with a control plane controller`;
      return { code, message, hint: CLASSIC_HINT, path: [...path, field] };
    }
  }
  return undefined;
}

function mappingAt(tree: Mapping, path: readonly Step[]): Mapping | undefined {
  let place: Mapping | undefined = tree;
  for (const step of path) {
    const value: Tree | undefined = place?.get(String(step));
    place = value instanceof Mapping ? value : undefined;
  }
  return place;
}

function kindHint({ apiVersion, kind }: Header): string {
  const entries = kindEntries().filter((entry) => isDra(entry.apiVersion));
  const versions = entries.filter((entry) => entry.kind === kind);
  if (versions.length > 0) {
    return `drasim reads ${versions.map((entry) => entry.apiVersion).join(', ')}`;
  }
  const [near] = nearNames(kind, [...new Set(entries.map((entry) => entry.kind))]);
  if (near !== undefined) return `did you mean ${near}?`;
  const names = entries.filter((entry) => entry.apiVersion === 'resource.k8s.io/v1');
  return `${apiVersion} has ${names.map((entry) => entry.kind).join(', ')}`;
}
