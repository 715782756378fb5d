// What an expression may use, by the version of Kubernetes, and by whether it is already stored
// (nothing is hidden then) or comes in a request (functions of the version before, gates count).

import { ADDRESS_FUNCTIONS } from './addresslibrary.js';
import { AUTHORIZER_FUNCTIONS } from './authorizer.js';
import { CONVERSIONS } from './convert.js';
import {
  EXTENDED_LIST_FUNCTIONS,
  includesFunctions,
  LIST_FUNCTIONS,
  SET_FUNCTIONS,
} from './lists.js';
import { FORMAT_FUNCTIONS } from './namedformat.js';
import { OPERATORS } from './operators.js';
import { OPTIONAL_FUNCTIONS, UNWRAP_FUNCTIONS } from './optionals.js';
import type { SyntaxOptions } from './parser.js';
import { QUANTITY_FUNCTIONS } from './quantitylibrary.js';
import { REGEX_FUNCTIONS } from './regex.js';
import { SEMVER_FUNCTIONS, SEMVER_LENIENT_FUNCTIONS } from './semver.js';
import type { Overload } from './signature.js';
import { stringFunctions } from './strings.js';
import { ANY, BOOL, DYN, mapType, QUANTITY, STRING, type Type } from './type.js';
import { URL_FUNCTIONS } from './url.js';

/** Where an expression is compiled. */
export interface CelEnvironment {
  /** The version's second number: 37 for Kubernetes 1.37. */
  minor: number;
  /** Already stored, as the scheduler sees it; otherwise in a request to the API server. */
  stored: boolean;
  /** The gates DRAListTypeAttributes and DRAConsumableCapacity; they count for requests only. */
  listTypeAttributes: boolean;
  consumableCapacity: boolean;
}

/** The functions, fields and syntax of an environment. */
export interface Language {
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  readonly deviceFields: ReadonlyMap<string, Type>;
  /** What an attribute's value is known as. */
  readonly attributeType: Type;
  readonly syntax: SyntaxOptions;
}

const languages = new Map<string, Language>();

/** The language of an environment; made once. */
export function languageOf(environment: CelEnvironment): Language {
  const { minor, stored, listTypeAttributes, consumableCapacity } = environment;
  const key = `${minor} ${stored} ${listTypeAttributes} ${consumableCapacity}`;
  let language = languages.get(key);
  if (language === undefined) {
    language = createLanguage(environment);
    languages.set(key, language);
  }
  return language;
}

function createLanguage(environment: CelEnvironment): Language {
  const { minor, stored } = environment;
  // Requests may use what the version before had already, so that a downgrade stays possible.
  const since = stored ? minor : minor - 1;
  const hasListAttributes = minor >= 36 && (stored || environment.listTypeAttributes);
  const attributeType = hasListAttributes ? DYN : ANY;
  const hasExtendedLists = since >= 34;
  const overloads: Overload[] = [
    ...OPERATORS,
    ...CONVERSIONS,
    ...OPTIONAL_FUNCTIONS,
    ...stringFunctions(minor > 32),
    ...REGEX_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...SET_FUNCTIONS,
    ...QUANTITY_FUNCTIONS,
    ...SEMVER_FUNCTIONS,
    ...ADDRESS_FUNCTIONS,
    ...URL_FUNCTIONS,
    ...FORMAT_FUNCTIONS,
    ...AUTHORIZER_FUNCTIONS,
    ...(since >= 33 ? SEMVER_LENIENT_FUNCTIONS : []),
    ...(hasExtendedLists ? [...EXTENDED_LIST_FUNCTIONS, ...UNWRAP_FUNCTIONS] : []),
    ...(hasListAttributes ? includesFunctions(minor === 36) : []),
  ];
  return {
    functions: byName(overloads),
    deviceFields: deviceFields(environment, attributeType),
    attributeType,
    syntax: {
      quotedIdents: minor >= 37,
      twoVariables: since >= 32,
      sortBy: hasExtendedLists,
    },
  };
}

function deviceFields(environment: CelEnvironment, attributeType: Type): Map<string, Type> {
  const { minor, stored, consumableCapacity } = environment;
  const fields = new Map<string, Type>([
    ['driver', STRING],
    ['attributes', mapType(STRING, mapType(STRING, attributeType))],
    ['capacity', mapType(STRING, mapType(STRING, QUANTITY))],
  ]);
  if (minor >= 34 && (stored || consumableCapacity)) fields.set('allowMultipleAllocations', BOOL);
  return fields;
}

function byName(overloads: readonly Overload[]): Map<string, Overload[]> {
  const functions = new Map<string, Overload[]>();
  for (const overload of overloads) {
    const known = functions.get(overload.name);
    if (known === undefined) functions.set(overload.name, [overload]);
    else known.push(overload);
  }
  return functions;
}
