import { expect, test } from 'vitest';
import { KUBERNETES_VERSIONS, resolveFeatures } from '../../src/api/features.js';
import { defaultConfiguration } from '../../src/scheduler/configuration/configuration.js';
import { buildNode } from '../builders.js';
import { buildCycle } from './cycle.js';

/** Plugins that are no plugins here: the queue and the binding of pods do their work. */
const ELSEWHERE = ['PrioritySort', 'DefaultBinder'];

test.each(KUBERNETES_VERSIONS)('every default plugin of %s stands at its points', (version) => {
  const { plugins } = defaultConfiguration(resolveFeatures({ version })).profiles[0]!;
  const { cycle } = buildCycle({ nodes: [buildNode('a')], version });
  const names = (list: readonly { name: string }[]) =>
    list.map(({ name }) => name).filter((name) => !ELSEWHERE.includes(name));
  expect(names(cycle.plugins.filters)).toEqual(names(plugins.filter));
  // The strategies of DynamicResources score in the room `dra`.
  expect(cycle.plugins.scores.map(({ plugin }) => plugin.name)).toEqual(
    names(plugins.score).filter((name) => name !== 'DynamicResources'),
  );
  expect(names(cycle.plugins.postFilters)).toEqual(names(plugins.postFilter));
});
