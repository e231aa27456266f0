import {
  momentBytes,
  momentBytesPerParameter,
  trainingOptions,
  type StateShare,
  type WeightShare,
} from '../cost/trainingState';
import { activationBytes, FLOAT32_BYTES } from '../cost/widths';
import { figureFactor, line, type Line, type LineFactor } from './line';
import { shareFactors } from './shareFactors';
import { factoredLines, storageLines } from './storageLines';
import { storedWidth } from './storedWidth';
import type { Subject } from './subject';

/** Weights in training: trained ones in the training dtype, frozen ones in their base format and the adapters. */
export function trainedWeightLines(subject: Subject, share?: StateShare): Line[] {
  const { lora } = trainingOptions(subject.options);
  const width = activationWidth(subject);
  const held = share?.weights;
  if (lora === undefined) return trainedLines(subject, width, 'weights', held);
  const { baseFormat } = lora;
  return [
    ...storageLines(subject, {
      bytes: (weight) => (baseFormat === 'none' ? width : storedWidth(subject, weight, baseFormat)),
      what: 'frozen weights',
      ...(held && { share: held.weight }),
    }),
    ...trainedLines(subject, width, 'adapters', held),
  ];
}

export function gradientLines(subject: Subject, share?: StateShare): Line[] {
  const { float32Gradients } = trainingOptions(subject.options);
  const width = float32Gradients
    ? { symbol: 'e', value: FLOAT32_BYTES, formula: 'float32 gradients' }
    : activationWidth(subject);
  return trainedLines(subject, width, 'gradients', share?.gradients);
}

/** The float32 copy of 16-bit weights; none where the weights are float32 or no copy is kept. */
export function masterLines(subject: Subject, share?: StateShare): Line[] {
  const { masterWeights } = trainingOptions(subject.options);
  if (!masterWeights || activationBytes(subject.options.dtype) >= FLOAT32_BYTES) return [];
  const width = { symbol: 'e', value: FLOAT32_BYTES, formula: 'a float32 copy' };
  return trainedLines(subject, width, 'master copy', share?.optimizer);
}

/** The optimizer's own state. */
export function momentLines(subject: Subject, share?: StateShare): Line[] {
  const { optimizer, lora } = trainingOptions(subject.options);
  const held = share?.optimizer;
  const bytes = (value: number): LineFactor => ({ symbol: 'm', value, formula: optimizer });
  if (lora !== undefined) {
    return trainedLines(subject, bytes(momentBytesPerParameter[optimizer]), 'moments', held);
  }
  if (optimizer === 'adafactor') return factoredLines(subject, held?.weight);
  return storageLines(subject, {
    bytes: (weight) => bytes(momentBytes(optimizer, weight)),
    what: `moments of ${optimizer}`,
    ...(held && { share: held.weight }),
  });
}

/** What there is of each trained parameter: of all weights, or of the adapters. */
function trainedLines(subject: Subject, bytes: LineFactor, what: string, share?: WeightShare): Line[] {
  const { lora } = trainingOptions(subject.options);
  if (lora === undefined) {
    return storageLines(subject, { bytes: () => bytes, what, ...(share && { share: share.weight }) });
  }
  const trained = figureFactor(subject, 'memory.training.trainableParameters');
  return [
    line(`${what} of the adapters`.replace(/^adapters of the adapters$/, 'adapters'), [
      trained,
      bytes,
      ...shareFactors(share?.adapters ?? 1),
    ]),
  ];
}

function activationWidth({ options }: Subject): LineFactor {
  return { symbol: 'eₐ', value: activationBytes(options.dtype) };
}
