import { folderRepository, withoutPage } from '../fetch/repository';

/** The name of a model, taken apart. */
export interface ModelName {
  /** As the config writes it, without the address of a hub in front. */
  readonly written: string;
  /** `mistralai` of `mistralai/Mistral-7B-v0.1`; undefined where there is none, and for longer paths. */
  readonly organisation: string | undefined;
  /** `Mistral-7B-v0.1`; harmless as the name of a folder. Undefined where the name has no such part. */
  readonly last: string | undefined;
  /** `1b` of Ollama's `llama3.2:1b`. */
  readonly tag: string | undefined;
}

/** Addresses of the Hugging Face hub in front of a repository. */
const HUB_ADDRESS = /^(?:(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/|hf:\/\/)/i;

/** A folder of the Hugging Face cache somewhere in a path: `models--mistralai--Mistral-7B-v0.1`. */
const CACHE_FOLDER = /(?:^|[\\/])(models--[^\\/]+)/;

/** Whether it can be the name of one folder or file, and no way to another: no separator, drive or `..`. */
export function isPlainName(part: string): boolean {
  return part.length <= 200 && /^\w[\w.+ -]*$/.test(part) && !part.includes('..') && !/[. ]$/.test(part);
}

/** Takes a name apart: `org/name`, `name`, `name:tag`, a path (its last part counts), an address of the hub. */
export function parseModelName(reference: string): ModelName {
  const trimmed = reference.trim();
  const address = HUB_ADDRESS.exec(trimmed)?.[0];
  const written = address === undefined ? trimmed : withoutPage(trimmed.slice(address.length));
  const cached = folderRepository(CACHE_FOLDER.exec(written)?.[1] ?? '');
  if (cached !== undefined) return parsed(written, cached.split('/'));
  const parts = written.split(/[\\/]+/).filter((part) => part !== '' && part !== '.');
  const isRepository = parts.length === 2 && written === parts.join('/') && !written.startsWith('~');
  return parsed(written, isRepository ? parts : parts.slice(-1));
}

function parsed(written: string, parts: readonly string[]): ModelName {
  const [last = '', tag] = (parts.at(-1) ?? '').split(':');
  const organisation = parts.length > 1 ? parts[0] : undefined;
  const weightless = last.replace(/\.(?:gguf|safetensors|nemo)$/i, '');
  return {
    written,
    organisation: organisation !== undefined && isPlainName(organisation) ? organisation : undefined,
    last: isPlainName(weightless) ? weightless : undefined,
    tag: tag !== undefined && tag !== 'latest' && isPlainName(tag) ? tag : undefined,
  };
}

/**
 * One spelling for names that differ only in case and separators, so that `Llama-3.1-8B`, `llama3_1_8b` and
 * `llama3.1:8b` are the same. Dots become separators rather than vanish: Qwen2.5-7B is not Qwen2-57B.
 */
export function canonicalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_.:-]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/^meta-(?=llama)/, '')
    .replace(/([a-z])-(?=\d)/g, '$1');
}

const QUANTISED = new RegExp(
  '[-_.:](?:' +
    [
      'awq|gptq|gguf|exl2|mlx|marlin|quantized|unsloth|dynamic',
      'bnb[-_][48]bit|[48]bit|int[48]|fp8|nf4|mxfp4|nvfp4|w\\d+a\\d+|bf16|fp16|f16',
      'i?q\\d(?:[-_]\\w{1,3}){0,2}',
    ].join('|') +
    ')$',
  'i',
);

/** What is left of a name, and the ending that was taken off; that is empty where there was none. */
export interface StrippedName {
  readonly name: string;
  readonly stripped: string;
}

/** Takes the marks of quantisation off the end of a name: `-AWQ`, `-GPTQ`, `-FP8`, `-bnb-4bit`, `-GGUF`, …. */
export function withoutQuantisation(name: string): StrippedName {
  let rest = name;
  for (let at = rest.search(QUANTISED); at > 0; at = rest.search(QUANTISED)) rest = rest.slice(0, at);
  return { name: rest, stripped: name.slice(rest.length) };
}

export type NameMatch =
  | { readonly kind: 'match'; readonly name: string; readonly sameOrganisation: boolean }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  | { readonly kind: 'none' };

/** The one of `names` that is meant: the whole name first, then the last part alone where only one has it. */
export function matchName(wanted: ModelName, names: readonly string[]): NameMatch {
  const { organisation, written } = wanted;
  const whole = names.find((name) => sameText(name, written));
  if (whole !== undefined) return { kind: 'match', name: whole, sameOrganisation: true };
  if (wanted.last === undefined) return { kind: 'none' };
  const last = canonicalName(taggedName(wanted.last, wanted.tag));
  const alike = names.filter((name) => canonicalName(lastPart(name)) === last);
  const own = alike.find((name) => organisation !== undefined && sameText(firstPart(name), organisation));
  if (own !== undefined) return { kind: 'match', name: own, sameOrganisation: true };
  const [first, ...others] = alike;
  if (first === undefined) return { kind: 'none' };
  if (others.length > 0) return { kind: 'ambiguous', names: alike };
  return { kind: 'match', name: first, sameOrganisation: organisation === undefined };
}

/** `name:tag`, or the name alone. */
export function taggedName(name: string, tag: string | undefined): string {
  return tag === undefined ? name : `${name}:${tag}`;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `name` of `org/name`; a name without an organisation as it is. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function firstPart(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
}
