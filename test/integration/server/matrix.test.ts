import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countingIds, systemClock } from '../../../src/base/index.ts';
import { type Access, type Role, type Route, roles, routes } from '../../../src/contract/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { writeSite } from './stand-in-sites.ts';
import { type Person, TestServer } from './test-server.ts';

/** Whose session it is, seen from the one who asks. */
const places = ['own', 'foreign', 'member-viewer', 'member-operator'] as const;
type Place = (typeof places)[number];

interface Actor {
  readonly name: string;
  /** Undefined for nobody. */
  readonly role: Role | undefined;
  /** What a token is limited to: a session of its own, which is none of the places. */
  readonly isLimited?: boolean;
  /** An admin with all their rights may use every session. */
  readonly seesAll?: boolean;
}

const actors: readonly Actor[] = [
  { name: 'nobody', role: undefined },
  { name: 'viewer', role: 'viewer' },
  { name: 'operator', role: 'operator' },
  { name: 'admin', role: 'admin', seesAll: true },
  { name: 'viewer token of an operator', role: 'viewer' },
  { name: 'operator token of an operator', role: 'operator' },
  { name: 'admin token of an admin', role: 'admin', seesAll: true },
  { name: 'operator token for another session', role: 'operator', isLimited: true },
  { name: 'admin token for another session', role: 'admin', isLimited: true },
];

let server: TestServer;
const credentials = new Map<string, { cookie?: string; token?: string }>();
/** Ids of the things in each place, for each actor. */
const subjects = new Map<string, Readonly<Record<string, string>>>();

beforeAll(async () => {
  server = await TestServer.open();
  const admin = await server.makeAdmin();
  const people = {
    viewer: await server.makePerson('vera', 'viewer'),
    operator: await server.makePerson('otto', 'operator'),
    stranger: await server.makePerson('stan', 'operator'),
  };
  await makeSubjects(admin, people);
  const own = subjects.get('other operator')?.['session_id'];
  credentials.set('nobody', {});
  credentials.set('viewer', { cookie: people.viewer.cookie });
  credentials.set('operator', { cookie: people.operator.cookie });
  credentials.set('admin', { cookie: admin.cookie });
  const token = async (
    ...args: Parameters<TestServer['makeToken']>
  ): Promise<{ token: string }> => ({
    token: await server.makeToken(...args),
  });
  credentials.set('viewer token of an operator', await token('otto', 'viewer'));
  credentials.set('operator token of an operator', await token('otto', 'operator'));
  credentials.set('admin token of an admin', await token('root', 'admin'));
  credentials.set('operator token for another session', await token('otto', 'operator', own));
  const adminsOwn = subjects.get('other admin')?.['session_id'];
  credentials.set('admin token for another session', await token('root', 'admin', adminsOwn));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const table = Object.entries<Route>(routes);

describe.each(actors)('$name', (actor) => {
  test.each(table.filter(([, { access }]) => access.kind !== 'owned'))(
    'gets of %s what the contract says',
    async (_name, route) => {
      expect(await statusFor(actor, route, {})).toBe(expectedFor(actor, route.access, undefined));
    },
  );

  test.each(
    table
      .filter(([, { access }]) => access.kind === 'owned')
      .flatMap(([name, route]) => places.map((place) => ({ name, route, place }))),
  )('gets of $name in a session that is $place what the contract says', async (one) => {
    const person = personOf(actor);
    const ids = subjects.get(`${one.place} ${person}`) ?? {};

    expect(await statusFor(actor, one.route, ids)).toBe(
      expectedFor(actor, one.route.access, one.place),
    );
  });
});

/**
 * The status of a request that is wrong in its shape alone: 400 tells that the rights were there,
 * and nothing is done by it.
 */
async function statusFor(
  actor: Actor,
  route: Route,
  ids: Readonly<Record<string, string>>,
): Promise<number> {
  const path = route.path.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? 'x');
  const credential = credentials.get(actor.name) ?? {};
  const reply = await server.ask(route.method, `${path}?no_such_key=1`, credential);
  expect(reply.json, reply.text).toMatchObject({ status: reply.status });
  return reply.status;
}

/** What the contract says, worked out apart from the server. */
function expectedFor(actor: Actor, access: Access, place: Place | undefined): number {
  const passed = 400;
  if (access.kind === 'public') return passed;
  if (actor.role === undefined) return 401;
  switch (access.kind) {
    case 'login':
      return passed;
    case 'visible':
      return isAtLeast(actor.role, access.role) ? passed : 403;
    case 'role':
      // What is for admins is about everything; a token for one session is not.
      if (access.role === 'admin' && actor.isLimited === true) return 403;
      return isAtLeast(actor.role, access.role) ? passed : 403;
    case 'owned': {
      const role = roleIn(actor, place);
      if (role === undefined) return 404;
      return isAtLeast(role, access.role) ? passed : 403;
    }
    default:
      return access satisfies never;
  }
}

function roleIn({ role, isLimited, seesAll }: Actor, place: Place | undefined): Role | undefined {
  if (isLimited === true || role === undefined) return undefined;
  if (seesAll === true || place === 'own') return role;
  if (place === 'foreign') return undefined;
  return place === 'member-viewer' ? 'viewer' : smaller(role, 'operator');
}

function smaller(one: Role, other: Role): Role {
  return isAtLeast(one, other) ? other : one;
}

function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

function personOf({ name, role }: Actor): string {
  if (name === 'viewer') return 'viewer';
  return role === 'admin' ? 'admin' : 'operator';
}

interface People {
  readonly viewer: Person;
  readonly operator: Person;
  readonly stranger: Person;
}

async function makeSubjects(admin: Person, people: People): Promise<void> {
  const { app } = server;
  const all = { admin, viewer: people.viewer, operator: people.operator };
  for (const [who, { userId }] of Object.entries(all)) {
    for (const place of [...places, 'other'] as const) {
      const isOwn = place === 'own' || place === 'other';
      const owner = isOwn ? userId : people.stranger.userId;
      const { id } = await app.createSession({ userId: owner });
      if (place === 'member-viewer' || place === 'member-operator') {
        const role = place === 'member-viewer' ? 'viewer' : 'operator';
        const member = `INSERT INTO members (session_id, user_id, role) VALUES ($1, $2, $3)`;
        await write(member, [id, userId, role]);
      }
      const job = await app.addJob({ session: id, agent: 'demo', prompt: 'hello' });
      const questionId = `qst_${who}${place}`.replaceAll('-', '');
      await write(
        `INSERT INTO questions (id, job_id, attempt, kind, question, choices, asked_at)
         VALUES ($1, $2, 1, 'permission', 'may I?', '[]', 1)`,
        [questionId, job.id],
      );
      const executionId = `exe_${who}${place}`.replaceAll('-', '');
      await writeSite(server, id, executionId);
      subjects.set(`${place} ${who}`, {
        session_id: id,
        job_id: job.id,
        agent_id: `${job.id}.1`,
        question_id: questionId,
        execution_id: executionId,
        step: 'deploy',
        attempt: '1',
      });
    }
  }
}

async function write(sql: string, values: readonly (string | number)[]): Promise<void> {
  const path = join(server.dataDir, 'tmux-builder.db');
  const signal = new AbortController().signal;
  await using store = await openStore({ path, clock: systemClock, ids: countingIds() }, signal);
  await store.write(async (db) => await db.run(sql, values), signal);
}
