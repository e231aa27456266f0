import type { AttentionSpec, ModelSpec } from './modelSpec';

/** The layers whose self-attention has the same shape and pattern: what is measured once for all of them. */
export interface AttentionKind {
  /** Unique in the model: the layer kind's name, led by the stack's where there are several. */
  readonly name: string;
  readonly layers: number;
  readonly attention: AttentionSpec;
  /** Tokens where they do not follow the length asked about. */
  readonly fixedTokens?: number;
}

/** The kinds of self-attention in a model, layers with other MLPs or experts taken together. */
export function attentionKinds(model: Pick<ModelSpec, 'stacks'>): AttentionKind[] {
  const kinds = new Map<string, AttentionKind>();
  for (const { name: stack, tokens, layerKinds } of model.stacks) {
    for (const { name, layers, attention } of layerKinds) {
      if (attention === undefined) continue;
      const key = JSON.stringify([stack, attention]);
      const known = kinds.get(key);
      const kind = known ?? {
        name: model.stacks.length > 1 ? `${stack} ${name}` : name,
        layers: 0,
        attention,
        ...(typeof tokens === 'number' && { fixedTokens: tokens }),
      };
      kinds.set(key, { ...kind, layers: kind.layers + layers });
    }
  }
  return [...kinds.values()];
}
