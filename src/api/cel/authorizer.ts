// The functions of the authorizer library. A selector has no authorizer to call them on; but the
// names are taken, which shows in compile errors and on values whose type is open.

import { member, type Overload } from './signature.js';
import { NO_OVERLOAD } from './value.js';

const never = () => NO_OVERLOAD;

/** The functions of the authorizer library. */
export const AUTHORIZER_FUNCTIONS: readonly Overload[] = [
  member('path', 'authorizer, string -> pathCheck', never),
  member('group', 'authorizer, string -> groupCheck', never),
  member('serviceAccount', 'authorizer, string, string -> authorizer', never),
  member('resource', 'groupCheck, string -> resourceCheck', never),
  member('subresource', 'resourceCheck, string -> resourceCheck', never),
  member('namespace', 'resourceCheck, string -> resourceCheck', never),
  member('name', 'resourceCheck, string -> resourceCheck', never),
  member('fieldSelector', 'resourceCheck, string -> resourceCheck', never),
  member('labelSelector', 'resourceCheck, string -> resourceCheck', never),
  member('check', 'pathCheck, string -> decision', never),
  member('check', 'resourceCheck, string -> decision', never),
  member('allowed', 'decision -> bool', never),
  member('reason', 'decision -> string', never),
  member('errored', 'decision -> bool', never),
  member('error', 'decision -> string', never),
];
