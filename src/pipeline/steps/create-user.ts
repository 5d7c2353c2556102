import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import type { Person } from '../people.ts';
import { findPersonIn, listPeopleIn } from '../people.ts';
import type { OwnWork } from '../tools.ts';
import type { StepTools } from './own-steps.ts';

/**
 * Step 1: the person's folder `users/<guid>/`, and the registry `users/registry.json`. Both are for
 * people: the database is the truth.
 */
export function createUser({ store, dataDir }: StepTools): OwnWork {
  return async ({ site }, signal) => {
    const { person, people } = await store.read(
      async (sql) => ({
        person: await findPersonIn(sql, site.spec.userGuid),
        people: await listPeopleIn(sql),
      }),
      signal,
    );
    if (person === undefined) throw new Error(`site ${site.sessionId} is nobody's`);
    const dir = join(dataDir, 'users');
    await mkdir(join(dir, person.guid), { recursive: true, mode: 0o700 });
    await writeJson(join(dir, person.guid, 'user.json'), toRecord(person));
    await writeJson(join(dir, 'registry.json'), { version: 1, users: people.map(toRecord) });
    return {
      summary: `User ${person.userId} is ${person.guid}.`,
      result: { guid: person.guid, user_id: person.userId },
    };
  };
}

function toRecord({ guid, userId, email, phone, createdAt }: Person): object {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  const created = new Date(createdAt).toISOString();
  return { guid, user_id: userId, email: email ?? null, phone: phone ?? null, created_at: created };
}

async function writeJson(path: string, value: object): Promise<void> {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  await writeFileAtomic(path, text, { durable: false });
}
