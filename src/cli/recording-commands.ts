import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Builder, example } from './builder.ts';
import { count, duration } from './options.ts';
import { parseSize, SIZE_FORM } from './size.ts';

/** Add what `job` has about recordings. */
export function addJobRecordings(job: Command, { act }: Builder): void {
  job
    .command('logs <job>')
    .description('print what the terminal of an attempt printed, without escape sequences')
    .option('--attempt <number>', 'which attempt (default: the last one)', count)
    .option('-f, --follow', 'go on until the job is settled, or that attempt has ended')
    .option('--raw', 'with its escape sequences (on a terminal: those that draw)')
    .addHelpText('after', example('job logs job_01h2 --follow'))
    .action(async (id: string, options) => {
      await act(
        async (door) => await (await import('./commands/job-logs.ts')).jobLogs(door, id, options),
      );
    });
  job
    .command('recording <job>')
    .description('write the recording of an attempt as asciicast v3')
    .option('--attempt <number>', 'which attempt (default: the last one)', count)
    .option('-o, --output <file>', 'where to write it (default: stdout)')
    .addHelpText('after', example('job recording job_01h2 --output answer.cast'))
    .action(async (id: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/job-recording.ts')).jobRecording(door, id, options),
      );
    });
  job
    .command('replay <job>')
    .description('replay an attempt in this terminal: space pause, . step, arrows 5 s, q quit')
    .option('--attempt <number>', 'which attempt (default: the last one)', count)
    .option('--speed <factor>', '2 plays twice as fast (default: 1)', factor)
    .option('--idle-limit <duration>', 'longest pause (default: as it was)', duration)
    .option('--from <duration>', 'where to begin, from its start (default: 0)', duration)
    .addOption(new Option('--in-pane', 'play in this very terminal').hideHelp())
    .addHelpText('after', example('job replay job_01h2 --speed 4 --idle-limit 2s'))
    .action(async (id: string, options) => {
      await act(
        async (door) =>
          await (await import('./commands/job-replay.ts')).jobReplay(door, id, options),
      );
    });
}

/** Add `recordings ...`. */
export function addRecordingCommands(program: Command, { act }: Builder): void {
  const recordings = program
    .command('recordings')
    .description('what agents printed, as it is kept on disk')
    .helpCommand(false);
  recordings
    .command('list')
    .description('list the recordings of all attempts, newest first')
    .addHelpText('after', example('recordings list'))
    .action(async () => {
      await act(
        async (door) => await (await import('./commands/recordings.ts')).recordingsList(door),
      );
    });
  recordings
    .command('prune')
    .description('remove old recordings of ended attempts; a worker does so by itself')
    .option('--older-than <duration>', 'since their end (default: recordings_keep_days)', duration)
    .option('--max-size <size>', 'what may stay, oldest go (default: recordings_max_mb)', size)
    .option('--dry-run', 'remove nothing, only say what would go')
    .addHelpText('after', example('recordings prune --older-than 7d --max-size 2GB --dry-run'))
    .action(async (options) => {
      await act(
        async (door) =>
          await (await import('./commands/recordings.ts')).recordingsPrune(door, options),
      );
    });
}

function factor(text: string): number {
  const value = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value <= 0) throw new InvalidArgumentError('Give a number from 0.001 to 999.');
  return value;
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError(`Give ${SIZE_FORM}.`);
  return bytes;
}
