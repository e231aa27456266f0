import * as l10n from '@vscode/l10n';
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
    problems.push(
      l10n.t('Pipeline degree {0} is more than the {1} layers.', String(pipeline), formatInteger(layers)),
    );
  }
  for (const { heads, kvHeads } of attentionsOf(model)) {
    if (heads % tensor !== 0) {
      problems.push(
        l10n.t('Tensor degree {0} does not divide the {1} heads.', String(tensor), formatInteger(heads)),
      );
    } else if (kvHeads % tensor !== 0 && tensor % kvHeads !== 0) {
      problems.push(
        l10n.t(
          'Tensor degree {0} and {1} key/value heads do not divide each other.',
          String(tensor),
          formatInteger(kvHeads),
        ),
      );
    }
    if (contextKind === 'ulysses' && heads % (tensor * context) !== 0) {
      problems.push(
        l10n.t(
          'Ulysses gives each of {0} devices whole heads: {1} do not divide.',
          String(context),
          formatInteger(heads / tensor),
        ),
      );
    }
  }
  const experts = model.stacks
    .flatMap(({ layerKinds }) => layerKinds)
    .flatMap(({ feedForward }) => feedForward?.experts?.count ?? []);
  if (expert > 1 && experts.length === 0) problems.push(l10n.t('There are no experts to spread.'));
  for (const count of experts) {
    if (count % expert !== 0) {
      problems.push(
        l10n.t('Expert degree {0} does not divide the {1} experts.', String(expert), formatInteger(count)),
      );
    }
  }
  if ((data * context) % expert !== 0) {
    problems.push(
      l10n.t(
        'Expert degree {0} does not divide the {1} data-parallel devices.',
        String(expert),
        String(data * context),
      ),
    );
  }
  return [...new Set(problems)];
}

function attentionsOf(model: ModelSpec): AttentionSpec[] {
  return model.stacks.flatMap(({ layerKinds }) => layerKinds.flatMap(({ attention }) => attention ?? []));
}
