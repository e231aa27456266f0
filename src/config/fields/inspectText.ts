import type { ReadContext } from '../readContext';
import { readRecipeModel } from '../readConfig';
import { isCommandFile } from './commandFile';
import { readModelCommand } from './commandReading';
import type { Inspection } from './inspection';
import { inspectDocument } from './inspectDocument';
import { inspectPython } from './inspectPython';
import { failedInspection, readInspection } from './inspectionOf';

/**
 * Inspects a text by what its name says that it is: keys and values, Python, or commands. Undefined for a text that
 * is no config. Throws nothing of its own; what `context` throws goes on.
 */
export async function inspectText(
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  if (text.includes('\0')) return undefined;
  if (isCommandFile(name, text)) return inspectCommands(text, name, context);
  if (name.toLowerCase().endsWith('.py')) return inspectPython(text, name, context);
  return inspectDocument(text, name, context);
}

/** A command has to name its model: without one it is left alone. */
async function inspectCommands(
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  const command = readModelCommand(text, name);
  if (command === undefined || command.fields.length === 0) return undefined;
  const { document, recipe, fields } = command;
  try {
    const reading = await readRecipeModel(document, recipe, name, context);
    return readInspection(fields, reading);
  } catch (error) {
    return failedInspection(fields, recipe, error, name);
  }
}
