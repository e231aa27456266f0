import * as vscode from 'vscode';
import type { ComparedSide } from '../../comparison/comparedModel';
import { comparisonViews } from '../../comparison/comparisonViews';
import type { ComparisonView } from '../../comparison/comparisonView';
import { distinctNames } from '../../comparison/distinctNames';
import { isConfigError } from '../../config/configError';
import { declaredScenario } from '../../config/scenario';
import { openConfigDocument } from '../configDocument';
import { InputProblem } from '../inputProblem';
import { loadConfigReader } from '../loadConfigReader';
import { readContextOf } from '../readContext';
import { readSettings } from '../settings';
import { isProfileFile, readProfileFile } from './profileFile';

/** Two files to be compared: configs, or saved profiles. */
export type FilePair = readonly [vscode.Uri, vscode.Uri];

export interface FileComparison {
  readonly names: readonly [string, string];
  readonly views: readonly ComparisonView[];
}

/**
 * Reads both files and compares them; `downloads` is the folder of downloaded configs. Throws InputProblem and
 * ConfigError for files that cannot be read or hold no model.
 */
export async function compareFiles(
  [first, second]: FilePair,
  downloads: vscode.Uri,
): Promise<FileComparison> {
  const names = distinctNames(first.path, second.path);
  const a = await readSide(first, names[0], downloads);
  const b = await readSide(second, names[1], downloads);
  try {
    return { names, views: comparisonViews(a, b) };
  } catch (error) {
    // The checks of a saved profile do not go into every figure of its model.
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputProblem(vscode.l10n.t('{0} and {1} cannot be compared: {2}', names[0], names[1], reason));
  }
}

/** What went wrong with a comparison, as words for the user, or undefined where it is no fault of the files. */
export function comparisonProblem(error: unknown): string | undefined {
  return error instanceof InputProblem || isConfigError(error) ? error.message : undefined;
}

async function readSide(uri: vscode.Uri, name: string, downloads: vscode.Uri): Promise<ComparedSide> {
  if (isProfileFile(uri)) {
    const report = await readProfileFile(uri);
    return { model: report.model, scenario: report.scenario, source: { name }, report };
  }
  const document = await openConfigDocument(uri);
  const { readConfig, reportedModel } = await loadConfigReader();
  const context = readContextOf(uri, readSettings(uri).models, downloads);
  const reading = await readConfig(document.text, document.name, context);
  const model = reportedModel(reading);
  return { model, scenario: declaredScenario(model, reading.recipe), source: { name } };
}
