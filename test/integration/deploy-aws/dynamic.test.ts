import { expect, test } from 'vitest';
import { openAwsBench, program, programSpec, signal } from '../../support/aws/bench.ts';

async function text(url: string, init: RequestInit = {}): Promise<string> {
  return await (await fetch(url, init)).text();
}

test('the program of a dynamic site answers behind CloudFront, also what is not GET', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);

  const { url } = await deployer.apply(plan, await bench.release(program('one')), onEvent, signal);

  expect(await text(`${url}a?b=1`)).toBe('one GET /a?b=1');
  expect(await text(url, { method: 'POST', body: 'x' })).toBe('one POST /');
  expect(await deployer.status(plan, signal)).toMatchObject({ state: 'live', url });
  expect(aws.state.machines.size).toBe(1);
});

test('a redeploy replaces the machine, and a roll back brings the old release on a new one', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);
  const first = await bench.release(program('one'));
  const { url } = await deployer.apply(plan, first, onEvent, signal);
  const [machine] = aws.state.machines.keys();

  const second = await deployer.apply(plan, await bench.release(program('two')), onEvent, signal);

  expect(second).toMatchObject({ url, changed: { added: 0, changed: 1, removed: 0 } });
  expect(await text(url)).toBe('two GET /');
  expect([...aws.state.machines.keys()]).not.toContain(machine);
  expect(aws.state.machines.size).toBe(1);

  await deployer.rollback(plan, first, onEvent, signal);

  expect(await text(url)).toBe('one GET /');
  expect(aws.state.machines.size).toBe(1);
});

test('the same release on a machine that answers is left as it is', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);
  const release = await bench.release(program('one'));
  await deployer.apply(plan, release, onEvent, signal);
  const machines = [...aws.state.machines.keys()];

  await deployer.apply(plan, release, onEvent, signal);

  expect([...aws.state.machines.keys()]).toEqual(machines);
});

test('a machine that no longer answers is replaced by one of the same release', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);
  const release = await bench.release(program('one'));
  await deployer.apply(plan, release, onEvent, signal);
  const [[id, machine] = []] = aws.state.machines;
  machine?.process?.kill('SIGKILL');
  await machine?.done;

  const { url } = await deployer.apply(plan, release, onEvent, signal);

  expect(await text(url)).toBe('one GET /');
  expect([...aws.state.machines.keys()]).not.toContain(id);
});

test('a program that is not healthy changes nothing: the old release answers on', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws, events } = bench;
  const plan = deployer.plan(programSpec);
  const first = await bench.release(program('one'));
  const { url } = await deployer.apply(plan, first, onEvent, signal);
  events.length = 0;

  const sick = deployer.apply(plan, await bench.release(program('sick', 500)), onEvent, signal);

  await expect(sick).rejects.toMatchObject({
    code: 'deploy.unhealthy',
    message: expect.stringContaining('did not answer'),
  });
  // CloudFront was never turned to the new machine.
  expect(events.filter(({ facts }) => facts?.['resource'] === 'Cdn')).toEqual([]);
  expect(await text(url)).toBe('one GET /');
  expect(await deployer.status(plan, signal)).toMatchObject({
    state: 'live',
    releaseId: first.id,
    reason: expect.stringContaining('UPDATE_ROLLBACK_COMPLETE'),
  });
  expect(aws.state.machines.size).toBe(1);
});

test('a first release that is not healthy leaves no machine, and can be corrected', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);

  const sick = deployer.apply(
    plan,
    await bench.release({ 'server.js': 'process.exit(1)' }),
    onEvent,
    signal,
  );

  await expect(sick).rejects.toMatchObject({ code: 'deploy.unhealthy' });
  expect(aws.state.machines.size).toBe(0);
  expect(await deployer.status(plan, signal)).toMatchObject({ state: 'deploying', url: undefined });
  const { url } = await deployer.apply(plan, await bench.release(program('well')), onEvent, signal);
  expect(await text(url)).toBe('well GET /');
});

test('a dynamic site that is destroyed leaves nothing', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws } = bench;
  const plan = deployer.plan(programSpec);
  await deployer.apply(plan, await bench.release(program('one')), onEvent, signal);

  await deployer.destroy(plan, onEvent, signal);

  expect(aws.inventory()).toEqual([]);
});

test('a machine gets no credentials, and nothing that is said anywhere has its addresses', async () => {
  await using bench = await openAwsBench();
  const { deployer, onEvent, aws, events, log } = bench;
  const plan = deployer.plan(programSpec);
  await deployer.apply(plan, await bench.release(program('one')), onEvent, signal);
  const [machine] = aws.state.machines.values();

  expect(machine?.userData).not.toContain('fake-secret');
  expect(Buffer.byteLength(machine?.userData ?? '')).toBeLessThan(16_384);
  const said = JSON.stringify([events, log, await deployer.logs(plan, 100, signal)]);
  expect(said).not.toMatch(/X-Amz-(?!\w+=\.\.\.)|fake-secret|fake-token|AKIA/);
});
