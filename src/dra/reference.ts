// The tables of this folder's README, made from the profiles: what the allocator honours by version and gate,
// which of upstream's allocators answers, and which quirks hold.

import { type AllocatorFeatures, resolveAllocator } from '../api/allocator.js';
import {
  type AllocatorName,
  type AllocatorQuirk,
  quirkNames,
  quirkSummary,
  quirksOf,
} from '../api/allocatorquirks.js';
import {
  type FeatureGate,
  Features,
  featureDefault,
  gateNames,
  KUBERNETES_VERSIONS,
  resolveFeatures,
} from '../api/features.js';

type Feature = Exclude<keyof AllocatorFeatures, 'allocator' | 'minor' | 'quirks'>;

/** What each feature of the allocator is, as a person says it. */
const FEATURES: Readonly<Record<Feature, string>> = {
  adminAccess: 'requests with admin access',
  prioritizedList: 'alternatives in `firstAvailable`',
  partitionableDevices: 'shared counters, per-device node selection',
  deviceTaints: 'taints and tolerations of devices',
  deviceTaintRules: 'taints by DeviceTaintRule',
  bindingConditions: 'devices with binding conditions',
  consumableCapacity: 'shares of devices, `distinctAttribute`',
  fractionalRange: 'capacity ranges in thousandths',
  listTypeAttributes: 'constraints over attributes that are lists',
  compatibilityGroups: 'compatibility groups of counters',
  optionalNodeOperations: 'devices without node operations',
  derivedAttributes: 'attributes derived by expressions',
};

const ALLOCATORS: readonly AllocatorName[] = ['stable', 'incubating', 'experimental'];
const MINORS = KUBERNETES_VERSIONS.map((version) => resolveFeatures({ version }).minor);

/** The three tables as Markdown. */
export function allocatorMarkdown(): string {
  return [
    '### Features and their gates\n',
    table(['feature', 'gates'], features().map(featureRow)),
    '### Which of upstream’s allocators answers\n',
    table(['gates that are on'], implementationRows()),
    '### Quirks\n',
    table(['quirk', 'what it is'], quirkNames().map(quirkRow)),
  ].join('\n');
}

function features(): Feature[] {
  return Object.keys(FEATURES) as Feature[];
}

function featureRow(feature: Feature): string[] {
  const gates = [...new Set(MINORS.flatMap((minor) => gatesOf(feature, minor)))];
  const had = MINORS.filter((minor) => gatesOf(feature, minor).length > 0);
  const named = gates.map((gate) => {
    const first = had.find((minor) => gatesOf(feature, minor).includes(gate));
    return first === had[0] ? `\`${gate}\`` : `\`${gate}\` (from 1.${first})`;
  });
  const cells = MINORS.map((minor, column) => {
    if (gatesOf(feature, minor).length === 0) return '–';
    const version = KUBERNETES_VERSIONS[column]!;
    return resolveAllocator(resolveFeatures({ version }))[feature] ? 'on' : 'off';
  });
  return [FEATURES[feature], named.join(', '), ...cells];
}

/** Gates without which a version does not have the feature. */
function gatesOf(feature: Feature, minor: number): FeatureGate[] {
  if (!allocatorOf(minor, known(minor))[feature]) return [];
  return known(minor).filter((gate) => {
    const others = known(minor).filter((other) => other !== gate);
    return !allocatorOf(minor, others)[feature];
  });
}

function implementationRows(): string[][] {
  const row = (name: string, gates: (minor: number) => readonly FeatureGate[]) => [
    name,
    ...MINORS.map((minor) => allocatorOf(minor, gates(minor)).allocator),
  ];
  const relevant = new Set(
    features().flatMap((feature) => MINORS.flatMap((minor) => gatesOf(feature, minor))),
  );
  const only = [...relevant]
    .sort()
    .map((gate) => [
      `\`${gate}\` and what it needs`,
      ...MINORS.map((minor) =>
        known(minor).includes(gate) ? allocatorOf(minor, withPartners(gate, minor)).allocator : '–',
      ),
    ]);
  return [
    row('as the version sets them', (minor) =>
      known(minor).filter((gate) => featureDefault(gate, minor)),
    ),
    row('all', known),
    row('none', () => []),
    ...only,
  ];
}

/** A gate, with those that it does nothing without. */
function withPartners(gate: FeatureGate, minor: number): FeatureGate[] {
  const partners = features()
    .map((feature) => gatesOf(feature, minor))
    .filter((gates) => gates.includes(gate));
  return [gate, ...partners.flat()];
}

function quirkRow(name: AllocatorQuirk): string[] {
  const cells = MINORS.map((minor) => {
    const own: readonly AllocatorName[] = minor <= 33 ? ['single'] : ALLOCATORS;
    const holding = own.filter((allocator) => quirksOf(allocator, minor)[name]);
    return holding.length === own.length ? 'yes' : holding.join(', ') || '–';
  });
  return [`\`${name}\``, quirkSummary(name), ...cells];
}

function known(minor: number): FeatureGate[] {
  return gateNames().filter((gate) => featureDefault(gate, minor) !== undefined);
}

function allocatorOf(minor: number, gates: readonly FeatureGate[]): AllocatorFeatures {
  return resolveAllocator(new Features(`1.${minor}`, minor, new Set(gates)));
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const all = [...heads, ...KUBERNETES_VERSIONS];
  return `${[line(all), `|${'---|'.repeat(all.length)}`, ...rows.map(line)].join('\n')}\n`;
}
