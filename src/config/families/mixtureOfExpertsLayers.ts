import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';

/**
 * Which layers have experts. `all`: each. `sparseStep`: every `decoder_sparse_step`-th but those of
 * `mlp_only_layers` (Qwen). `firstDense`: those from `first_k_dense_replace` on whose index `moe_layer_freq`
 * divides (DeepSeek). `interleaved`: `moe_layers`, or every `interleave_moe_layer_step`-th (Llama 4). `range`:
 * from a first to a last layer at an interval (ERNIE).
 */
export type ExpertPlacement =
  | { readonly kind: 'all' }
  | { readonly kind: 'sparseStep' }
  | { readonly kind: 'firstDense'; readonly first: number }
  | { readonly kind: 'interleaved' }
  | { readonly kind: 'range'; readonly first: number };

/** Whether each layer has experts. Throws ConfigError for keys that say no such thing. */
export function readExpertLayers(reader: FieldReader, placement: ExpertPlacement, layers: number): boolean[] {
  const where = expertTest(reader, placement, layers);
  return Array.from({ length: layers }, (_, index) => where(index));
}

function expertTest(
  reader: FieldReader,
  placement: ExpertPlacement,
  layers: number,
): (index: number) => boolean {
  switch (placement.kind) {
    case 'all':
      return () => true;
    case 'sparseStep': {
      const dense = new Set(reader.integers('mlpOnlyLayers', 'mlp_only_layers', limits.layers));
      const step = readStep(reader, 'sparseStep', 'decoder_sparse_step');
      return (index) => !dense.has(index) && (index + 1) % step === 0;
    }
    case 'firstDense': {
      const first = readIndex(reader, 'firstDense', 'first_k_dense_replace', placement.first);
      const step = readStep(reader, 'expertStep', 'moe_layer_freq');
      return (index) => index >= first && index % step === 0;
    }
    case 'interleaved': {
      const listed = reader.integers('expertLayers', 'moe_layers', limits.layers);
      if (listed !== undefined) {
        const withExperts = new Set(listed);
        return (index) => withExperts.has(index);
      }
      const step = readStep(reader, 'expertStep', 'interleave_moe_layer_step');
      return (index) => (index + 1) % step === 0;
    }
    case 'range': {
      const first = readIndex(reader, 'firstDense', 'moe_layer_start_index', placement.first);
      // The class writes -1 for the last layer.
      const last =
        reader.raw('moe_layer_end_index')?.value === -1
          ? layers - 1
          : readIndex(reader, 'lastExpertLayer', 'moe_layer_end_index', layers - 1);
      const step = readStep(reader, 'expertStep', 'moe_layer_interval');
      return (index) => index >= first && index <= last && (index + 1) % step === 0;
    }
  }
}

function readStep(reader: FieldReader, property: string, key: string): number {
  return reader.integer(
    {
      property,
      keys: [key],
      meaning: l10n.t('number of layers from one with experts to the next'),
      limit: limits.layers,
      example: 1,
    },
    { value: 1, rule: l10n.t('{0} is not set: every layer, the default of this model type.', key) },
  );
}

function readIndex(reader: FieldReader, property: string, key: string, byDefault: number): number {
  return reader.count(
    { property, keys: [key], meaning: l10n.t('index of a layer'), limit: limits.layers, example: byDefault },
    {
      value: byDefault,
      rule: l10n.t('{0} is not set: {1}, the default of this model type.', key, String(byDefault)),
    },
  );
}
