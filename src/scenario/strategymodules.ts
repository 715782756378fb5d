// Names of strategies that are files: ES modules of the user's own.

/** A strategy of this form is a path. */
export const MODULE_PATTERN = /\.m?js$/;

export function isModule(name: string | undefined): name is string {
  return name !== undefined && MODULE_PATTERN.test(name);
}
