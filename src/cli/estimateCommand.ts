import { totalmem } from 'node:os';
import { estimate } from '../cost/estimateModel';
import { estimateSections } from '../report/estimateSections';
import { exitCode, type ExitCode } from './exitCode';
import { estimateJson } from './jsonReport';
import { loadModel } from './loadModel';
import { HEADROOM_VERSION } from '../report/version';
import type { EstimateCommand } from './parseCommand';
import { styleFor, terminalText } from './terminalText';
import { writeText } from './writeText';

/** Prints what the closed formulas say of a config. No device is touched: the memory is this computer's. */
export async function estimateCommand(command: EstimateCommand): Promise<ExitCode> {
  const { model, source, scenario } = await loadModel(command.file, command);
  const result = estimate(model, scenario);
  if (command.json) {
    const value = estimateJson(source.name, HEADROOM_VERSION, model, result);
    await writeText(process.stdout, `${JSON.stringify(value, null, 2)}\n`);
    return exitCode.done;
  }
  const style = styleFor(process.stdout, process.env['NO_COLOR']);
  const sections = estimateSections(model, result, { bytes: totalmem(), of: 'this computer (main memory)' });
  await writeText(process.stdout, `${style.bold(source.name)}\n\n${terminalText(sections, style)}`);
  return exitCode.done;
}
