import { expect, test } from 'vitest';
import { CodedError } from '../base/index.ts';
import { FakeStream } from './fake-stream.ts';
import { Printer, type PrinterOptions } from './printer.ts';
import { reportError } from './report-error.ts';

test('says what happened and what to do about it, on stderr alone', () => {
  const { printer, stdout, stderr } = open({});
  const error = new CodedError('job.not-found', 'There is no job x.', { todo: 'List the jobs' });
  expect(reportError(error, printer)).toBe(3);
  expect(stderr.text).toBe('tmux-builder: There is no job x.\n  -> List the jobs\n');
  expect(stdout.text).toBe('');
});

test('prints one object on stdout as well where JSON was asked for', () => {
  const { printer, stdout } = open({ json: true });
  reportError(new CodedError('store.full', 'No space.'), printer);
  expect(JSON.parse(stdout.text)).toEqual({
    error: { code: 'store.full', message: 'No space.', todo: null },
  });
});

test('shows the stack of a fault of ours only where it was asked for', () => {
  const quiet = open({});
  expect(reportError(new TypeError('x is not a function'), quiet.printer)).toBe(70);
  expect(quiet.stderr.text).toContain('TypeError: x is not a function');
  expect(quiet.stderr.text).not.toContain('report-error.test.ts');

  const verbose = open({ verbose: true });
  const error = new Error('outer', { cause: new Error('inner') });
  reportError(error, verbose.printer);
  expect(verbose.stderr.text).toContain('report-error.test.ts');
  expect(verbose.stderr.text).toContain('caused by Error: inner');
});

test('a disk that refuses is not a fault of ours', () => {
  const { printer, stderr } = open({});
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    path: '/data/x',
  });
  expect(reportError(error, printer)).toBe(6);
  expect(stderr.text).toContain('Cannot use /data/x: no space is left (ENOSPC).');
});

function open(options: Partial<PrinterOptions>) {
  const stdout = new FakeStream(false);
  const stderr = new FakeStream(false);
  const printer = new Printer({
    stdout,
    stderr,
    json: false,
    quiet: false,
    verbose: false,
    hasColor: false,
    canRedraw: false,
    ...options,
  });
  return { printer, stdout, stderr };
}
