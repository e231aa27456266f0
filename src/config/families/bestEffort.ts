import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { readDecoder } from './decoder';
import { readBestEffortEncoder } from './bestEffortEncoder';
import { describesVision, readBestEffortVision } from './bestEffortVision';
import { findOtherShape, findOtherType, type OtherShape } from './otherShapes';
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
 * encoder or a plain vision transformer where it says that it is one. Undefined for a file that has neither width
 * nor layers nor heads. A ConfigError names what is missing of them, or what tells that the network is no plain
 * stack of layers. Each assumption is a sentence.
 */
export function readBestEffort(reader: FieldReader): Interpretation | undefined {
  const written = [bestEffortKeys.hiddenSize, bestEffortKeys.layers, bestEffortKeys.heads].filter((keys) =>
    keys.some((key) => reader.raw(key) !== undefined),
  );
  refuseOtherShape(reader, written.length === 0 ? findOtherType(reader) : findOtherShape(reader));
  if (written.length === 0) return undefined;
  refuseOtherLayers(reader);
  const type = reader.raw('model_type')?.value;
  const modelType = typeof type === 'string' ? type.slice(0, 60) : 'unknown';
  if (typeof type === 'string') reader.recordKey('modelType', 'model_type');
  const isVision = describesVision(reader);
  const isEncoder = !isVision && describesEncoder(reader);
  const what =
    typeof type === 'string'
      ? l10n.t('"{0}" is no model type known here', modelType)
      : l10n.t('No model_type is given');
  reader.assumptions.push(
    l10n.t(
      '{0}: read by the usual names of its fields as a {1}.',
      what,
      isVision
        ? l10n.t('plain vision transformer')
        : isEncoder
          ? l10n.t('BERT-shaped encoder')
          : l10n.t('Llama-shaped decoder'),
    ),
  );
  const model = isVision
    ? readBestEffortVision(reader)
    : isEncoder
      ? readBestEffortEncoder(reader)
      : readUnknownDecoder(reader);
  return { family: 'best effort', modelType, reading: 'best effort', model };
}

function refuseOtherShape(reader: FieldReader, other: OtherShape | undefined): void {
  if (other) reader.fail(other.key, other.problem, other.mend);
}

/** Layers that each have their own shape: figures would mislead. */
function refuseOtherLayers(reader: FieldReader): void {
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
  if (/Encoder|ForMaskedLM|ForPreTraining|Bert/.test(architecture)) return true;
  // Segments are BERT's; a type is often named for it.
  const type = reader.raw('model_type')?.value;
  return isSegmented(reader) || (typeof type === 'string' && /bert|clip/i.test(type.slice(0, 60)));
}

function isSegmented(reader: FieldReader): boolean {
  const types = reader.raw('type_vocab_size')?.value;
  return typeof types === 'number' && types > 0;
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
