import { inspectText } from '../../src/config/fields/inspectText';
import type { Inspection } from '../../src/config/fields/inspection';
import type { ReadContext } from '../../src/config/readContext';

/** A computer with no model on it: those of the built-in table are found all the same. */
export const bareContext: ReadContext = {
  folder: '/work',
  workspaceFolders: [],
  environment: {},
  platform: 'linux',
  files: {
    readText: () => Promise.resolve(undefined),
    list: () => Promise.resolve(undefined),
    modifiedAt: () => Promise.resolve(undefined),
    join: (folder, ...parts) => [folder, ...parts].join('/'),
    isAbsolute: (file) => file.startsWith('/'),
  },
};

/** As `inspectConfig`, but a fault of ours is thrown on. */
export function inspect(text: string, name: string): Promise<Inspection | undefined> {
  return inspectText(text, name, bareContext);
}

/** Each field as `path=value`, the text of its value behind it where that is no literal. */
export function shown(text: string, { fields }: Pick<Inspection, 'fields'>): string[] {
  return fields.map(({ path, value, state, isLiteral, valueRange: { offset, length } }) => {
    const figure = `${path}=${String(value ?? state)}`;
    return isLiteral ? figure : `${figure} (${text.slice(offset, offset + length)})`;
  });
}
