// What is wrong with a configuration beside the arguments of its plugins.
// Source: pkg/scheduler/apis/config/validation and component-base leader election, Kubernetes 1.37.

import { parseDurationNs } from '../../api/duration.js';
import type { Features } from '../../api/features.js';
import { checkUnique, Problems } from '../../api/validation/problems.js';
import { checkArgs } from './argsvalidation.js';
import type { ReadProfile } from './configuration.js';
import type { ConfigurationDocument, Extender, LeaderElection } from './document.js';

/** The numbers of a configuration, defaulted. */
export interface ConfigurationNumbers {
  readonly parallelism: number;
  /** 0 adapts to the number of nodes. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
}

/** Checks a configuration whose profiles are read. */
export function checkConfiguration(
  document: ConfigurationDocument,
  numbers: ConfigurationNumbers,
  profiles: readonly ReadProfile[],
  features: Features,
): Problems {
  const problems = new Problems({ features, shape: 'v1', namespaced: false });
  checkNumbers(problems, numbers);
  for (const [index, profile] of profiles.entries()) {
    checkProfile(problems, `profiles[${index}]`, profile);
  }
  checkTogether(problems, profiles);
  for (const [index, extender] of (document.extenders ?? []).entries()) {
    checkExtender(problems, `extenders[${index}]`, extender);
  }
  const binders = (document.extenders ?? []).filter(({ bindVerb }) => bindVerb);
  if (binders.length > 1) {
    problems.invalid('extenders', binders.length, 'only one extender may bind');
  }
  checkLeaderElection(problems, document.leaderElection ?? {});
  return problems;
}

function checkNumbers(problems: Problems, numbers: ConfigurationNumbers): void {
  const { parallelism, podInitialBackoffSeconds, podMaxBackoffSeconds } = numbers;
  if (parallelism <= 0) {
    problems.invalid('parallelism', parallelism, 'should be an integer value greater than zero');
  }
  checkPercentage(problems, 'percentageOfNodesToScore', numbers.percentageOfNodesToScore);
  if (podInitialBackoffSeconds <= 0) {
    problems.invalid('podInitialBackoffSeconds', podInitialBackoffSeconds, 'must be above 0');
  }
  const isOff = problems.options.features.minor >= 34 && podMaxBackoffSeconds === 0;
  if (!isOff && podMaxBackoffSeconds < podInitialBackoffSeconds) {
    const reason = 'must be greater than or equal to podInitialBackoffSeconds';
    problems.invalid('podMaxBackoffSeconds', podMaxBackoffSeconds, reason);
  }
}

function checkProfile(problems: Problems, path: string, profile: ReadProfile): void {
  if (profile.schedulerName === '') problems.required(`${path}.schedulerName`);
  const percentage = profile.percentageOfNodesToScore ?? 0;
  checkPercentage(problems, `${path}.percentageOfNodesToScore`, percentage);
  checkUnique(
    problems,
    profile.pluginConfig,
    ({ name }) => name,
    (index) => `${path}.pluginConfig[${index}]`,
  );
  for (const [index, { name, args }] of profile.pluginConfig.entries()) {
    checkArgs(problems, `${path}.pluginConfig[${index}].args`, name, args);
  }
}

/** What profiles must and must not have in common. */
function checkTogether(problems: Problems, profiles: readonly ReadProfile[]): void {
  checkUnique(
    problems,
    profiles,
    ({ schedulerName }) => schedulerName,
    (index) => `profiles[${index}].schedulerName`,
  );
  const [first, ...others] = profiles.map(({ sets }) => {
    const { enabled = [], disabled = [] } = sets.queueSort ?? {};
    return JSON.stringify([enabled, disabled]);
  });
  for (const [index, queueSort] of others.entries()) {
    if (queueSort === first) continue;
    const field = `profiles[${index + 1}].plugins.queueSort`;
    problems.invalid(field, queueSort, 'must be the same for all profiles');
  }
}

function checkExtender(problems: Problems, path: string, extender: Extender): void {
  const { prioritizeVerb, weight = 0 } = extender;
  if (!prioritizeVerb || weight > 0) return;
  problems.invalid(`${path}.weight`, weight, 'must have a positive weight applied to it');
}

function checkLeaderElection(problems: Problems, given: LeaderElection): void {
  if (given.leaderElect === false) return;
  const leaseNs = durationNs(given.leaseDuration, '15s');
  const renewNs = durationNs(given.renewDeadline, '10s');
  const retryNs = durationNs(given.retryPeriod, '2s');
  const path = 'leaderElection';
  for (const [field, value] of Object.entries({
    leaseDuration: leaseNs,
    renewDeadline: renewNs,
    retryPeriod: retryNs,
  })) {
    if (value <= 0n) problems.invalid(`${path}.${field}`, value, 'must be greater than zero');
  }
  if (leaseNs <= renewNs) {
    problems.invalid(`${path}.leaseDuration`, leaseNs, 'must be greater than `RenewDeadline`');
  }
  if (renewNs <= retryNs) {
    problems.invalid(`${path}.renewDeadline`, renewNs, 'must be greater than `RetryPeriod`');
  }
}

// Zero counts as left out.
function durationNs(text: string | undefined, absent: string): bigint {
  return parseDurationNs(text ?? '') || parseDurationNs(absent)!;
}

function checkPercentage(problems: Problems, field: string, percentage: number): void {
  if (percentage >= 0 && percentage <= 100) return;
  problems.invalid(field, percentage, 'not in valid range [0-100]');
}
