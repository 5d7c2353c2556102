import type { StatusFile, StatusReading } from '../adapter.ts';
import { parseJson } from '../claude/json.ts';
import { textAt } from './json-path.ts';
import { requestValues } from './launch.ts';
import type { AdapterFile } from './schema.ts';
import { fill } from './template.ts';

/** The status file of a program, as its adapter file tells of it. */
export function statusFileOf(rule: NonNullable<AdapterFile['statusFile']>): StatusFile {
  const kinds: readonly StatusReading['kind'][] = ['ready', 'busy', 'asking'];
  return {
    path: (request, pid) => fill(rule.path, { ...requestValues(request), pid: String(pid) }),
    read: (content) => {
      const status = textAt(parseJson(content), rule.field);
      if (status === undefined) return undefined;
      const kind = kinds.find((one) => rule[one].includes(status));
      return kind && { kind, detail: `status "${status}"` };
    },
  };
}
