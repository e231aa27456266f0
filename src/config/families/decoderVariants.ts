import { cohereFamily } from './cohere';
import type { DecoderFamily } from './decoder';
import type { DecoderVariant } from './decoderVariant';
import { deepseekFamily } from './deepseek';
import { gemmaFamily } from './gemma';
import { gptOssFamily } from './gptOss';
import { llamaFamily } from './llama';
import { llama4Family } from './llama4';
import { mixtureOfExpertsFamily } from './mixtureOfExpertsFamily';
import { phi3Family } from './phi3';
import { remoteDecoderFamily } from './remoteDecoders';

/** Families of the Llama line. */
export const decoderFamilies: readonly DecoderFamily[] = [
  llamaFamily,
  mixtureOfExpertsFamily,
  deepseekFamily,
  gemmaFamily,
  phi3Family,
  cohereFamily,
  gptOssFamily,
  llama4Family,
  remoteDecoderFamily,
];

/** The variant of a model type of the Llama line: what a config that holds such a model as a part reads it with. */
export function findDecoderVariant(modelType: string): DecoderVariant | undefined {
  return decoderFamilies.find(({ variants }) => variants.has(modelType))?.variants.get(modelType);
}
