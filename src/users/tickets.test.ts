import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import type { Principal } from './principal.ts';
import { Tickets } from './tickets.ts';

const principal: Principal = {
  userId: 'usr_1',
  name: 'ann',
  role: 'viewer',
  via: 'login',
  credentialId: 'lgn_1',
  sessionId: undefined,
  expiresAt: undefined,
};

test('a ticket is good once', () => {
  const tickets = new Tickets(new FakeClock());
  const { ticket } = tickets.issue(principal);

  expect(tickets.redeem(ticket)).toEqual(principal);
  expect(tickets.redeem(ticket)).toBeUndefined();
});

test('a ticket is good for 30 seconds', async () => {
  const clock = new FakeClock();
  const tickets = new Tickets(clock);
  const [early, late] = [tickets.issue(principal), tickets.issue(principal)];

  await clock.advance(29_999);
  expect(tickets.redeem(early.ticket)).toEqual(principal);
  await clock.advance(1);
  expect(tickets.redeem(late.ticket)).toBeUndefined();
});

test('a ticket ends with the login it came from', () => {
  const tickets = new Tickets(new FakeClock());
  const own = tickets.issue(principal).ticket;
  const other = tickets.issue({ ...principal, credentialId: 'lgn_2' }).ticket;

  tickets.revoke('lgn_1');

  expect(tickets.redeem(own)).toBeUndefined();
  expect(tickets.redeem(other)).toBeDefined();
});

test('past 10,000 the oldest is void', () => {
  const tickets = new Tickets(new FakeClock());
  const { ticket: oldest } = tickets.issue(principal);
  const { ticket: second } = tickets.issue(principal);
  for (let count = 0; count < 9_999; count += 1) tickets.issue(principal);

  expect(tickets.redeem(oldest)).toBeUndefined();
  expect(tickets.redeem(second)).toBeDefined();
});

test('what is no ticket opens nothing', () => {
  const tickets = new Tickets(new FakeClock());
  expect(tickets.redeem('')).toBeUndefined();
  expect(tickets.redeem(`tbl_${'a'.repeat(43)}`)).toBeUndefined();
});
