import { layerCount, type AttentionSpec, type ModelSpec } from '../model/modelSpec';
import type { Parallelism } from '../model/recipe';
import { formatInteger } from '../model/units';

/** One device: nothing is split. */
export const oneDevice: Parallelism = {
  data: 1,
  zeroStage: 0,
  tensor: 1,
  sequence: false,
  pipeline: 1,
  context: 1,
  contextKind: 'ring',
  expert: 1,
};

/** The degrees asked for, the others 1. */
export function parallelismOf(asked: Partial<Parallelism> | undefined): Parallelism {
  return { ...oneDevice, ...asked };
}

/** Devices that take part: data · tensor · pipeline · context. Experts are spread over the data-parallel ones. */
export function deviceCount({ data, tensor, pipeline, context }: Parallelism): number {
  return data * tensor * pipeline * context;
}

/** Why the model cannot be split so, as sentences; none where it can. */
export function parallelismProblems(model: ModelSpec, parallelism: Parallelism): string[] {
  const { tensor, pipeline, context, contextKind, expert, data } = parallelism;
  const problems: string[] = [];
  const layers = layerCount(model);
  if (pipeline > layers) {
    problems.push(`Pipeline degree ${String(pipeline)} is more than the ${formatInteger(layers)} layers.`);
  }
  for (const { heads, kvHeads } of attentionsOf(model)) {
    if (heads % tensor !== 0) {
      problems.push(`Tensor degree ${String(tensor)} does not divide the ${formatInteger(heads)} heads.`);
    } else if (kvHeads % tensor !== 0 && tensor % kvHeads !== 0) {
      problems.push(
        `Tensor degree ${String(tensor)} and ${formatInteger(kvHeads)} key/value heads do not divide each other.`,
      );
    }
    if (contextKind === 'ulysses' && heads % (tensor * context) !== 0) {
      problems.push(
        `Ulysses gives each of ${String(context)} devices whole heads: ${formatInteger(heads / tensor)} do not divide.`,
      );
    }
  }
  const experts = model.stacks
    .flatMap(({ layerKinds }) => layerKinds)
    .flatMap(({ feedForward }) => feedForward?.experts?.count ?? []);
  if (expert > 1 && experts.length === 0) problems.push('There are no experts to spread.');
  for (const count of experts) {
    if (count % expert !== 0) {
      problems.push(`Expert degree ${String(expert)} does not divide the ${formatInteger(count)} experts.`);
    }
  }
  if ((data * context) % expert !== 0) {
    problems.push(
      `Expert degree ${String(expert)} does not divide the ${String(data * context)} data-parallel devices.`,
    );
  }
  return [...new Set(problems)];
}

function attentionsOf(model: ModelSpec): AttentionSpec[] {
  return model.stacks.flatMap(({ layerKinds }) => layerKinds.flatMap(({ attention }) => attention ?? []));
}
