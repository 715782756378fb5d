// Rules for names, label keys and label values. A function gives the API server's texts for all that
// is wrong with a name; an empty list means a valid one.
// Follows apimachinery `util/validation` of Kubernetes 1.37.

const SUBDOMAIN_LENGTH_MAX = 253;
const LABEL_LENGTH_MAX = 63;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const NAME_PART = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const LABEL_PATTERN = new RegExp(`^${LABEL}$`);
const LABEL_DOTS_PATTERN = /^[-.a-z0-9]*$/;
const SUBDOMAIN_PATTERN = new RegExp(`^${SUBDOMAIN}$`);
const NAME_PART_PATTERN = new RegExp(`^${NAME_PART}$`);
const LABEL_VALUE_PATTERN = new RegExp(`^(${NAME_PART})?$`);
const C_IDENTIFIER_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;

const NAME_PART_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation " +
  `is '${NAME_PART}')`;

const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', " +
  "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or " +
  `'12345', regex used for validation is '(${NAME_PART})?')`;

/** The length of a text in UTF-8 bytes. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // Both halves of a surrogate pair add one byte to their own unit: four in all.
    length += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return length;
}

/** A name with dots, such as a node's or a driver's. */
export function subdomainProblems(name: string): string[] {
  const problems = lengthProblems(name, SUBDOMAIN_LENGTH_MAX);
  if (!SUBDOMAIN_PATTERN.test(name)) {
    problems.push(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
        "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex " +
        `used for validation is '${SUBDOMAIN}')`,
    );
  }
  return problems;
}

/** A name without dots, such as a container's or a request's. */
export function labelNameProblems(name: string): string[] {
  const problems = lengthProblems(name, LABEL_LENGTH_MAX);
  if (LABEL_PATTERN.test(name)) return problems;
  if (name.includes('.') && LABEL_DOTS_PATTERN.test(name)) {
    problems.push('must not contain dots');
    return problems;
  }
  problems.push(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and " +
      "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex " +
      `used for validation is '${LABEL}')`,
  );
  return problems;
}

/** A label key or other qualified name: `name` or `domain/name`. */
export function qualifiedNameProblems(key: string): string[] {
  const slash = key.indexOf('/');
  if (slash >= 0 && key.indexOf('/', slash + 1) >= 0) {
    return [
      `a valid label key ${NAME_PART_TEXT} with an optional DNS subdomain prefix and '/' ` +
        "(e.g. 'example.com/MyName')",
    ];
  }
  const problems: string[] = [];
  if (slash === 0) problems.push('prefix part must be non-empty');
  else if (slash > 0) {
    problems.push(...subdomainProblems(key.slice(0, slash)).map((text) => `prefix part ${text}`));
  }
  const name = key.slice(slash + 1);
  if (name === '') problems.push('name part must be non-empty');
  problems.push(...lengthProblems(name, LABEL_LENGTH_MAX).map((text) => `name part ${text}`));
  if (!NAME_PART_PATTERN.test(name)) problems.push(`name part ${NAME_PART_TEXT}`);
  return problems;
}

/** The value of a label; it may be empty. */
export function labelValueProblems(value: string): string[] {
  const problems = lengthProblems(value, LABEL_LENGTH_MAX);
  if (!LABEL_VALUE_PATTERN.test(value)) problems.push(LABEL_VALUE_TEXT);
  return problems;
}

/** Whether a text is an identifier of the C language: what attributes are called. */
export function isCIdentifier(text: string): boolean {
  return C_IDENTIFIER_PATTERN.test(text);
}

function lengthProblems(text: string, lengthMax: number): string[] {
  if (text.length * 3 <= lengthMax || byteLength(text) <= lengthMax) return [];
  return [`must be no more than ${lengthMax} bytes`];
}
