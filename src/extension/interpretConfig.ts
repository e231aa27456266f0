import type * as vscode from 'vscode';
import { isConfigError } from '../config/configError';
import { isCommandFile } from '../config/fields/commandFile';
import type { ConfigReading } from '../config/readConfig';
import type { ReadContext } from '../config/readContext';
import type { ModelSpec } from '../model/modelSpec';
import { storedWeightsSentences } from '../report/storedWeightsSection';
import type { ConfigDocument } from './configDocument';
import { loadConfigReader, type ConfigReader } from './loadConfigReader';
import { readContextOf } from './readContext';
import { readSettings } from './settings';

/** A document and what it says. */
export interface InterpretedConfig {
  readonly document: ConfigDocument;
  readonly model: ModelSpec;
  readonly reading: ConfigReading;
  /** What the weight files beside the config say. */
  readonly notes: readonly string[];
}

/** What `document` says; `downloads` is the folder of downloaded configs. Throws ConfigError. */
export async function interpretConfig(
  document: ConfigDocument,
  downloads: vscode.Uri,
): Promise<InterpretedConfig> {
  const { models } = readSettings(document.uri);
  const reader = await loadConfigReader();
  const context = readContextOf(document.uri, models, downloads);
  const reading = await readAny(reader, document, context);
  const model = reader.reportedModel(reading);
  // Weights beside a recipe are not those of the model that it names.
  const stored = reading.stored ?? (reading.recipe ? undefined : await reader.readStoredWeights(context));
  return { document, reading, model, notes: stored ? storedWeightsSentences(model, stored) : [] };
}

/** A config; or Python and commands, of which the editor's features read the fields alone. */
async function readAny(
  { readConfig, inspectConfig }: ConfigReader,
  { text, name }: ConfigDocument,
  context: ReadContext,
): Promise<ConfigReading> {
  try {
    return await readConfig(text, name, context);
  } catch (error) {
    if (!isConfigError(error)) throw error;
    if (!name.toLowerCase().endsWith('.py') && !isCommandFile(name, text)) throw error;
    const inspection = await inspectConfig(text, name, context);
    if (inspection?.reading) return inspection.reading;
    throw inspection?.error ?? error;
  }
}
