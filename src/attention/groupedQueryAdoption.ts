import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { groupedQuerySnippet } from './groupedQuerySnippet';
import type { Adoption } from './mechanism';

/** Architectures that read `num_key_value_heads`, also where a config leaves it out. */
const READS_KEY_VALUE_HEADS = new Set([
  'llama',
  'mistral',
  'mixtral',
  'qwen2',
  'qwen2_moe',
  'qwen3',
  'qwen3_moe',
  'gemma',
  'gemma2',
  'gemma3_text',
  'phi',
  'phi3',
  'starcoder2',
  'cohere',
  'olmo',
  'olmo2',
  'granite',
  'stablelm',
  'smollm3',
]);

/** How a model gets `kvHeads` key/value heads: its own key where it has one. */
export function adoptGroupedQuery(model: ModelSpec, attention: AttentionSpec, kvHeads: number): Adoption {
  if (attention.latent !== undefined) {
    return {
      kind: 'none',
      reason: l10n.t('These layers cache one latent for all heads: there are no key/value heads to share.'),
    };
  }
  if (attention.kvHeads <= kvHeads) {
    return {
      kind: 'none',
      reason: l10n.t('These layers have {0} key/value heads already.', String(attention.kvHeads)),
    };
  }
  const path = keyOf(model);
  if (path !== undefined) {
    return {
      kind: 'config',
      edits: [
        { path, value: kvHeads },
        // Falcon reads the number of heads in its new architecture only.
        ...(model.modelType === 'falcon' ? [{ path: ['new_decoder_architecture'], value: true }] : []),
      ],
      needsRetraining: true,
      reason: joinSentences([
        l10n.t('The architecture reads `{0}`.', path.join('.')),
        l10n.t(
          'A checkpoint is converted by averaging the key and value projections of each group, and then needs uptraining: Ainslie et al. use 5 % of the pre-training steps.',
        ),
      ]),
    };
  }
  return {
    kind: 'code',
    language: 'python',
    code: groupedQuerySnippet(model, attention, kvHeads),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no key for it: its key and value projections have to be averaged over the heads of a group, and the weights uptrained. The snippet is a starting point for PyTorch 2.5 or newer.',
      model.modelType,
    ),
  };
}

/** Where the config has the number, or would. Undefined where the architecture reads none. */
function keyOf(model: ModelSpec): readonly string[] | undefined {
  const source = model.fields['kvHeads'];
  if (source?.kind === 'key') {
    const path = source.path.split('.');
    // A flag (`multi_query`) is no number of heads.
    return typeof source.value === 'number' ? path : undefined;
  }
  return READS_KEY_VALUE_HEADS.has(model.modelType) ? ['num_key_value_heads'] : undefined;
}
