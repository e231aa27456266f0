import * as l10n from '@vscode/l10n';
import type { Recipe, WeightFormat } from '../../../model/recipe';
import { dtypeNamed } from '../../dtypeNames';
import { cacheDtypeNamed } from '../names/cacheDtypeNames';
import { weightFormatNamed } from '../names/weightFormatNames';
import type { RecipeReader } from '../recipeReader';

/** Dtype of the computation; `auto`, the checkpoint's own, is absent. */
export function readServerDType(reader: RecipeReader): Recipe['dtype'] {
  return reader.take('dtype', reader.named(['dtype'], dtypeNamed, 'dtype'));
}

export function readCacheDType(reader: RecipeReader, paths: readonly string[]): Recipe['cacheDType'] {
  return reader.take('cacheDType', reader.named(paths, cacheDtypeNamed, l10n.t('cache dtype')));
}

/** How the weights are stored, where the name of the quantisation says it. */
export function readWeightFormat(
  reader: RecipeReader,
  paths: readonly string[],
  other: (name: string) => WeightFormat | undefined = () => undefined,
): WeightFormat | undefined {
  const found = reader.text(paths);
  if (found === undefined) return undefined;
  const special = other(found.value.toLowerCase());
  const format = special ?? weightFormatNamed(found.value);
  if (format === undefined || format === null) {
    const name = found.value.slice(0, 40);
    reader.note(
      l10n.t(
        '"{0}" is {1}: which bits the weights have is up to the checkpoint; left aside.',
        found.path,
        name,
      ),
    );
    return undefined;
  }
  return reader.take('weightFormat', { ...found, value: format });
}

/** Share of the device's memory, above 0 to 1. */
export function readMemoryShare(reader: RecipeReader, paths: readonly string[]): number | undefined {
  return reader.take('memoryShare', reader.number(paths, 0.01, 1));
}
