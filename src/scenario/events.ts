// `events`: what happens to the cluster during a run. DeviceTaintRules come and go; other kinds are refused.

import type { DeviceTaintRule } from '../api/resource.js';
import { suggest } from '../errors.js';
import type { TaintChange } from '../simulator/runinput.js';
import { formatPath } from './document.js';
import type { ManifestReader } from './manifests.js';
import type { CompileSource } from './objects.js';
import { durationUs } from './schema.js';

/** The rules in force from the beginning and after each event; problems go to the reader. */
export function planTaintChanges(
  { scenario, document }: CompileSource,
  present: readonly DeviceTaintRule[],
  manifests: ManifestReader,
): TaintChange[] {
  const rules = new Map(present.map((rule) => [rule.metadata.name ?? '', rule]));
  const changes: TaintChange[] = [{ timeUs: 0, rules: [...rules.values()] }];
  const events = (scenario.events ?? []).map((event, index) => ({ event, index }));
  const timeOf = ({ event }: (typeof events)[number]) => durationUs(event.at, 0);
  events.sort((left, right) => timeOf(left) - timeOf(right) || left.index - right.index);
  for (const { event, index } of events) {
    for (const object of manifests.read(event.apply ?? [], ['events', index, 'apply'])) {
      if (object.kind === 'DeviceTaintRule') rules.set(object.metadata.name ?? '', object);
      else {
        manifests.refuse({
          code: 'ERR_UNMODELLED',
          ...manifests.place(object, 'kind'),
          message: `events that apply a ${object.kind} are not modelled yet`,
          hint: 'DeviceTaintRule can come and go; other objects are there from the beginning',
        });
      }
    }
    (event.delete ?? []).forEach(({ kind, name }, entry) => {
      if (rules.delete(name)) return;
      const path = ['events', index, 'delete', entry, 'name'];
      manifests.refuse({
        code: 'ERR_EVENT_OBJECT',
        path: formatPath(path),
        message: `there is no ${kind} ${name} at this time`,
        hint: suggest(name, [...rules.keys()], 'rules'),
        position: document.positionOf(path),
      });
    });
    changes.push({ timeUs: timeOf({ event, index }), rules: [...rules.values()] });
  }
  return changes;
}
