import type { AttentionSpec, ModelSpec, Stack } from '../model/modelSpec';

/** The stack whose layers have `attention`, which is the model's own object; undefined where none has. */
export function attendingStack(model: ModelSpec, attention: AttentionSpec): Stack | undefined {
  return model.stacks.find(({ layerKinds }) => layerKinds.some((kind) => kind.attention === attention));
}

/** Whether the tokens of the layers with `attention` are patches of an image. */
export function attendsToPatches(model: ModelSpec, attention: AttentionSpec): boolean {
  const stack = attendingStack(model, attention);
  if (stack === undefined) return false;
  // A tower beside others is called so; a model of images alone names its patches at the top.
  return stack.name === 'vision' || model.fields['patchSize'] !== undefined;
}
