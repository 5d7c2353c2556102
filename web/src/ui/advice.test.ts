import { expect, test } from 'vitest';
import { advice } from './advice.ts';

test.for([
  ['Look at what it said: tmux-builder job logs job_1', 'Look at what it said in its recording'],
  ['Look at what it said, with tmux-builder job logs', 'Look at what it said in its recording'],
  [
    'Look at its last screen with tmux-builder job logs; raise stall_ms if it only thinks',
    'Look at its last screen in its recording; raise stall_ms if it only thinks',
  ],
  [
    'Give it more time with --time-limit, or a smaller prompt',
    'Give it more time in “More options” of a new job, or a smaller prompt',
  ],
  [
    'See what happened to it: tmux-builder job show job_1',
    'See what happened to it on the page Jobs',
  ],
  ['Give it a new one: tmux-builder job retry job_1', 'Give it a new one with its button: retry'],
  [
    'Submit it by hand (tmux-builder job attach), or start anew',
    'Submit it by hand, or start anew',
  ],
  ['List the sites: tmux-builder site list', 'List the sites on the page Sites'],
  ['Say it: tmux-builder site create "a page about us"', 'Say it with “New site”'],
  [
    'Wait for its end, or cancel it: tmux-builder site cancel exe_1',
    'Wait for its end, or cancel it with its button: cancel',
  ],
  [
    'Look at it: tmux-builder site logs ses_1; then redeploy',
    'Look at it on its page, under Logs; then redeploy',
  ],
  ['Run it again: tmux-builder site rerun exe_1 deploy', 'Run it again with “Rerun from here”'],
  ['List those: tmux-builder site releases ses_1', 'List those on its page, under Releases'],
  [
    'See how far it is: tmux-builder site status exe_1',
    'See how far it is on its page, under Pipeline',
  ],
] as const)('advice for a command line is said in words of the dashboard: %s', ([todo, said]) => {
  expect(advice(todo)).toBe(said);
});

test('advice without a counterpart stays as it is', () => {
  const todo = 'Start the main agent: tmux-builder session start shop';
  expect(advice(todo)).toBe(todo);
});
