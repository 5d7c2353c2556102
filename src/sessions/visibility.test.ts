import { expect, test } from 'vitest';
import { seesAll, type Visibility, visibleCondition } from './visibility.ts';

function conditionOf(visibility: Visibility, least?: 'operator') {
  const values: unknown[] = ['before'];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const column = 'j.session_id';
  return { sql: visibleCondition(visibility, { column, ...(least && { least }) }, add), values };
}

test('narrows nothing for whoever may see everything', () => {
  expect(conditionOf({})).toEqual({ sql: undefined, values: ['before'] });
  expect([seesAll({}), seesAll({ userId: 'a' }), seesAll({ sessionId: 's' })]).toEqual([
    true,
    false,
    false,
  ]);
});

test('narrows to the sessions of a person, and to the one of a token', () => {
  const { sql, values } = conditionOf({ userId: 'ann', sessionId: 'ses_a' });

  expect(values).toEqual(['before', 'ses_a', 'ann']);
  expect(sql).toContain('j.session_id = $2 AND j.session_id IN (');
  expect(sql).toContain('user_id = $3');
});

test('counts members who may only look where looking is enough', () => {
  expect(conditionOf({ userId: 'ann' }).sql).not.toContain('role');
  expect(conditionOf({ userId: 'ann' }, 'operator').sql).toContain(`role = 'operator'`);
});
