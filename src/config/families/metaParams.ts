import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readDecoder } from './decoder';
import { unbiased, type DecoderVariant } from './decoderVariant';
import type { Interpretation } from './decoderInterpretation';

const LLAMA2_VOCABULARY = 32_000;

const shape: DecoderVariant = {
  ...unbiased,
  keys: {
    hiddenSize: ['dim'],
    layers: ['n_layers'],
    heads: ['n_heads'],
    kvHeads: ['n_kv_heads'],
    intermediateSize: ['hidden_dim'],
    maxSequenceLength: ['max_seq_len', 'max_position_embeddings'],
  },
  windows: { kind: 'all' },
  tiedBecause: () => l10n.t('as checkpoints of this format hold both matrices'),
  layerNorms: ['attention_norm', 'ffn_norm'],
  names: {
    attention: { prefix: 'attention.', names: ['wq', 'wk', 'wv', 'wo'] },
    feedForward: { prefix: 'feed_forward.', names: ['w3', 'w2', 'w1'] },
    embedding: 'tok_embeddings.weight',
    head: 'output',
  },
};

/** Mistral's own format writes the experts as a mapping of their number and of how many are active. */
const experts: NonNullable<DecoderVariant['experts']> = {
  under: 'moe',
  count: { keys: ['num_experts'] },
  active: { keys: ['num_experts_per_tok'] },
  placement: { kind: 'all' },
  prefix: 'feed_forward.',
  names: ['w3', 'w2', 'w1'],
};

/** The `params.json` of Meta's Llama checkpoints, and of Mistral's. Undefined for another file. */
export function readMetaParams(reader: FieldReader): Interpretation | undefined {
  const told = ['dim', 'n_layers', 'n_heads'].every((key) => reader.raw(key) !== undefined);
  if (!told || reader.raw('model_type') !== undefined) return undefined;
  const variant: DecoderVariant = {
    ...shape,
    ...(reader.raw('moe') !== undefined && { experts }),
    given: {
      ...givenVocabulary(reader),
      ...(reader.raw('hidden_dim') === undefined && { intermediateSize: deriveIntermediateSize(reader) }),
      ...givenLength(reader),
    },
  };
  const model = readDecoder(reader, variant);
  const rule = l10n.t('params.json names no dtype: bfloat16, in which such checkpoints are published.');
  const dtype = reader.assume('dtype', { value: 'bfloat16' as const, rule, assumed: true });
  return { family: 'llama', modelType: 'llama', reading: 'known', model, dtype };
}

/**
 * The rule of Meta's llama code: two thirds of 4·dim, times `ffn_dim_multiplier`, up to a multiple of
 * `multiple_of`; fractions are cut off at each step.
 */
function deriveIntermediateSize(reader: FieldReader): number {
  const dim = reader.integer({
    property: 'hiddenSize',
    keys: ['dim'],
    meaning: l10n.t('width of the model'),
    limit: limits.size,
    example: 4096,
  });
  const multiplier = reader.number(
    {
      property: 'feedForwardMultiplier',
      keys: ['ffn_dim_multiplier'],
      meaning: l10n.t('factor of the MLP width'),
    },
    { value: 1, rule: l10n.t('ffn_dim_multiplier is absent: 1.') },
  );
  const multiple = reader.integer(
    {
      property: 'multipleOf',
      keys: ['multiple_of'],
      meaning: l10n.t('divisor of the MLP width'),
      limit: limits.size,
      example: 256,
    },
    { value: 256, rule: l10n.t("multiple_of is absent: 256, the default of Meta's code.") },
  );
  const width = Math.trunc(multiplier * Math.trunc((8 * dim) / 3));
  const rounded = Math.ceil(width / multiple) * multiple;
  if (rounded < 1 || rounded > limits.size) {
    return reader.fail(
      'ffn_dim_multiplier',
      l10n.t(
        '"ffn_dim_multiplier" is {0}, which makes the MLP {1} wide.',
        String(multiplier),
        String(rounded),
      ),
      l10n.t('Check the digits.'),
    );
  }
  return reader.assume('intermediateSize', {
    value: rounded,
    rule: l10n.t(
      "dim, ffn_dim_multiplier and multiple_of make {0} by the rule of Meta's code.",
      String(rounded),
    ),
  });
}

/** Llama 2 writes -1: its tokenizer knows. */
function givenVocabulary(reader: FieldReader): { vocabSize?: number } {
  if (reader.raw('vocab_size')?.value !== -1) return {};
  return {
    vocabSize: reader.assume('vocabSize', {
      value: LLAMA2_VOCABULARY,
      rule: l10n.t(
        'vocab_size is -1, so that the tokenizer decides: {0}, that of Llama 2.',
        String(LLAMA2_VOCABULARY),
      ),
      assumed: true,
    }),
  };
}

function givenLength(reader: FieldReader): { maxSequenceLength?: number } {
  if (['max_seq_len', 'max_position_embeddings'].some((key) => reader.raw(key) !== undefined)) return {};
  const [value, why] = usualLength(reader);
  return {
    maxSequenceLength: reader.assume('maxSequenceLength', {
      value,
      rule: l10n.t('params.json has no sequence length: {0} tokens, {1}.', String(value), why),
      assumed: true,
    }),
  };
}

function usualLength(reader: FieldReader): [tokens: number, why: string] {
  if (reader.raw('use_scaled_rope')?.value === true)
    return [131_072, l10n.t('as in Llama 3.1, which scales positions')];
  if (reader.raw('vocab_size')?.value === -1) return [4096, l10n.t('as in Llama 2')];
  return [8192, l10n.t('as in Llama 3, since use_scaled_rope is not true')];
}
