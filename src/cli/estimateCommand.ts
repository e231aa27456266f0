import { totalmem } from 'node:os';
import { estimate } from '../cost/estimateModel';
import type { DeviceSpec } from '../devices/deviceSpec';
import { memoryShareOf } from '../model/memoryShare';
import { estimateSections } from '../report/estimateSections';
import { passTimesSection } from '../report/passTimesSection';
import { perDeviceSection } from '../report/perDeviceSection';
import { recipeSection } from '../report/recipeSection';
import type { ReportSection } from '../report/reportTable';
import { storedWeightsSection } from '../report/storedWeightsSection';
import { weightFormatsSection } from '../report/weightFormatsSection';
import { overviewTable, peakRemark } from '../comparison/estimateTables';
import { exitCode, type ExitCode } from './exitCode';
import { InputError } from './inputError';
import { loadedJson } from './loadedJson';
import { loadModel, type LoadedModel } from './loadModel';
import { namedDevice } from './namedDevice';
import type { EstimateCommand } from './parseCommand';
import { styleFor, terminalText } from './terminalText';
import { writeText } from './writeText';

/**
 * Prints what the closed formulas say of a config, or a line each of several. No device is touched: the memory is
 * this computer's, or that of the device named by `--on`. Of several files, those that cannot be read are told
 * on standard error and the others are printed.
 * @throws InputError where no file can be read; UsageError for a device that is not known.
 */
export async function estimateCommand(command: EstimateCommand): Promise<ExitCode> {
  const device = command.on === undefined ? undefined : await namedDevice(command.on, command.devicesFile);
  const [file, ...more] = command.files;
  if (more.length > 0) return estimateMany(command);
  const loaded = await loadModel(file, command.conditions);
  if (command.json) {
    await writeText(process.stdout, `${JSON.stringify(loadedJson(loaded), null, 2)}\n`);
    return exitCode.done;
  }
  const style = styleFor(process.stdout, process.env['NO_COLOR']);
  const text = terminalText(sectionsOf(loaded, device), style);
  await writeText(process.stdout, `${style.bold(loaded.source.name)}\n\n${text}`);
  return exitCode.done;
}

function sectionsOf(loaded: LoadedModel, device: DeviceSpec | undefined): ReportSection[] {
  const { model, scenario, recipe, modelSource, stored } = loaded;
  const result = estimate(model, scenario);
  const share = memoryShareOf(recipe);
  const limit = {
    ...(device
      ? { bytes: device.memoryBytes, of: device.name }
      : { bytes: totalmem(), of: 'this computer (main memory)' }),
    ...(share && { share }),
  };
  return [
    ...(recipe ? [recipeSection(recipe, modelSource?.note)] : []),
    ...estimateSections(model, result, limit),
    weightFormatsSection(model, scenario.dtype),
    ...perDeviceSection(result),
    ...(device ? [passTimesSection(model, scenario, device)] : []),
    ...(stored ? [storedWeightsSection(model, stored)] : []),
  ];
}

async function estimateMany(command: EstimateCommand): Promise<ExitCode> {
  const loaded: LoadedModel[] = [];
  const problems: string[] = [];
  for (const file of command.files) {
    try {
      loaded.push(await loadModel(file, command.conditions));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error.message);
    }
  }
  if (loaded.length === 0) throw new InputError(problems.join('\n'));
  if (command.json) {
    await writeText(process.stdout, `${JSON.stringify(loaded.map(loadedJson), null, 2)}\n`);
  } else {
    const style = styleFor(process.stdout, process.env['NO_COLOR']);
    const section = {
      title: 'Estimates (by formula)',
      lead: [],
      table: overviewTable(loaded),
      remarks: [peakRemark()],
    };
    await writeText(process.stdout, terminalText([section], style));
  }
  for (const problem of problems) process.stderr.write(`headroom: ${problem}\n`);
  return problems.length === 0 ? exitCode.done : exitCode.badInput;
}
