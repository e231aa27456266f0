import type { AttentionSpec, ModelSpec, Stack } from '../model/modelSpec';

/** The model with `change` made to one of its stacks; what follows from that in the weights is not. */
export function changedStack(model: ModelSpec, stack: Stack, change: (stack: Stack) => Stack): ModelSpec {
  return { ...model, stacks: model.stacks.map((each) => (each === stack ? change(each) : each)) };
}

/** The model with `change` made to the self-attention of one of its stacks. */
export function changedAttention(
  model: ModelSpec,
  stack: Stack,
  change: (attention: AttentionSpec) => AttentionSpec,
): ModelSpec {
  return changedStack(model, stack, (each) => ({
    ...each,
    layerKinds: each.layerKinds.map((kind) =>
      kind.attention === undefined ? kind : { ...kind, attention: change(kind.attention) },
    ),
  }));
}
