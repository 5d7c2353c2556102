import { type Command, InvalidArgumentError } from 'commander';
import { type Builder, example } from './builder.ts';
import { collect, count } from './options.ts';

/** Add the command that serves the API and the dashboard. */
export function addServeCommand(program: Command, { act }: Builder): void {
  program
    .command('serve')
    .description('serve the dashboard and the API, and do queued jobs, until stopped')
    .option('--port <number>', 'port; 0 takes any (default: from the configuration, 8000)', port)
    .option('--host <address>', 'where to listen (default: from the configuration, 127.0.0.1)')
    .option('--concurrency <number>', 'jobs at once (default: from the configuration, 4)', count)
    .option('--no-worker', 'do no jobs; another process is the worker')
    .option('--behind-proxy', 'a proxy in front of it speaks TLS')
    .option('--origin <url>', 'one more address that browsers use; may be repeated', origins)
    .option('--tls-cert <file>', 'certificate (PEM)')
    .option('--tls-key <file>', 'its key (PEM)')
    .addHelpText(
      'after',
      example(
        'serve',
        'serve --port 0 --json',
        'serve --behind-proxy --origin https://agents.example.org',
      ),
    )
    .action(async (options) => {
      await act(async (door) => await (await import('./commands/serve.ts')).serve(door, options));
    });
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('Give a port from 0 to 65535.');
}

function origins(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^https?:\/\/[\w.-]+(?::\d{1,5})?$/.test(text)) {
    throw new InvalidArgumentError('Give an origin such as https://agents.example.org.');
  }
  return collect(text, before);
}
