import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSiteSteps } from '../../../test/support/site-steps.ts';
import { askForFix, createPlan, gatherRequirements, generateCode } from './index.ts';

const never = new AbortController().signal;
const requirements = {
  title: 'Bees',
  summary: 'On bees.',
  pages: [{ title: 'Home', purpose: 'Welcomes.' }],
  design: { theme: 'dark' },
};
const plan = {
  title: 'Bees',
  summary: 'On bees.',
  site_type: 'static',
  pages: [{ path: '/', title: 'Home', purpose: 'Welcomes.' }],
};
const wrong = '{"title": ""}';

/** Answers in turn, the last one again and again. */
function inTurn(...answers: readonly string[]) {
  let count = 0;
  return (): string => answers[Math.min(count++, answers.length - 1)] ?? '';
}

test('gathers requirements by one question, which says who is asked by which files', async () => {
  const answer = JSON.stringify(requirements);
  await using steps = await openSiteSteps({ requirements: 'Bees! ```', answer: () => answer });
  const upload = join(steps.sessionDir, 'uploads', 'bee.png');
  await writeFile(upload, 'picture');

  const outcome = await gatherRequirements(steps.context('gather_requirements'), never);

  expect(outcome.result).toMatchObject({ title: 'Bees', language: 'en', features: [] });
  expect(outcome.artefacts).toEqual([
    { name: 'requirements.json', kind: 'json', path: 'step/requirements.json' },
  ]);
  const [task] = steps.asked;
  expect(task).toMatchObject({ key: 'requirements', files: [upload] });
  expect(task?.prompt).toMatch(/^Task: site\.requirements\n/);
  expect(task?.prompt).toMatch(/- Role planner: \/.*planner\.md \(sha256:[0-9a-f]{64}\)/);
  expect(task?.prompt).toContain('````text request\nBees! ```\n````');
  expect(task?.prompt).toContain(upload);
  expect(task?.prompt).not.toMatch(/aws|azure|amazon|credential/i);
  const kept = await readFile(join(steps.sessionDir, 'step/requirements.json'), 'utf8');
  expect(JSON.parse(kept)).toEqual(outcome.result);
});

test('a wrong answer is given back once, with what is wrong, and the second one counts', async () => {
  await using steps = await openSiteSteps({
    answer: inTurn(wrong, JSON.stringify(requirements)),
  });

  const outcome = await gatherRequirements(steps.context('gather_requirements'), never);

  expect(outcome.result).toMatchObject({ title: 'Bees' });
  expect(steps.asked.map(({ key }) => key)).toEqual(['requirements', 'requirements.repair']);
  expect(steps.asked[1]?.prompt).toContain('- title: ');
  expect(steps.asked[1]?.prompt).toContain(`text your-answer\n${wrong}\n`);
  expect(steps.logged.join()).toContain('title: ');
});

test('an answer that is wrong twice is an error that names the job and every problem', async () => {
  await using steps = await openSiteSteps({ answer: () => wrong });

  const outcome = gatherRequirements(steps.context('gather_requirements'), never);

  await expect(outcome).rejects.toMatchObject({
    code: 'site.bad-answer',
    facts: { jobId: 'job_2', task: 'requirements' },
    todo: expect.stringContaining('job_2'),
  });
  expect(steps.asked).toHaveLength(2);
});

test('a crash asks the same, also when a role was changed meanwhile', async () => {
  const answer = JSON.stringify(requirements);
  await using steps = await openSiteSteps({ answer: () => answer });
  const context = steps.context('gather_requirements');
  await gatherRequirements(context, never);

  await gatherRequirements({ ...context, roleDirs: ['/nowhere'] }, never);

  expect(steps.asked[1]).toEqual(steps.asked[0]);
});

test('a plan of another type of site is given back', async () => {
  await using steps = await openSiteSteps({
    type: 'dynamic',
    answer: () => JSON.stringify(plan),
  });
  steps.results.set('gather_requirements', requirements);

  const outcome = createPlan(steps.context('create_plan'), never);

  await expect(outcome).rejects.toThrow('site_type: must be "dynamic"');
});

test('files that cannot be published are given back, and an error when they stay so', async () => {
  await using steps = await openSiteSteps({ answer: () => '{"summary": "Done."}' });
  steps.results.set('gather_requirements', requirements).set('create_plan', plan);

  const outcome = generateCode(steps.context('generate_code'), never);

  await expect(outcome).rejects.toMatchObject({ code: 'site.bad-source' });
  expect(steps.asked.map(({ key }) => key)).toEqual(['code', 'code.repair']);
  expect(steps.asked[1]?.prompt).toContain('- index.html: it is the first page');
});

test('a repair of the files is as good as a first answer', async () => {
  await using steps = await openSiteSteps({
    answer: async ({ key }, source) => {
      if (key === 'code.repair') await writeFile(join(source, 'index.html'), 'page');
      return '{"summary": "Done."}';
    },
  });
  steps.results.set('gather_requirements', requirements).set('create_plan', plan);

  const { summary, result } = await generateCode(steps.context('generate_code'), never);

  expect(summary).toBe('1 file, 4 bytes: Done.');
  expect(result).toEqual({ publish_dir: '.', files: 1, bytes: 4 });
});

test('a failed deployment is mended by the deployer, another check by the coder', async () => {
  await using steps = await openSiteSteps({ answer: () => '{"summary": "Mended."}' });
  steps.results.set('create_plan', plan);
  await writeFile(join(steps.source, 'index.html'), 'page');
  const context = steps.context('health_check');
  const problems = ['connection refused'];

  expect(await askForFix(context, { step: 'health_check', problems }, never)).toBe('Mended.');
  expect(steps.asked[0]).toMatchObject({ key: 'fix.1' });
  expect(steps.asked[0]?.prompt).toContain('Role deployer');
  expect(steps.asked[0]?.prompt).toContain('text problems\nconnection refused\n');
});
