import type { ConfigDocument, ConfigFormat } from '../document';
import { readJson } from './json';
import { readModelfile } from './modelfile';
import { readPython } from './python';
import { readToml } from './toml';
import { readYaml } from './yaml';

const readers: Readonly<Record<ConfigFormat, (text: string, file: string) => ConfigDocument>> = {
  json: readJson,
  yaml: readYaml,
  toml: readToml,
  modelfile: readModelfile,
  python: readPython,
};

/**
 * Reads a config text by the format that its file's name tells; of an unknown name JSON where the text begins
 * with a brace, else YAML. Throws ConfigError for a text that is not of that format.
 */
export function readDocument(text: string, file: string): ConfigDocument {
  return readers[formatOf(text, file)](text, file);
}

function formatOf(text: string, file: string): ConfigFormat {
  const name = file.toLowerCase().split(/[/\\]/).at(-1) ?? '';
  if (/\.(?:json|jsonc|json5)$/.test(name)) return 'json';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (name.endsWith('.toml')) return 'toml';
  if (name.endsWith('.py')) return 'python';
  if (/^modelfile(?:\.|$)|\.modelfile$/.test(name)) return 'modelfile';
  return /^\uFEFF?\s*(?:\/\/|\/\*|\{)/.test(text) || text.trim() === '' ? 'json' : 'yaml';
}
