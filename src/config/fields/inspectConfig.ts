import type { ReadContext } from '../readContext';
import type { Inspection } from './inspection';
import { inspectText } from './inspectText';
import { mayBeConfig } from './mayBeConfig';

export { fieldAtOffset } from './fieldAtOffset';
export { mayBeConfig } from './mayBeConfig';

/**
 * What a text that is open in an editor says of a model's attention: the fields that decide its cost, and its reading,
 * or why there is none. Undefined for a text that is the config of no model and of no training or server. Nothing is
 * run or fetched. Never throws.
 */
export async function inspectConfig(
  text: string,
  name: string,
  context: ReadContext,
): Promise<Inspection | undefined> {
  if (!mayBeConfig(name, text)) return undefined;
  try {
    return await inspectText(text, name, context);
  } catch {
    // A fault of ours, or of the files around: in an editor it is better to be silent than to fail at every key.
    return undefined;
  }
}
