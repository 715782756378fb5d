// Rules for DeviceClasses and DeviceTaintRules: `pkg/apis/resource/validation`, Kubernetes 1.37.

import { qualifiedNameProblems } from '../names.js';
import type { Draft } from '../object.js';
import type { DeviceClassSpec, DeviceTaintRuleSpec } from '../resource.js';
import { checkOpaque, checkSelectors } from './claim.js';
import { checkDriver, checkLabelName, checkPool } from './names.js';
import { checkCount, type Problems } from './problems.js';
import { checkDeviceTaint } from './slice.js';

const CONFIGS_MAX = 32;

export function checkDeviceClass(problems: Problems, object: Draft): void {
  const spec = (object['spec'] ?? {}) as DeviceClassSpec;
  checkSelectors(problems, 'spec.selectors', spec.selectors ?? []);
  const configs = spec.config ?? [];
  if (checkCount(problems, 'spec.config', configs.length, CONFIGS_MAX)) {
    for (const [index, { opaque }] of configs.entries()) {
      checkOpaque(problems, `spec.config[${index}].opaque`, opaque);
    }
  }
  if (spec.extendedResourceName !== undefined) {
    checkExtendedName(problems, 'spec.extendedResourceName', spec.extendedResourceName);
  }
}

function checkExtendedName(problems: Problems, field: string, name: string): void {
  if (!name.includes('/')) {
    const reason = "a name must be a domain-prefixed path, such as 'example.com/my-prop'";
    problems.invalid(field, name, reason);
  } else if (name.includes('kubernetes.io/')) {
    problems.invalid(field, name, 'must not have "kubernetes.io/" domain');
  }
  if (name.startsWith('requests.')) {
    problems.invalid(field, name, "must not start with 'requests.'");
  }
  problems.invalidAll(field, name, qualifiedNameProblems(`requests.${name}`));
}

export function checkDeviceTaintRule(problems: Problems, object: Draft): void {
  const { deviceSelector, taint } = (object['spec'] ?? {}) as Partial<DeviceTaintRuleSpec>;
  const path = 'spec.deviceSelector';
  if (deviceSelector?.driver !== undefined) {
    checkDriver(problems, `${path}.driver`, deviceSelector.driver);
  }
  if (deviceSelector?.pool !== undefined) checkPool(problems, `${path}.pool`, deviceSelector.pool);
  if (deviceSelector?.device !== undefined) {
    checkLabelName(problems, `${path}.device`, deviceSelector.device);
  }
  checkDeviceTaint(problems, 'spec.taint', taint);
}
