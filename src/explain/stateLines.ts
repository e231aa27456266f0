import * as l10n from '@vscode/l10n';
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

/** What of a training state a line is about. */
interface TrainedName {
  readonly ofWeights: string;
  readonly ofAdapters: string;
}

/** Weights in training: trained ones in the training dtype, frozen ones in their base format and the adapters. */
export function trainedWeightLines(subject: Subject, share?: StateShare): Line[] {
  const { lora } = trainingOptions(subject.options);
  const width = activationWidth(subject);
  const held = share?.weights;
  if (lora === undefined) {
    return storageLines(subject, {
      bytes: () => width,
      what: l10n.t('weights'),
      ...(held && { share: held.weight }),
    });
  }
  const { baseFormat } = lora;
  return [
    ...storageLines(subject, {
      bytes: (weight) => (baseFormat === 'none' ? width : storedWidth(subject, weight, baseFormat)),
      what: l10n.t('frozen weights'),
      ...(held && { share: held.weight }),
    }),
    adapterLine(subject, width, l10n.t('adapters'), held),
  ];
}

export function gradientLines(subject: Subject, share?: StateShare): Line[] {
  const { float32Gradients } = trainingOptions(subject.options);
  const width = float32Gradients
    ? { symbol: 'e', value: FLOAT32_BYTES, formula: l10n.t('float32 gradients') }
    : activationWidth(subject);
  const what = { ofWeights: l10n.t('gradients'), ofAdapters: l10n.t('gradients of the adapters') };
  return trainedLines(subject, width, what, share?.gradients);
}

/** The float32 copy of 16-bit weights; none where the weights are float32 or no copy is kept. */
export function masterLines(subject: Subject, share?: StateShare): Line[] {
  const { masterWeights } = trainingOptions(subject.options);
  if (!masterWeights || activationBytes(subject.options.dtype) >= FLOAT32_BYTES) return [];
  const width = { symbol: 'e', value: FLOAT32_BYTES, formula: l10n.t('a float32 copy') };
  const what = { ofWeights: l10n.t('master copy'), ofAdapters: l10n.t('master copy of the adapters') };
  return trainedLines(subject, width, what, share?.optimizer);
}

/** The optimizer's own state. */
export function momentLines(subject: Subject, share?: StateShare): Line[] {
  const { optimizer, lora } = trainingOptions(subject.options);
  const held = share?.optimizer;
  const bytes = (value: number): LineFactor => ({ symbol: 'm', value, formula: optimizer });
  if (lora !== undefined) {
    const width = bytes(momentBytesPerParameter[optimizer]);
    return [adapterLine(subject, width, l10n.t('moments of the adapters'), held)];
  }
  if (optimizer === 'adafactor') return factoredLines(subject, held?.weight);
  return storageLines(subject, {
    bytes: (weight) => bytes(momentBytes(optimizer, weight)),
    what: l10n.t('moments of {0}', optimizer),
    ...(held && { share: held.weight }),
  });
}

/** What there is of each trained parameter: of all weights, or of the adapters. */
function trainedLines(subject: Subject, bytes: LineFactor, what: TrainedName, share?: WeightShare): Line[] {
  const { lora } = trainingOptions(subject.options);
  if (lora !== undefined) return [adapterLine(subject, bytes, what.ofAdapters, share)];
  return storageLines(subject, {
    bytes: () => bytes,
    what: what.ofWeights,
    ...(share && { share: share.weight }),
  });
}

function adapterLine(subject: Subject, bytes: LineFactor, what: string, share?: WeightShare): Line {
  const trained = figureFactor(subject, 'memory.training.trainableParameters');
  return line(what, [trained, bytes, ...shareFactors(share?.adapters ?? 1)]);
}

function activationWidth({ options }: Subject): LineFactor {
  return { symbol: 'eₐ', value: activationBytes(options.dtype) };
}
