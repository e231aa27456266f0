import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import type { DecoderField, DecoderKeys } from './decoderSizes';
import type { WindowRule } from './decoderWindows';
import type { ExpertRule } from './mixtureOfExperts';
import type { NormKind } from './weights/vectors';

/** Never, always, or as a key of the config says. */
export type SwitchRule = boolean | { readonly key: string; readonly byDefault: boolean };

export interface QueryKeyNormRule {
  readonly kind: NormKind;
  /** One weight of a head's width that all heads share, or one of the width of all heads. */
  readonly over: 'head' | 'all';
  readonly when: SwitchRule;
  /** Layers without rotary positions go without it (Llama 4). */
  readonly rotaryLayersOnly?: boolean;
}

/** Names of weights that differ from Llama's. */
export interface DecoderNames {
  readonly attention?: {
    readonly prefix: string;
    readonly names?: readonly [query: string, key: string, value: string, output: string];
    /** Queries, keys and values are one matrix of this name. */
    readonly fused?: string;
  };
  readonly feedForward?: {
    readonly prefix: string;
    readonly names?: readonly [up: string, down: string, gate?: string];
    /** Gate and up are one matrix of this name. */
    readonly fused?: string;
  };
  readonly embedding?: string;
  readonly finalNorm?: string;
  readonly head?: string;
}

/**
 * In what the model types of the Llama line differ, as data. Defaults are those of the model type's configuration
 * class in transformers.
 */
export interface DecoderVariant {
  /** Keys where they are not the usual ones. */
  readonly keys?: Partial<DecoderKeys>;
  /** Sizes that were read or derived already. */
  readonly given?: Partial<Readonly<Record<DecoderField, number>>>;
  /** Sizes where the config of a nest is silent: its class fills them in. */
  readonly defaults?: Partial<Readonly<Record<DecoderField, number>>>;
  /** Sizes that published files of this model type leave out even at the top, so that the default is taken there too. */
  readonly omitted?: readonly DecoderField[];
  /** Key/value heads where the key is absent (where it is null: as many as heads). */
  readonly kvHeads: number | 'heads';
  /** The key of the mapping that has the key/value heads; the config itself where absent. */
  readonly kvHeadsUnder?: string;
  readonly headDim: number | 'divided';
  readonly projectionBias: SwitchRule;
  readonly outputBias: SwitchRule;
  readonly queryKeyNorm?: QueryKeyNormRule;
  /** One learned logit a head beside those of the keys. */
  readonly sinks?: boolean;
  /**
   * Multi-head latent attention in place of the usual projections. `dividedValue`: without a key a value is
   * hidden_size / heads wide.
   */
  readonly latent?: { readonly queryRank: number; readonly rank: number; readonly dividedValue?: boolean };
  readonly feedForward: 'gated' | 'plain';
  readonly feedForwardBias: SwitchRule;
  readonly experts?: ExpertRule;
  readonly norm: NormKind;
  /** Names of the norms of one layer; the first alone where attention and MLP stand side by side. */
  readonly layerNorms: readonly string[];
  readonly parallel: SwitchRule;
  readonly windows: WindowRule;
  /** Whether embedding and head are one matrix where the config is silent. */
  readonly tied: boolean;
  /** Why, where it is not the model type's default: the end of a sentence. */
  readonly tiedBecause?: () => string;
  readonly headBias: SwitchRule;
  /** The key of the dropout of hidden states, 0 by default; absent where there is none. */
  readonly hiddenDropoutKey?: string;
  readonly names?: DecoderNames;
  /** Sentences for the user on what this model type has beside what is counted. */
  readonly notes?: (reader: FieldReader) => readonly string[];
}

/** Touvron et al. 2023: rotary positions, RMSNorm before each block, a gated MLP, biases only by keys. */
export const llamaShape: DecoderVariant = {
  kvHeads: 'heads',
  headDim: 'divided',
  projectionBias: { key: 'attention_bias', byDefault: false },
  outputBias: { key: 'attention_bias', byDefault: false },
  feedForward: 'gated',
  feedForwardBias: { key: 'mlp_bias', byDefault: false },
  norm: 'rms',
  layerNorms: ['input_layernorm', 'post_attention_layernorm'],
  parallel: false,
  windows: { kind: 'none' },
  tied: false,
  headBias: false,
};

/** The same without any bias. */
export const unbiased: DecoderVariant = {
  ...llamaShape,
  projectionBias: false,
  outputBias: false,
  feedForwardBias: false,
};

/** Reads a switch; `property` is named after what it switches. */
export function readSwitch(
  reader: FieldReader,
  rule: SwitchRule,
  property: string,
  meaning: string,
): boolean {
  if (typeof rule === 'boolean') {
    const rules = rule
      ? l10n.t('This model type always has {0}.', meaning)
      : l10n.t('This model type has no {0}.', meaning);
    return reader.assume(property, { value: rule, rule: rules });
  }
  const { key, byDefault } = rule;
  return reader.boolean(
    { property, keys: [key], meaning },
    {
      value: byDefault,
      rule: l10n.t('{0} is absent: {1}.', key, String(byDefault)),
      ...(byDefault && { assumed: true }),
    },
  );
}
