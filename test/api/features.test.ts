import { describe, expect, test } from 'vitest';
import { featureDefault, gateNames, resolveFeatures } from '../../src/api/features.js';
import { DrasimError } from '../../src/errors.js';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DrasimError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('resolving a version and its gates', () => {
  test('the newest modelled version is the default', () => {
    const features = resolveFeatures();

    expect([features.version, features.minor]).toEqual(['1.37', 37]);
  });

  test.each([
    ['1.32', false],
    ['1.33', false],
    ['1.34', true],
    ['1.37', true],
  ])('DynamicResourceAllocation of %s is on: %s', (version, on) => {
    expect(resolveFeatures({ version }).enabled('DynamicResourceAllocation')).toBe(on);
  });

  test('a gate that the user sets wins over the default', () => {
    const features = resolveFeatures({
      version: '1.32',
      featureGates: { DynamicResourceAllocation: true, SchedulerQueueingHints: false },
    });

    expect([
      features.enabled('DynamicResourceAllocation'),
      features.enabled('SchedulerQueueingHints'),
    ]).toEqual([true, false]);
  });

  test('a gate that a version outgrew counts as on', () => {
    expect(resolveFeatures({ version: '1.37' }).enabled('SidecarContainers')).toBe(true);
  });

  test('a locked gate can be switched off only for code under test', () => {
    const featureGates = { DRAAdminAccess: false };

    const features = resolveFeatures({ featureGates, unlocked: true });

    expect(features.enabled('DRAAdminAccess')).toBe(false);
    expect(codeOf(() => resolveFeatures({ featureGates }))).toBe('ERR_FEATURE_LOCKED');
  });

  test.each([
    ['a version that is not modelled', { version: '1.31' }, 'ERR_VERSION_UNKNOWN'],
    ['a gate of no version', { featureGates: { NoSuchGate: true } }, 'ERR_FEATURE_UNKNOWN'],
    [
      'a gate of later versions',
      { version: '1.32', featureGates: { DRAPrioritizedList: true } },
      'ERR_FEATURE_UNKNOWN',
    ],
    [
      'a gate that the version outgrew',
      { featureGates: { SchedulerQueueingHints: true } },
      'ERR_FEATURE_UNKNOWN',
    ],
  ])('%s is refused', (_name, options, code) => {
    expect(codeOf(() => resolveFeatures(options))).toBe(code);
  });

  test('a gate with a typing error names the near ones', () => {
    const resolve = () => resolveFeatures({ featureGates: { DRAPriorityList: true } });

    expect(resolve).toThrow(/DRAPrioritizedList/);
  });
});

test('every gate has a default in the newest version or an older one', () => {
  for (const gate of gateNames()) {
    const known = [32, 33, 34, 35, 36, 37].filter(
      (minor) => featureDefault(gate, minor) !== undefined,
    );
    expect(known, gate).not.toEqual([]);
  }
});
