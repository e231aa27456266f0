import * as l10n from '@vscode/l10n';
import type { Parallelism } from '../../../model/recipe';
import type { RecipeReader } from '../recipeReader';

type Stage = Parallelism['zeroStage'];

const PROPERTY = 'parallelism.zeroStage';

/** The stage that the first of `paths` gives as a number. */
export function readZeroStage(reader: RecipeReader, paths: readonly string[]): Stage | undefined {
  const stage = reader.number(paths, 0, 3);
  if (stage === undefined) return undefined;
  const whole = wholeStage(stage.value);
  if (whole !== undefined) return reader.take(PROPERTY, { ...stage, value: whole });
  reader.note(l10n.t('"{0}" is {1}, no stage of ZeRO: left aside.', stage.path, String(stage.value)));
  return undefined;
}

/**
 * The stage where a training config gives its DeepSpeed config under `path`: the config itself, or the name of a
 * file such as `ds_z3_config.json`, whose stage is taken from the name since the file is not opened.
 */
export function readDeepspeedReference(reader: RecipeReader, path: string): Stage | undefined {
  if ((reader.field(path)?.children().size ?? 0) > 0) {
    return readZeroStage(reader, [`${path}.zero_optimization.stage`]);
  }
  const file = reader.text([path]);
  if (file === undefined) return undefined;
  const digit = /(?:^|[^a-z])(?:ds_?)?(?:z|zero|stage)[-_]?(?:stage[-_]?)?([0-3])(?!\d)/i.exec(
    file.value,
  )?.[1];
  if (digit === undefined) {
    reader.note(
      l10n.t('"{0}" names a DeepSpeed config that is not opened: its ZeRO stage is not known.', path),
    );
    return undefined;
  }
  const stage = wholeStage(Number(digit)) ?? 0;
  reader.note(l10n.t('ZeRO stage {0} by the name of the file that "{1}" gives.', digit, path));
  return reader.take(PROPERTY, { ...file, value: stage });
}

/** FSDP's sharding strategies by name and by number, as ZeRO stages (Zhao et al. 2023). */
const strategies: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['FULL_SHARD', 3],
  ['1', 3],
  ['SHARD_GRAD_OP', 2],
  ['2', 2],
  ['NO_SHARD', 0],
  ['3', 0],
  ['HYBRID_SHARD', 3],
  ['4', 3],
  ['HYBRID_SHARD_ZERO2', 2],
  ['_HYBRID_SHARD_ZERO2', 2],
  ['5', 2],
]);

/**
 * The stage that FSDP amounts to, from the mapping under `path`: its strategy in version 1, in version 2 whether
 * weights are sharded again after the forward pass, which is the default.
 */
export function readFsdpConfig(reader: RecipeReader, path: string): Stage | undefined {
  if ((reader.field(path)?.children().size ?? 0) === 0) return undefined;
  const strategyPaths = [`${path}.fsdp_sharding_strategy`, `${path}.sharding_strategy`];
  const strategy = reader.named(
    strategyPaths,
    (name) => strategies.get(name.toUpperCase()),
    l10n.t('strategy'),
  );
  if (strategy !== undefined) {
    if (/HYBRID|[45]/i.test(String(strategy.written))) {
      reader.note(
        l10n.t(
          '"{0}" shards within a node only: counted as if over all data-parallel devices.',
          strategy.path,
        ),
      );
    }
    return reader.take(PROPERTY, strategy);
  }
  const again = reader.any([`${path}.fsdp_reshard_after_forward`, `${path}.reshard_after_forward`]);
  if (again === undefined)
    return reader.rule(PROPERTY, 3, l10n.t('FSDP shards everything unless told otherwise.'));
  const name = String(again.value).toUpperCase();
  const stage = strategies.get(name) ?? (name === 'FALSE' ? 2 : 3);
  return reader.take(PROPERTY, { ...again, value: stage });
}

/** Transformers' `fsdp`: `full_shard auto_wrap`, or a list of such words. */
export function readFsdpWords(reader: RecipeReader, path: string): Stage | undefined {
  const value = reader.any([path])?.value;
  if (typeof value !== 'string' && !Array.isArray(value)) return undefined;
  const words = reader.texts([path]);
  const stage = words?.value
    .map((word) => strategies.get(word.toUpperCase()))
    .find((each) => each !== undefined);
  return words === undefined || stage === undefined
    ? undefined
    : reader.take(PROPERTY, { ...words, value: stage });
}

function wholeStage(value: number): Stage | undefined {
  return ([0, 1, 2, 3] as const).find((stage) => stage === value);
}
