import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { norm, table } from './weights/vectors';

/** What an encoder's self-attention is, and what weights it has beside the four projections. */
export interface T5Encoder {
  readonly kind: string;
  readonly attention: AttentionSpec;
  readonly prefix: string;
  readonly layerWeights: readonly WeightSpec[];
  readonly stackWeights: readonly WeightSpec[];
}

/** LongT5 (Guo et al. 2022): a window in the encoder, and in `transient-global` sums of blocks beside it. */
export function readLongT5Encoder(
  reader: FieldReader,
  width: Factor,
  { attention, buckets }: { readonly attention: AttentionSpec; readonly buckets: number },
): T5Encoder {
  const radius = reader.integer(
    {
      property: 'encoder.window',
      keys: ['local_radius'],
      meaning: l10n.t('tokens seen on either side'),
      limit: limits.tokens,
      example: 127,
    },
    {
      value: 127,
      rule: l10n.t('local_radius is absent: 127, the default of this model type.'),
      assumed: true,
    },
  );
  const key = 'encoder_attention_type';
  const type = reader.text(
    { property: 'encoder.layerTypes', keys: [key], meaning: l10n.t('kind of attention in the encoder') },
    {
      value: 'local',
      rule: l10n.t('{0} is absent: local, the default of this model type.', key),
      assumed: true,
    },
  );
  const windowed = { ...attention, window: 2 * radius + 1 };
  if (type === 'local') {
    const prefix = 'LocalSelfAttention.';
    return { kind: 'sliding_attention', attention: windowed, prefix, layerWeights: [], stackWeights: [] };
  }
  if (type !== 'transient-global') {
    return reader.fail(
      key,
      l10n.t('"{0}" is "{1}", which this model type does not have.', key, (type ?? '').slice(0, 40)),
      l10n.t('Use "local" or "transient-global".'),
    );
  }
  reader.assumptions.push(
    l10n.t(
      'transient-global attention also sees one sum of each block of global_block_size tokens: these n² / global_block_size pairs are not in the FLOPs.',
    ),
  );
  const prefix = 'TransientGlobalSelfAttention.';
  return {
    kind: 'transient_global_attention',
    attention: windowed,
    prefix,
    layerWeights: norm(`${prefix}global_input_layer_norm`, 'rms', width),
    stackWeights: [
      table(
        `${prefix}global_relative_attention_bias.weight`,
        'positionEmbedding',
        factor('buckets', buckets),
        factor('a', attention.heads),
      ),
    ],
  };
}
