import { compareCommand } from './compareCommand';
import { estimateCommand } from './estimateCommand';
import { exitCode, type ExitCode } from './exitCode';
import { explainCommand } from './explainCommand';
import { helpText } from './helpText';
import { HEADROOM_VERSION } from '../report/version';
import { parseCommand } from './parseCommand';
import { InputError, UsageError } from './inputError';
import { writeText } from './writeText';

async function run(argv: readonly string[]): Promise<ExitCode> {
  const command = parseCommand(argv);
  switch (command.kind) {
    case 'help':
      await writeText(process.stdout, helpText);
      return exitCode.done;
    case 'version':
      await writeText(process.stdout, `${HEADROOM_VERSION}\n`);
      return exitCode.done;
    case 'estimate':
      return estimateCommand(command);
    case 'compare':
      return compareCommand(command);
    case 'explain':
      return explainCommand(command);
    case 'fetch': {
      const { fetchCommand } = await import('./fetchCommand');
      return fetchCommand(command, abortOnInterrupt());
    }
    case 'profile': {
      // Only here is the measuring side needed; the estimate starts without it.
      const { profileCommand } = await import('./profileCommand');
      return profileCommand(command, abortOnInterrupt());
    }
  }
}

/** The first Ctrl-C ends the run; a second one ends this process at once. */
function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCode.cancelled);
      controller.abort();
    });
  }
  return controller.signal;
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `headroom: ${error.message}\nRun headroom --help for the flags.\n`;
  if (error instanceof InputError) return `headroom: ${error.message}\n`;
  // Not the user's doing: the stack is what a bug report needs.
  return `headroom: unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

// A closed pipe is no error: writeText has dealt with it.
process.stdout.on('error', () => undefined);

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(explain(error));
    process.exitCode = error instanceof InputError ? exitCode.badInput : 1;
  },
);
