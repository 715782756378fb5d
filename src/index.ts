// The public API of drasim: named exports, each documented where it is defined.

export { DrasimError, formatIssue, type Issue, type Position } from './errors.js';
