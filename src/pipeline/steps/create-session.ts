import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { sessionFolders } from '../../sessions/index.ts';
import type { OwnWork } from '../tools.ts';

/** Step 2: the session's folders, and `site.json`, which tells people what the session is for. */
export const createSession: OwnWork = async ({ session, site, execution }) => {
  for (const folder of sessionFolders) {
    await mkdir(join(session.dir, folder), { recursive: true, mode: 0o700 });
  }
  const { spec, requirements } = site;
  const snapshot = {
    version: 1,
    session_id: session.id,
    execution_id: execution.id,
    user_guid: spec.userGuid,
    provider: spec.provider,
    type: spec.type,
    region: spec.region ?? null,
    size: spec.size ?? null,
    requirements,
  };
  const text = `${JSON.stringify(snapshot, undefined, 2)}\n`;
  await writeFileAtomic(join(session.dir, 'site.json'), text, { durable: false });
  return { summary: `Session ${session.id} is ready.`, result: { session_id: session.id } };
};
