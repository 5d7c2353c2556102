import { type Command, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { addJobOptions, count, duration, type JobOptions } from './options.ts';
import { addJobRecordings } from './recording-commands.ts';

const statuses = [
  'queued',
  'leased',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'skipped',
];

/** Add `run` and `job ...`. */
export function addJobCommands(program: Command, builder: Builder): void {
  const { act } = builder;
  jobInputCommand(program.command('run'), builder, 'run')
    .description('do one job now: queue it, show how it goes, print its output')
    .addHelpText(
      'after',
      example(
        'run "Say hello and list three uses of tmux"',
        'run --file src --directory . "What should a newcomer know?"',
        'run --agent command --prompt \'hello\' -- sh -c \'tr a-z A-Z <"$0" >"$1"\' {prompt} {output}',
        'run --json - < request.md > answer.json',
      ),
    );
  const job = program
    .command('job')
    .description('queue jobs, look at them, steer them')
    .helpCommand(false);
  jobInputCommand(job.command('add'), builder, 'add')
    .description('queue a job for a worker')
    .addHelpText(
      'after',
      example('job add --priority 5 --time-limit 10m "Write the release notes"', 'worker'),
    );
  job
    .command('list')
    .description('list jobs, newest first')
    .addOption(new Option('--status <status...>', 'only jobs in one of these').choices(statuses))
    .option('--session <id|name>', 'only jobs of this session')
    .option('--limit <number>', 'how many (default: 50)', count)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .addHelpText('after', example('job list --status queued running', 'job list --all --json'))
    .action(async (options) => {
      await act(
        async (door) => await (await import('./commands/job-list.ts')).jobList(door, options),
      );
    });
  addJobReaders(job, builder);
  addJobSteering(job, builder);
}

function jobInputCommand(command: Command, { act, tail }: Builder, kind: 'run' | 'add'): Command {
  return addJobOptions(command)
    .argument('[prompt]', 'what the agent is to do; - reads stdin, and so does a pipe')
    .usage('[options] [PROMPT | -] [-- PROGRAM ARGS... {prompt} {output}]')
    .allowExcessArguments()
    .action(async (_prompt: unknown, options: JobOptions) => {
      const prompts = command.args.slice(0, command.args.length - tail.length);
      const given = { prompts, command: tail, options };
      await act(async (door) =>
        kind === 'run'
          ? await (await import('./commands/run.ts')).run(door, given)
          : await (await import('./commands/job-add.ts')).jobAdd(door, given),
      );
    });
}

function addJobReaders(job: Command, builder: Builder): void {
  const { act } = builder;
  job
    .command('show <job>')
    .description('show a job and its attempts')
    .addHelpText('after', example('job show job_01h2'))
    .action(async (id: string) => {
      await act(async (door) => await (await import('./commands/job-show.ts')).jobShow(door, id));
    });
  job
    .command('wait <job...>')
    .description('wait until jobs are settled; exit code 0 when all succeeded')
    .option('--timeout <duration>', 'give up waiting, exit code 124 (default: never)', duration)
    .addHelpText('after', example('job wait job_01h2 job_01h3 --timeout 10m'))
    .action(async (ids: string[], options) => {
      await act(
        async (door) => await (await import('./commands/job-wait.ts')).jobWait(door, ids, options),
      );
    });
  job
    .command('output <job>')
    .description('print the output of a job')
    .addHelpText('after', example('job output job_01h2 > answer.md'))
    .action(async (id: string) => {
      await act(
        async (door) => await (await import('./commands/job-output.ts')).jobOutput(door, id),
      );
    });
  addJobRecordings(job, builder);
  job
    .command('attach <job>')
    .description("show the agent's own terminal; leave it with Ctrl-B d")
    .option('--write', 'type into it, too (default: look only)')
    .option('--print', 'print the command instead of running it')
    .addHelpText('after', example('job attach job_01h2 --write'))
    .action(async (id: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/job-attach.ts')).jobAttach(door, id, options),
      );
    });
}

function addJobSteering(job: Command, { act }: Builder): void {
  job
    .command('interrupt <job>')
    .description('stop what its agent is doing; the agent stays, for you to go on with by hand')
    .addHelpText('after', example('job interrupt job_01h2'))
    .action(async (id: string) => {
      await act(
        async (door) => await (await import('./commands/job-interrupt.ts')).jobInterrupt(door, id),
      );
    });
  job
    .command('cancel <job...>')
    .description('cancel jobs, also running ones, and wait for their end')
    .addHelpText('after', example('job cancel job_01h2'))
    .action(async (ids: string[]) => {
      await act(
        async (door) => await (await import('./commands/job-cancel.ts')).jobCancel(door, ids),
      );
    });
  job
    .command('retry <job...>')
    .description('queue jobs again that did not succeed')
    .option('--attempts <number>', 'tries to add (default: 3)', count)
    .option('--deadline <duration>', 'give up this long from now (default: never)', duration)
    .addHelpText('after', example('job retry job_01h2 --attempts 1'))
    .action(async (ids: string[], options) => {
      await act(
        async (door) =>
          await (await import('./commands/job-retry.ts')).jobRetry(door, ids, options),
      );
    });
}
