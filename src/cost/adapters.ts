import type { LoraSpec } from '../model/recipe';
import type { ModelSpec } from '../model/modelSpec';
import { type WeightSpec, rowsAndColumns, shortName } from '../model/weightSpec';
import type { EstimateOptions } from './estimate';
import { modelWeights, type PlacedWeight } from './modelWeights';
import { sourceTokens, stackTokens } from './stackTokens';

type LengthOptions = Pick<EstimateOptions, 'sequenceLength' | 'sourceLength' | 'batch'>;

/** Elements of both low-rank matrices of all adapters: r·(in + out) a matrix (Hu et al. 2021). */
export function adapterParameters(model: Pick<ModelSpec, 'stacks'>, lora: LoraSpec): number {
  return adaptedWeights(model, lora).reduce((sum, placed) => {
    const { weight, layers } = placed;
    return sum + layers * (weight.copies?.value ?? 1) * lora.rank * rowsAndColumns(weight);
  }, 0);
}

/** Multiply-adds of all adapters for the batch: each token passes r·(in + out) elements a matrix, of its experts only. */
export function adapterProducts(model: ModelSpec, lora: LoraSpec, options: LengthOptions): number {
  return adaptedWeights(model, lora).reduce((sum, placed) => {
    const passed = adaptedTokens(model, placed.stack, placed.weight, options);
    return sum + placed.layers * options.batch * passed * lora.rank * rowsAndColumns(placed.weight);
  }, 0);
}

/** Tokens of one sequence that pass the adapter of `weight`, once for each of its copies that they pass. */
export function adaptedTokens(
  model: Pick<ModelSpec, 'stacks'>,
  stackName: string,
  { per = 'token', copies, activeCopies }: WeightSpec,
  options: LengthOptions,
): number {
  const stack = model.stacks.find(({ name }) => name === stackName);
  const tokens = {
    token: stack ? stackTokens(stack, options) : 0,
    sequence: 1,
    source: sourceTokens(model, options),
  };
  return tokens[per] * ((activeCopies ?? copies)?.value ?? 1);
}

/** Matrices of the layers that get an adapter: those whose name ends in a target, or every one. */
export function adaptedWeights(model: Pick<ModelSpec, 'stacks'>, lora: LoraSpec): PlacedWeight[] {
  return modelWeights(model).filter(
    ({ weight, inLayers }) =>
      inLayers &&
      weight.use === 'matmul' &&
      weight.part !== 'router' &&
      (lora.targets === 'all-linear' || lora.targets.some((target) => isNamed(weight, target))),
  );
}

/** The last parts of the names of the matrices that may get an adapter, each once. */
export function matrixNames(model: Pick<ModelSpec, 'stacks'>): string[] {
  const all = adaptedWeights(model, { rank: 1, targets: 'all-linear', baseFormat: 'none' });
  return [...new Set(all.map(({ weight }) => shortName(weight).split('.').at(-1) ?? ''))];
}

/** `self_attn.q_proj.weight` is named by `q_proj` and by `self_attn.q_proj`. */
function isNamed(weight: WeightSpec, target: string): boolean {
  const matrix = shortName(weight);
  return matrix === target || matrix.endsWith(`.${target}`);
}
