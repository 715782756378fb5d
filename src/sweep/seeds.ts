// Seeds and strategies of a comparison, as the command line lists them.

import { DrasimError, suggest } from '../errors.js';

/** More runs than that are a mistake of a list. */
const SEEDS_MAX = 100_000;

/** Reads `42-51`, `1,2,5` or both. @throws DrasimError `ERR_SEEDS_SYNTAX`, `ERR_COMPARE_TWICE` */
export function readSeeds(text: string): string[] {
  const seeds = text.split(',').flatMap((part) => readPart(part.trim(), text));
  refuseTwice(seeds, '--seeds', 'seed');
  return seeds;
}

function readPart(part: string, text: string): string[] {
  const range = /^(\d+)-(\d+)$/.exec(part);
  if (!range) {
    if (/^[\w.-]+$/.test(part)) return [part];
    throw syntaxError(text, 'expected seeds such as 42-51 or 1,2,5');
  }
  const first = Number(range[1]);
  const last = Number(range[2]);
  if (last < first) throw syntaxError(text, `${part} ends before it begins`);
  if (last - first >= SEEDS_MAX)
    throw syntaxError(text, `${part} has more than ${SEEDS_MAX} seeds`);
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}`);
}

function syntaxError(text: string, message: string): DrasimError {
  return new DrasimError({ code: 'ERR_SEEDS_SYNTAX', path: `--seeds ${text}`, message });
}

/** Reads names between commas. @throws DrasimError `ERR_COMPARE_NAMES`, `ERR_COMPARE_TWICE` */
export function readNames(text: string, option: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new DrasimError({
      code: 'ERR_COMPARE_NAMES',
      path: `${option} ${text}`,
      message: 'expected names with commas between them, such as Random,FGD,DotProd+WorstFit',
    });
  }
  refuseTwice(names, option, 'name');
  return names;
}

/** The strategy that others are compared with: the first one unless named. @throws `ERR_COMPARE_BASELINE` */
export function chooseBaseline(name: string | undefined, strategies: readonly string[]): string {
  if (name === undefined) return strategies[0]!;
  if (strategies.includes(name)) return name;
  throw new DrasimError({
    code: 'ERR_COMPARE_BASELINE',
    path: `--baseline ${name}`,
    message: 'is not among the strategies that are compared',
    hint: suggest(name, strategies, 'strategies'),
  });
}

function refuseTwice(list: readonly string[], option: string, what: string): void {
  const twice = list.find((entry, index) => list.indexOf(entry) !== index);
  if (twice === undefined) return;
  throw new DrasimError({
    code: 'ERR_COMPARE_TWICE',
    path: option,
    message: `${what} ${twice} stands there twice`,
    hint: 'a run counts once: the same seed gives the same run',
  });
}
