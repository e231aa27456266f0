import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { reportedModel } from '../config/reportedModel';
import { memoryShareOf } from '../model/memoryShare';
import { profile } from '../report/profile';
import type { HtmlAssets } from '../report/html';
import type { Report } from '../report/report';
import { reportSections } from '../report/reportSections';
import { storedWeightsSentences } from '../report/storedWeightsSection';
import { exitCode, type ExitCode } from './exitCode';
import { profileJson } from './jsonReport';
import { loadModel } from './loadModel';
import { packageRoot } from './packageRoot';
import type { ProfileCommand } from './parseCommand';
import { ProgressLine } from './progressLine';
import { styleFor, terminalText } from './terminalText';
import { InputError } from './inputError';
import { checkWritable, loadPageAssets, writePage } from './writePage';
import { writeText } from './writeText';

const EXAMPLE = join('examples', 'llama-3.2-1b', 'config.json');

/**
 * Measures the attention of a config on this machine and prints the report; writes the page where the
 * command asks for one. Aborting `signal` ends the run at once and writes nothing.
 * @throws InputError for what the user gave.
 */
export async function profileCommand(command: ProfileCommand, signal: AbortSignal): Promise<ExitCode> {
  const root = packageRoot();
  const file = command.file ?? join(root, EXAMPLE);
  const loaded = await loadModel(file, command.conditions);
  const { source, scenario } = loaded;
  const model = reportedModel(loaded);
  const memoryShare = memoryShareOf(loaded.recipe);
  const dist = join(root, 'dist');
  const page = command.reportPath === undefined ? undefined : await preparePage(command.reportPath, dist);
  const workerPath = join(dist, 'worker.js');
  await access(workerPath).catch(() => {
    throw new InputError(`The engine "${workerPath}" is missing. Build it first: npm run build.`);
  });

  const progress = new ProgressLine(process.stderr);
  const report = await profile({
    model,
    source,
    scenario,
    ...(memoryShare && { memoryShare }),
    ...(loaded.configPlace && { configPlace: loaded.configPlace }),
    ...(loaded.stored && { notes: storedWeightsSentences(loaded.model, loaded.stored) }),
    device: command.device,
    budgetSeconds: command.budgetSeconds,
    ...(command.replacements && { replacements: command.replacements }),
    workerPath,
    signal,
    onUpdate: (update) => {
      progress.update(update.run);
    },
    log: (line) => {
      if (process.env['HEADROOM_LOG'] === '1') process.stderr.write(`${line}\n`);
    },
  });
  progress.clear();
  // A terminal sends Ctrl-C to the engine's process too, which may then look like a crash.
  if (signal.aborted || report.run.state === 'cancelled') {
    process.stderr.write('Cancelled; nothing was written.\n');
    return exitCode.cancelled;
  }
  await printReport(report, command);
  if (page !== undefined) {
    const written = await writePage(report, page.path, page.assets);
    process.stderr.write(`The report with charts is in ${written}\n`);
  }
  return outcome(report);
}

/** Finds out before a run of minutes that its page can be made and written. */
async function preparePage(path: string, dist: string): Promise<{ path: string; assets: HtmlAssets }> {
  await checkWritable(path);
  return { path, assets: await loadPageAssets(dist) };
}

async function printReport(report: Report, command: ProfileCommand): Promise<void> {
  if (command.json) {
    await writeText(process.stdout, `${JSON.stringify(profileJson(report), null, 2)}\n`);
    return;
  }
  const style = styleFor(process.stdout, process.env['NO_COLOR']);
  const text = terminalText(reportSections(report), style);
  await writeText(process.stdout, `${style.bold(report.source.name)}\n\n${text}\n`);
}

function outcome({ run }: Report): ExitCode {
  if (run.state !== 'failed') return exitCode.done;
  const error = run.error;
  process.stderr.write(
    error === undefined ? 'headroom: the run failed.\n' : `headroom: ${error.message}\n  ${error.mend}\n`,
  );
  return exitCode.deviceFailed;
}
