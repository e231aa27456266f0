import * as l10n from '@vscode/l10n';
import type { Recipe } from '../../../model/recipe';
import { dtypeNamed } from '../../dtypeNames';
import { attentionNamed } from '../names/attentionNames';
import type { Found, RecipeReader } from '../recipeReader';

/** What `bf16`, `fp16` and their like say: a flag, or a word such as `full`. */
interface FlagNames {
  readonly bf16: string;
  readonly fp16: string;
}

/** The dtype of the computation by the flags of Transformers' Trainer; undefined where neither is set. */
export function readFlagDType(reader: RecipeReader, { bf16, fp16 }: FlagNames): Recipe['dtype'] {
  const brain = readFlag(reader, bf16);
  const half = readFlag(reader, fp16);
  if (brain?.value === true) return reader.takeAs('dtype', brain, () => 'bfloat16' as const);
  if (half?.value === true) return reader.takeAs('dtype', half, () => 'float16' as const);
  if (brain?.value === false && half?.value === false) {
    return reader.takeAs('dtype', brain, () => 'float32' as const);
  }
  return undefined;
}

/** A flag that may also be `full`, as in axolotl's `bf16: full`. */
function readFlag(reader: RecipeReader, path: string): Found<boolean> | undefined {
  const found = reader.any([path]);
  return found?.value === 'full' ? { ...found, value: true } : reader.boolean([path]);
}

/** The dtype that the weights are loaded in, by `torch_dtype` or, newer, `dtype`. */
export function readLoadDType(
  reader: RecipeReader,
  paths: readonly string[],
): Found<NonNullable<Recipe['dtype']>> | undefined {
  return reader.named(paths, dtypeNamed, 'dtype');
}

/**
 * The dtype of the computation and what is kept beside it. Trainer's `bf16` is autocast: weights, gradients
 * and moments stay in the dtype that the model was loaded in.
 */
export function readTrainerPrecision(
  reader: RecipeReader,
  loadPaths: readonly string[],
): Pick<Recipe, 'dtype'> & { masterWeights: boolean | undefined; float32Gradients: boolean | undefined } {
  const flagged = readFlagDType(reader, { bf16: 'bf16', fp16: 'fp16' });
  const load = readLoadDType(reader, loadPaths);
  const dtype = flagged ?? reader.take('dtype', load);
  const kept = load === undefined || dtype === 'float32' ? undefined : load.value === 'float32';
  return {
    ...(dtype === undefined ? {} : { dtype }),
    masterWeights: reader.take(
      'masterWeights',
      load && kept !== undefined ? { ...load, value: kept } : undefined,
    ),
    float32Gradients: reader.take(
      'float32Gradients',
      load && kept !== undefined ? { ...load, value: kept } : undefined,
    ),
  };
}

/** `gradient_checkpointing`: every layer is recomputed. A word such as `unsloth` or `offload` means it too. */
export function readGradientCheckpointing(
  reader: RecipeReader,
  paths: readonly string[],
): Recipe['recomputation'] {
  const found = reader.any(paths);
  if (typeof found?.value === 'string' && ['unsloth', 'offload', 'offload_disk'].includes(found.value)) {
    reader.note(
      l10n.t(
        '"{0}" is "{1}": counted as full recomputation; what is offloaded stays counted.',
        found.path,
        found.value,
      ),
    );
    return reader.takeAs('recomputation', found, () => 'full' as const);
  }
  return reader.takeAs('recomputation', reader.boolean(paths), (on) =>
    on ? ('full' as const) : ('none' as const),
  );
}

/** The attention kernel by a name under `namePaths`, or by flags that turn a fused one on. */
export function readAttentionKernel(
  reader: RecipeReader,
  namePaths: readonly string[],
  flagPaths: readonly string[],
): Recipe['attention'] {
  const named = reader.named(namePaths, attentionNamed, l10n.t('attention implementation'));
  if (named !== undefined) return reader.take('attention', named);
  const on = flagPaths.map((path) => reader.boolean([path])).find((flag) => flag?.value === true);
  return reader.takeAs('attention', on, () => 'fused' as const);
}
