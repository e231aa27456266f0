import * as l10n from '@vscode/l10n';
import type { LoraSpec, WeightFormat } from '../../../model/recipe';
import type { Found, RecipeReader } from '../recipeReader';

/** The names by which a framework sets its adapters. */
export interface AdapterNames {
  readonly rank: readonly string[];
  /** Rank where the file does not set one. */
  readonly defaultRank: number;
  readonly targets: readonly string[];
  /** Words for every linear layer. */
  readonly everyLinear: readonly string[];
  /** Targets where the file names none. */
  readonly defaultTargets: LoraSpec['targets'];
}

/** PEFT's names for "every linear layer", and LLaMA-Factory's. */
export const everyLinearWords: readonly string[] = ['all-linear', 'all'];

export function readLora(reader: RecipeReader, names: AdapterNames, baseFormat: WeightFormat): LoraSpec {
  const rank =
    reader.take('lora.rank', reader.integer(names.rank, 65_536)) ??
    reader.assume(
      'lora.rank',
      names.defaultRank,
      l10n.t(
        '{0} is not set: rank {1}, the default.',
        names.rank[0] ?? l10n.t('The rank'),
        String(names.defaultRank),
      ),
    );
  return { rank, targets: readTargets(reader, names), baseFormat };
}

function readTargets(reader: RecipeReader, names: AdapterNames): LoraSpec['targets'] {
  const found = reader.texts(names.targets);
  if (found === undefined || found.value.length === 0) return defaultTargets(reader, names);
  if (found.value.some((word) => names.everyLinear.includes(word))) {
    return reader.take('lora.targets', { ...found, value: 'all-linear' as const }) ?? 'all-linear';
  }
  const plain = found.value
    .map((name) => name.slice(name.lastIndexOf('.') + 1))
    .filter((name) => /^\w+$/.test(name));
  if (plain.length < found.value.length) return patternTargets(reader, found);
  return reader.take('lora.targets', { ...found, value: plain }) ?? plain;
}

/** PEFT also takes a regular expression. Its plain words are looked for: an expression of a file is never run. */
function patternTargets(reader: RecipeReader, found: Found<readonly string[]>): LoraSpec['targets'] {
  const words =
    found.value
      .join('|')
      .slice(0, 2000)
      .match(/[a-z]+_proj|fc[12]|c_attn|c_proj|c_fc|query_key_value|dense_\w+/g) ?? [];
  const targets = words.length > 0 ? [...new Set<string>(words)] : ('all-linear' as const);
  reader.note(
    l10n.t(
      '"{0}" is a pattern: the adapters are counted on {1}.',
      found.path,
      targets === 'all-linear' ? l10n.t('every linear layer') : targets.join(', '),
    ),
  );
  return reader.take('lora.targets', { ...found, value: targets }) ?? targets;
}

function defaultTargets(
  reader: RecipeReader,
  { defaultTargets: targets, targets: paths }: AdapterNames,
): LoraSpec['targets'] {
  const names = targets === 'all-linear' ? l10n.t('every linear layer') : targets.join(l10n.t(' and '));
  return reader.assume(
    'lora.targets',
    targets,
    l10n.t('{0} is not set: adapters on {1}, the default.', paths[0] ?? l10n.t('The target'), names),
  );
}

/** How bitsandbytes stores the frozen weights, by the flags of Transformers; `none` where neither is set. */
export function readBitsAndBytes(reader: RecipeReader, doubleQuantised: boolean): WeightFormat {
  const four = reader.boolean(['load_in_4bit']);
  if (four?.value === true) {
    return (
      reader.take('lora.baseFormat', { ...four, value: doubleQuantised ? 'nf4-double' : 'nf4' }) ?? 'nf4'
    );
  }
  const eight = reader.boolean(['load_in_8bit']);
  return eight?.value === true
    ? (reader.take('lora.baseFormat', { ...eight, value: 'int8' as const }) ?? 'int8')
    : 'none';
}
