import * as l10n from '@vscode/l10n';
import type { DType } from '../model/dtype';
import { dtypeNamed } from './dtypeNames';
import type { FieldReader } from './fieldReader';
import { describe } from './fieldReader';
import { partThatSays } from './partThatSays';

const keys = ['dtype', 'torch_dtype'];

/**
 * The dtype of the weights; where the config does not say, with an assumption, float32, or bfloat16 where the
 * matrices are quantised: nobody computes with those in float32.
 */
export function readDType(config: FieldReader, quantised: boolean): DType {
  const reader = partThatSays(config, keys);
  const key = keys.find((candidate) => reader.raw(candidate) !== undefined);
  if (key === undefined && quantised) {
    const rule = l10n.t(
      'Neither dtype nor torch_dtype is set: bfloat16 is assumed beside the quantised weights.',
    );
    return reader.assume('dtype', { value: 'bfloat16', rule, assumed: true });
  }
  if (key === undefined) {
    const rule = l10n.t('Neither dtype nor torch_dtype is set: float32, as PyTorch would load it.');
    return reader.assume('dtype', { value: 'float32', rule, assumed: true });
  }
  const value = reader.raw(key)?.value;
  const dtype = typeof value === 'string' ? dtypeNamed(value) : undefined;
  if (dtype === undefined) {
    const assumed = quantised ? 'bfloat16' : 'float32';
    const why = value === 'auto' ? l10n.t('which leaves it to the weights') : l10n.t('which is not known');
    const rule = l10n.t('{0} is {1}, {2}: {3} is assumed.', key, describe(value), why, assumed);
    return reader.assume('dtype', { value: assumed, rule, assumed: true });
  }
  reader.recordKey('dtype', key);
  return dtype;
}
