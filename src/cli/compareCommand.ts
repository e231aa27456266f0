import { comparisonTable, peakRemark } from '../comparison/estimateTables';
import { exitCode, type ExitCode } from './exitCode';
import { loadedJson } from './loadedJson';
import { loadModel } from './loadModel';
import type { CompareCommand } from './parseCommand';
import { styleFor, terminalText } from './terminalText';
import { writeText } from './writeText';

/**
 * Prints the figures of two configs side by side, each under its own conditions unless flags say otherwise.
 * @throws InputError for what the user gave.
 */
export async function compareCommand(command: CompareCommand): Promise<ExitCode> {
  const [first, second] = [
    await loadModel(command.files[0], command.conditions),
    await loadModel(command.files[1], command.conditions),
  ];
  if (command.json) {
    const value = [first, second].map(loadedJson);
    await writeText(process.stdout, `${JSON.stringify(value, null, 2)}\n`);
    return exitCode.done;
  }
  const style = styleFor(process.stdout, process.env['NO_COLOR']);
  const section = {
    title: 'Comparison (by formula)',
    lead: [],
    table: comparisonTable(first, second),
    remarks: [peakRemark()],
  };
  await writeText(process.stdout, terminalText([section], style));
  return exitCode.done;
}
