import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { readDecoder } from './decoder';
import { readBestEffortEncoder } from './bestEffortEncoder';
import { bestEffortKeys } from './bestEffortKeys';
import { readShape } from './bestEffortShape';
import { usualFeedForwardWidth } from './bestEffortWidth';
import type { Interpretation } from './decoderInterpretation';
import { readSize, type DecoderField } from './decoderSizes';
import type { DecoderVariant } from './decoderVariant';

const USUAL_LENGTH = 4096;
const USUAL_VOCABULARY = 32_000;

/**
 * An unknown architecture, read by the usual names of its fields as a Llama-shaped decoder, or as a BERT-shaped
 * encoder where it says that it is one. Undefined for a file that has neither width nor layers nor heads; a file
 * that has one of them and lacks another is a ConfigError that names it. Each assumption is a sentence.
 */
export function readBestEffort(reader: FieldReader): Interpretation | undefined {
  const written = [bestEffortKeys.hiddenSize, bestEffortKeys.layers, bestEffortKeys.heads].filter((keys) =>
    keys.some((key) => reader.raw(key) !== undefined),
  );
  if (written.length === 0) return undefined;
  const type = reader.raw('model_type')?.value;
  refuseOtherLayers(reader, typeof type === 'string' ? type : '');
  const modelType = typeof type === 'string' ? type.slice(0, 60) : 'unknown';
  if (typeof type === 'string') reader.recordKey('modelType', 'model_type');
  const isEncoder = describesEncoder(reader);
  const what =
    typeof type === 'string'
      ? l10n.t('"{0}" is no model type known here', modelType)
      : l10n.t('No model_type is given');
  reader.assumptions.push(
    l10n.t(
      '{0}: read by the usual names of its fields as a {1}.',
      what,
      isEncoder ? l10n.t('BERT-shaped encoder') : l10n.t('Llama-shaped decoder'),
    ),
  );
  const model = isEncoder ? readBestEffortEncoder(reader) : readUnknownDecoder(reader);
  return { family: 'best effort', modelType, reading: 'best effort', model };
}

/** Networks without attention, and those whose layers each have their own shape: a decoder's figures would mislead. */
function refuseOtherLayers(reader: FieldReader, type: string): void {
  if (/^(rwkv|xlstm|retnet|hgrn|hyena)/i.test(type)) {
    reader.fail(
      'model_type',
      l10n.t(
        '"model_type" is "{0}", a recurrent network without attention, which is not supported.',
        type.slice(0, 40),
      ),
      l10n.t('Open the config of a model that has attention layers.'),
    );
  }
  if (/^(wav2vec2|hubert|wavlm|unispeech|data2vec-audio|sew)/i.test(type)) {
    reader.fail(
      'model_type',
      l10n.t('"model_type" is "{0}", an encoder of sound, which is not supported.', type.slice(0, 40)),
      l10n.t('Open the config of a model of text or images, or of Whisper.'),
    );
  }
  if (Array.isArray(reader.raw('block_configs')?.value)) {
    reader.fail(
      'block_configs',
      l10n.t('"block_configs" gives each layer its own heads and MLP, which is not supported.'),
      l10n.t('Open the config of a model whose layers are alike.'),
    );
  }
  refuseMappedHeads(reader);
}

/** Key/value heads inside another mapping would be missed, and the cache be wrong by a factor. */
function refuseMappedHeads(reader: FieldReader): void {
  const heads = reader.nested('attn_config', '')?.raw('kv_n_heads');
  if (heads === undefined || bestEffortKeys.kvHeads.some((key) => reader.raw(key) !== undefined)) return;
  reader.fail(
    'attn_config',
    l10n.t('"attn_config" has the key/value heads of a model type that is not known here.'),
    l10n.t('Add "num_key_value_heads" with their number.'),
  );
}

function describesEncoder(reader: FieldReader): boolean {
  if (reader.raw('is_decoder')?.value === true || reader.raw('is_causal')?.value === true) return false;
  const architecture = reader.texts('architectures')?.[0] ?? '';
  return /Encoder|ForMaskedLM|ForPreTraining|Bert/.test(architecture);
}

function readUnknownDecoder(reader: FieldReader): ReturnType<typeof readDecoder> {
  const shape = readShape(reader);
  return readDecoder(reader, { ...shape, given: readSilentSizes(reader, shape) });
}

/** The sizes that the file leaves out, each assumed with a sentence. */
function readSilentSizes(reader: FieldReader, shape: DecoderVariant): Partial<Record<DecoderField, number>> {
  const isSilent = (field: DecoderField): boolean =>
    bestEffortKeys[field].every((key) => reader.raw(key) === undefined);
  const hiddenSize = readSize({ reader, variant: shape, nested: false }, 'hiddenSize');
  return {
    ...(isSilent('maxSequenceLength') && {
      maxSequenceLength: reader.assume('maxSequenceLength', {
        value: USUAL_LENGTH,
        rule: l10n.t('No longest sequence is given: {0} tokens.', String(USUAL_LENGTH)),
        assumed: true,
      }),
    }),
    ...(isSilent('vocabSize') && {
      vocabSize: reader.assume('vocabSize', {
        value: USUAL_VOCABULARY,
        rule: l10n.t(
          'No size of the vocabulary is given: {0}; embeddings and logits are a guess.',
          String(USUAL_VOCABULARY),
        ),
        assumed: true,
      }),
    }),
    ...(isSilent('intermediateSize') && {
      intermediateSize:
        shape.feedForward === 'gated'
          ? usualFeedForwardWidth(reader, hiddenSize)
          : reader.assume('intermediateSize', {
              value: 4 * hiddenSize,
              rule: l10n.t(
                'The width of the MLP is not given: four times the width of the model (Vaswani et al. 2017).',
              ),
              assumed: true,
            }),
    }),
  };
}
