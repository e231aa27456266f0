import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readDecoder } from './decoder';
import type { Interpretation } from './decoderInterpretation';
import { llamaShape, type DecoderVariant } from './decoderVariant';
import { findDecoderVariant } from './decoderVariants';
import { usualFeedForwardWidth } from './bestEffortWidth';

/**
 * The `genai_config.json` that lies beside an ONNX model. It describes the attention, so that cache and attention
 * are exact, but not the MLP. Undefined for another file.
 */
export function readGenaiConfig(reader: FieldReader): Interpretation | undefined {
  const model = reader.nested('model', '');
  const decoder = model?.nested('decoder', '');
  if (model === undefined || decoder?.raw('hidden_size') === undefined) return undefined;
  const modelType =
    model.text({ property: 'modelType', keys: ['type'], meaning: l10n.t('type of the model') }) ?? 'unknown';
  const hiddenSize = decoder.integer({
    property: 'hiddenSize',
    keys: ['hidden_size'],
    meaning: l10n.t('width of the model'),
    limit: limits.size,
    example: 3072,
  });
  const variant: DecoderVariant = {
    ...denseVariant(model, modelType),
    given: { ...readOutside(model), intermediateSize: usualFeedForwardWidth(decoder, hiddenSize) },
  };
  return {
    family: 'genai',
    modelType,
    reading: 'best effort',
    model: readDecoder(decoder, variant),
  };
}

function readOutside(model: FieldReader): { vocabSize: number; maxSequenceLength: number } {
  return {
    vocabSize: model.integer({
      property: 'vocabSize',
      keys: ['vocab_size'],
      meaning: l10n.t('size of the vocabulary'),
      limit: limits.size,
      example: 32064,
    }),
    maxSequenceLength: model.integer({
      property: 'maxSequenceLength',
      keys: ['context_length'],
      meaning: l10n.t('longest sequence in tokens'),
      limit: limits.tokens,
      example: 4096,
    }),
  };
}

/** The shape of the model type as far as this file can tell: it says nothing of experts, windows and latents. */
function denseVariant(model: FieldReader, modelType: string): DecoderVariant {
  const known = findDecoderVariant(modelType);
  const usable = known !== undefined && known.experts === undefined && known.latent === undefined;
  model.assumptions.push(
    usable
      ? l10n.t(
          'genai_config.json names the type {0}: biases, norms and names are those of that model type.',
          modelType,
        )
      : l10n.t('genai_config.json does not describe the layers: a Llama-shaped decoder is assumed.'),
  );
  if (usable && known.windows.kind !== 'none') {
    model.assumptions.push(
      l10n.t('genai_config.json says nothing of windows: every layer is counted as seeing all.'),
    );
  }
  return {
    ...(usable ? known : llamaShape),
    keys: { headDim: ['head_size'] },
    windows: { kind: 'none' },
  };
}
