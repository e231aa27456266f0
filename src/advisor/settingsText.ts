import * as l10n from '@vscode/l10n';
import type { Workload } from '../cost/longestSequence';
import { joinPhrases } from '../model/phrases';
import { formatInteger } from '../model/units';
import type { SettingChange } from './settings';

/** `KV cache in float8, weights stored as int8`: changes of the settings, inside a sentence. */
export function settingsName(changes: readonly SettingChange[], workload: Workload): string {
  return joinPhrases(changes.map((change) => changeName(change, workload)));
}

/** What the changes ask of whoever makes them, inside a sentence. */
export function settingsAsk(changes: readonly SettingChange[], workload: Workload): string {
  return joinPhrases(changes.map((change) => changeAsks(change, workload)));
}

function changeName(change: SettingChange, workload: Workload): string {
  switch (change.setting) {
    case 'dtype':
      return workload === 'training'
        ? l10n.t('mixed precision in {0}', change.value)
        : l10n.t('everything in {0}', change.value);
    case 'cacheDType':
      return l10n.t('KV cache in {0}', change.value);
    case 'weightFormat':
      return l10n.t('weights stored as {0}', change.value);
    case 'attention':
      return l10n.t('fused attention');
    case 'recomputation':
      return l10n.t('full recomputation of activations');
    case 'optimizer':
      return l10n.t('optimizer {0}', change.value);
    case 'adapters':
      return l10n.t('LoRA of rank {0} on all linear layers', String(change.value));
    case 'adapterBase':
      return l10n.t('frozen weights stored as {0}', change.value);
    case 'batch':
      return workload === 'training'
        ? l10n.t('micro-batch of {0}', formatInteger(change.value))
        : l10n.t('batch of {0}', formatInteger(change.value));
  }
}

function changeAsks(change: SettingChange, workload: Workload): string {
  switch (change.setting) {
    case 'dtype':
      return workload === 'training'
        ? l10n.t('forward and backward passes in 16 bits')
        : l10n.t('casting the weights');
    case 'cacheDType':
      return l10n.t('a runtime that quantizes the cached keys and values');
    case 'weightFormat':
      return l10n.t('post-training quantization of the weights without calibration data');
    case 'attention':
      return l10n.t('a fused kernel for the same attention');
    case 'recomputation':
      return l10n.t('about a third more computation a step, with the same gradients');
    case 'optimizer':
      return l10n.t('optimizer states that are quantized to 8 bits');
    case 'adapters':
      return l10n.t('training adapters while the weights stay frozen');
    case 'adapterBase':
      return l10n.t('frozen weights that are quantized to 4 bits (QLoRA)');
    case 'batch':
      return workload === 'training'
        ? l10n.t('accumulating gradients over more micro-batches for the same step')
        : l10n.t('more calls for the same number of sequences');
  }
}
