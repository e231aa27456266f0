import type { ModelSpec } from '../model/modelSpec';
import type { WeightSpec } from '../model/weightSpec';

/** A weight of the model with where it stands. */
export interface PlacedWeight {
  readonly weight: WeightSpec;
  readonly stack: string;
  /** Layers that have it; 1 outside the layers. */
  readonly layers: number;
  readonly inLayers: boolean;
}

/** Every weight of the model, shared ones included. */
export function modelWeights(model: Pick<ModelSpec, 'stacks'>): PlacedWeight[] {
  return model.stacks.flatMap(({ name: stack, weights, layerKinds }) => [
    ...weights.map((weight) => ({ weight, stack, layers: 1, inLayers: false })),
    ...layerKinds.flatMap((kind) =>
      kind.weights.map((weight) => ({ weight, stack, layers: kind.layers, inLayers: true })),
    ),
  ]);
}
