import { factor, type Factor } from '../model/factor';
import type { ModelSpec } from '../model/modelSpec';
import { weightParts, type WeightPart, type WeightSpec } from '../model/weightSpec';
import type { ParameterCount } from './estimate';
import { term, type Place, type Term } from './term';

/** The parameters of one weight in all its layers and copies. */
export interface ParameterTerm extends Term {
  readonly part: WeightPart;
  readonly at: Place & { readonly weight: WeightSpec };
  /** How much of it one token uses: 1 but for experts. */
  readonly activeShare: number;
}

/** The parameters of a model, weight by weight. Shared weights (tied heads) add nothing. */
export function parameterTerms(model: Pick<ModelSpec, 'stacks'>): ParameterTerm[] {
  return model.stacks.flatMap((stack) => {
    const prefix = model.stacks.length > 1 ? `${stack.name}: ` : '';
    return [
      ...stack.weights.filter(counts).map((weight) => weightTerm(prefix, { stack, weight })),
      ...stack.layerKinds.flatMap((kind) => {
        const label = stack.layerKinds.length > 1 ? `${prefix}${kind.name}: ` : prefix;
        return kind.weights.filter(counts).map((weight) => weightTerm(label, { stack, kind, weight }));
      }),
    ];
  });
}

function counts({ sharedWith }: WeightSpec): boolean {
  return sharedWith === undefined;
}

function weightTerm(prefix: string, at: Place & { readonly weight: WeightSpec }): ParameterTerm {
  const { name, part, shape, copies, activeCopies } = at.weight;
  return {
    ...term(`${prefix}${name}`, [...layerFactor(at), ...(copies === undefined ? [] : [copies]), ...shape]),
    at,
    part,
    activeShare: activeCopies === undefined ? 1 : activeCopies.value / (copies?.value ?? 1),
  };
}

/** The layers that a weight is in, as a factor; none outside the layers. */
export function layerFactor({ kind }: Pick<Place, 'kind'>): Factor[] {
  return kind === undefined ? [] : [factor('L', kind.layers)];
}

/** Exact number of trainable parameters; buffers such as rotary tables are none. */
export function countParameters(model: Pick<ModelSpec, 'stacks'>): ParameterCount {
  const parts = Object.fromEntries(weightParts.map((part) => [part, 0])) as Record<WeightPart, number>;
  let active = 0;
  for (const { part, value, activeShare } of parameterTerms(model)) {
    parts[part] += value;
    active += value * activeShare;
  }
  const embedding = parts.tokenEmbedding + parts.positionEmbedding + parts.patchEmbedding;
  const attention = parts.attention + parts.crossAttention;
  const feedForward = parts.feedForward + parts.experts + parts.router;
  const other = parts.norm + parts.outputHead + parts.pooler + parts.projector;
  const { recurrence, norm: norms, outputHead, pooler } = parts;
  const total = embedding + attention + feedForward + recurrence + other;
  return {
    total,
    active,
    embedding,
    attention,
    feedForward,
    recurrence,
    other,
    outputHead,
    norms,
    pooler,
    parts,
  };
}
