// What a configuration file does to the profiles of the scheduler, beside what the vectors show: refusals
// with codes and places, and plugins that several sets name.

import { expect, test } from 'vitest';
import { resolveFeatures } from '../../../src/api/features.js';
import { DrasimError } from '../../../src/errors.js';
import {
  decodeConfiguration,
  defaultConfiguration,
} from '../../../src/scheduler/configuration/configuration.js';
import { KnownPlugins } from '../../../src/scheduler/configuration/defaultplugins.js';

const HEADER = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

function decode(text: string, version = '1.37') {
  return decodeConfiguration(
    HEADER + text,
    'scheduler.yaml',
    new KnownPlugins(resolveFeatures({ version })),
  );
}

function refusalOf(text: string) {
  try {
    decode(text);
  } catch (error) {
    if (error instanceof DrasimError) return error.issues[0]!;
  }
  return undefined;
}

test.each([
  ['an unknown field', 'profile: []', 'ERR_SCHEDULER_CONFIG_SYNTAX', 'profile', 3],
  ['a wrong type', 'parallelism: many', 'ERR_SCHEDULER_CONFIG_SYNTAX', 'parallelism', 3],
  ['a key given twice', 'parallelism: 1\nparallelism: 2', 'ERR_SCHEDULER_CONFIG_SYNTAX', '', 4],
  [
    'a bad value',
    'percentageOfNodesToScore: 101',
    'ERR_SCHEDULER_CONFIG_INVALID',
    'percentageOfNodesToScore',
    3,
  ],
  [
    'a plugin that does not exist',
    'profiles:\n- plugins: {filter: {enabled: [{name: Foo}]}}',
    'ERR_SCHEDULER_CONFIG_PLUGIN',
    'profiles[0].plugins',
    4,
  ],
  [
    'a plugin where it does not work',
    'profiles:\n- plugins: {filter: {enabled: [{name: ImageLocality}]}}',
    'ERR_SCHEDULER_CONFIG_PLUGIN',
    'profiles[0].plugins.filter.enabled[0].name',
    4,
  ],
  [
    'arguments of another plugin',
    'profiles:\n- pluginConfig:\n  - name: InterPodAffinity\n    args: {kind: NodeAffinityArgs}',
    'ERR_SCHEDULER_CONFIG_SYNTAX',
    'profiles[0].pluginConfig[0].args.apiVersion',
    6,
  ],
  [
    'bad added affinity',
    'profiles:\n- pluginConfig:\n  - name: NodeAffinity\n    args: {addedAffinity: {requiredDuringScheduling' +
      'IgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists, values: [b]}]}]}}}',
    'ERR_SCHEDULER_CONFIG_INVALID',
    'profiles[0].pluginConfig[0].args.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution' +
      '.nodeSelectorTerms[0].matchExpressions[0].values',
    6,
  ],
  [
    'durations of a leader that cannot lead',
    'leaderElection: {leaseDuration: 5s}',
    'ERR_SCHEDULER_CONFIG_INVALID',
    'leaderElection.leaseDuration',
    3,
  ],
])('%s is refused at its place', (_name, text, code, path, line) => {
  expect(refusalOf(text)).toMatchObject({ code, path, position: { file: 'scheduler.yaml', line } });
});

test('problems of all profiles come together, with the plugin that may have been meant', () => {
  const profile = (name: string, plugin: string) =>
    `- schedulerName: ${name}\n  plugins: {score: {enabled: [{name: ${plugin}}]}}\n`;
  const read = () => decode(`profiles:\n${profile('a', 'NodeAfinity')}${profile('b', 'Foo')}`);
  expect(read).toThrow(
    expect.objectContaining({
      code: 'ERR_SCHEDULER_CONFIG_PLUGIN',
      issues: [
        expect.objectContaining({ hint: 'did you mean NodeAffinity?' }),
        expect.objectContaining({ path: 'profiles[1].plugins' }),
      ],
    }),
  );
});

test('a file of another kind is refused', () => {
  const known = new KnownPlugins(resolveFeatures());
  expect(() => decodeConfiguration('kind: Pod', 'pod.yaml', known)).toThrow(
    expect.objectContaining({ code: 'ERR_SCHEDULER_CONFIG_SYNTAX', path: 'apiVersion' }),
  );
  expect(() => decodeConfiguration('', 'empty.yaml', known)).toThrow(
    expect.objectContaining({ code: 'ERR_SCHEDULER_CONFIG_SYNTAX' }),
  );
});

test('a point runs the plugins that it reorders first and those of its own last', () => {
  const { profiles } = decode(
    'profiles:\n- plugins:\n    multiPoint: {disabled: [{name: PodTopologySpread}]}\n' +
      '    score: {enabled: [{name: PodTopologySpread, weight: 9}, {name: ImageLocality}],' +
      ' disabled: [{name: NodeAffinity}]}',
  );
  const names = profiles[0]!.plugins.score.map(({ name, weight }) => `${name} ${weight}`);
  expect(names).toEqual([
    'ImageLocality 1',
    'TaintToleration 3',
    'NodeResourcesFit 1',
    'VolumeBinding 1',
    'InterPodAffinity 2',
    'DynamicResources 2',
    'NodeResourcesBalancedAllocation 1',
    'PodTopologySpread 9',
  ]);
  expect(profiles[0]!.plugins.filter.map(({ name }) => name)).not.toContain('PodTopologySpread');
});

test('bad arguments of NodeResourcesFit matter only where the plugin is built', () => {
  const config =
    '  pluginConfig:\n  - name: NodeResourcesFit\n    args: {scoringStrategy: {type: Other}}\n';
  expect(refusalOf(`profiles:\n- schedulerName: a\n${config}`)).toMatchObject({
    code: 'ERR_SCHEDULER_CONFIG_PLUGIN',
    path: 'profiles[0].pluginConfig[0].args.scoringStrategy.type',
  });
  const off = '- plugins: {multiPoint: {disabled: [{name: NodeResourcesFit}]}}\n';
  expect(refusalOf(`profiles:\n${off}${config}`)).toBeUndefined();
});

test('DynamicResources stands in the default profile where its gate is on', () => {
  const filtersOf = (featureGates: Record<string, boolean>) =>
    defaultConfiguration(
      resolveFeatures({ version: '1.33', featureGates }),
    ).profiles[0]!.plugins.filter.map(({ name }) => name);
  expect(filtersOf({})).not.toContain('DynamicResources');
  expect(filtersOf({ DynamicResourceAllocation: true }).at(-1)).toBe('DynamicResources');
});

test('durations of arguments are read and written as Go does', () => {
  const { profiles } = decode(
    'profiles:\n- pluginConfig:\n  - name: DynamicResources\n    args: {filterTimeout: 1.5s, bindingTimeout: 90s}',
  );
  expect(profiles[0]!.args.DynamicResources).toEqual({
    filterTimeout: '1.5s',
    bindingTimeout: '1m30s',
  });
});
