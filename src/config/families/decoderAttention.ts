import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { Factor } from '../../model/factor';
import type { AttentionSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import { readHeadDim, readKvHeads, readSize, type SizeReading } from './decoderSizes';
import { readSwitch, type DecoderVariant, type QueryKeyNormRule } from './decoderVariant';
import type { LayerMask } from './decoderWindows';
import { latentAttentionWeights, readLatentAttention } from './latentAttention';
import { attentionWeights } from './weights/attention';
import { vector } from './weights/vectors';

/** The attention of a decoder, before its layers are told apart. */
export interface DecoderAttention {
  readonly attention: AttentionSpec;
  readonly projectionBias: boolean;
  readonly outputBias: boolean;
  readonly queryKeyNorm?: QueryKeyNormRule;
}

/** Heads, their widths, biases and norms. */
export function readDecoderAttention(sizes: SizeReading, hiddenSize: number): DecoderAttention {
  const { reader, variant } = sizes;
  const heads = readSize(sizes, 'heads');
  const attention = variant.latent
    ? readLatentAttention(reader, heads, {
        ...variant.latent,
        ...(variant.latent.dividedValue === true &&
          hiddenSize % heads === 0 && { valueDim: hiddenSize / heads }),
      })
    : {
        heads,
        kvHeads: readKvHeads(sizes, heads),
        headDim: readHeadDim(sizes, hiddenSize, heads),
        causal: true,
      };
  const projectionBias = readSwitch(
    reader,
    variant.projectionBias,
    'attentionBias',
    l10n.t('biases of queries, keys and values'),
  );
  const outputBias =
    variant.outputBias === false
      ? false
      : readSwitch(
          reader,
          variant.outputBias,
          'attentionOutputBias',
          l10n.t('biases of the output projection'),
        );
  const rule = variant.queryKeyNorm;
  const normed =
    rule !== undefined && readSwitch(reader, rule.when, 'queryKeyNorm', l10n.t('norms of queries and keys'));
  return { attention, projectionBias, outputBias, ...(normed && { queryKeyNorm: rule }) };
}

/** The attention of the layers that `mask` describes. */
export function maskedAttention(
  { attention, queryKeyNorm }: DecoderAttention,
  mask: LayerMask,
): AttentionSpec {
  const { window, pattern } = mask;
  const normed = queryKeyNorm !== undefined && !isUnnormed(queryKeyNorm, mask);
  return {
    ...attention,
    ...(window !== undefined && { window }),
    ...(pattern && { pattern }),
    ...(normed && { queryKeyNorm: true }),
  };
}

/** Weights of the attention of those layers. */
export function decoderAttentionWeights(
  reading: DecoderAttention,
  { names, sinks }: DecoderVariant,
  width: Factor,
  mask: LayerMask,
): WeightSpec[] {
  const { attention, projectionBias, outputBias, queryKeyNorm } = reading;
  const prefix = names?.attention?.prefix ?? 'self_attn.';
  if (attention.latent) {
    return latentAttentionWeights(width, attention, attention.latent, projectionBias, prefix);
  }
  const normed = queryKeyNorm !== undefined && !isUnnormed(queryKeyNorm, mask);
  const weights = attentionWeights({
    hidden: width,
    attention,
    queryBias: projectionBias,
    keyValueBias: projectionBias,
    outputBias,
    ...(normed && { queryKeyNorm: { kind: queryKeyNorm.kind, over: queryKeyNorm.over } }),
    ...(names?.attention?.names && { names: names.attention.names }),
    ...(names?.attention?.fused !== undefined && { fused: names.attention.fused }),
    prefix,
  });
  return sinks === true
    ? [...weights, vector(`${prefix}sinks`, 'attention', factor('a', attention.heads))]
    : weights;
}

function isUnnormed(rule: QueryKeyNormRule, mask: LayerMask): boolean {
  return rule.rotaryLayersOnly === true && mask.withoutRotary === true;
}
