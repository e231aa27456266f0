import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { chunkSwitch } from './chunkSwitch';
import { maskSnippet } from './flexSnippet';
import type { Adoption } from './mechanism';
import { windowKeys } from './windowParameters';
import { dilatedSnippet, windowCondition } from './windowSnippet';
import { windowSwitch } from './windowSwitch';

/** How layers with `attention` come to a sliding window of `window` tokens. */
export function adoptWindow(model: ModelSpec, attention: AttentionSpec, window: number): Adoption {
  return (
    narrowerAlready(attention, window) ??
    chunkSwitch(model, attention, window) ??
    windowSwitch(model, attention, window) ?? {
      kind: 'code',
      language: 'python',
      code: maskSnippet(model, attention, {
        name: 'sliding_window_attention',
        body: [`return ${windowCondition(attention, window)}`],
      }),
      needsRetraining: true,
      reason: l10n.t(
        'No window switch of the {0} architecture is known for these layers: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
        model.modelType,
      ),
    }
  );
}

/** How layers with `attention` come to a window and `global` tokens. */
export function adoptGlobalWindow(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
  global: number,
): Adoption {
  if (attention.causal) {
    return {
      kind: 'none',
      reason: l10n.t(
        'Global tokens are defined for bidirectional attention only: they see the whole sequence. Their causal form is attention sinks.',
      ),
    };
  }
  if (attention.pattern?.kind === 'global') {
    const narrower = narrowerAlready(attention, window);
    const switched = narrower === undefined ? windowSwitch(model, attention, window) : undefined;
    if (switched !== undefined) return switched;
    return {
      kind: 'none',
      reason: l10n.t(
        'These layers already have a window of {0} tokens. How many tokens are global is no key of the config: the inputs mark them in `global_attention_mask`.',
        String(attention.window),
      ),
    };
  }
  return {
    kind: 'code',
    language: 'python',
    code: maskSnippet(model, attention, {
      name: 'global_window_attention',
      body: [
        `near = ${windowCondition(attention, window)}`,
        `return near | (q_idx < ${String(global)}) | (kv_idx < ${String(global)})`,
      ],
    }),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no switch for global tokens: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
      model.modelType,
    ),
  };
}

/** How layers with `attention` come to a window and `sinks` tokens that are never forgotten. */
export function adoptSinks(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
  sinks: number,
): Adoption {
  if (!attention.causal) {
    return {
      kind: 'none',
      reason: l10n.t(
        'Attention sinks are defined for causal attention only: they are the oldest tokens of a stream.',
      ),
    };
  }
  const narrower = narrowerAlready(attention, window);
  if (narrower !== undefined) return narrower;
  const reason =
    model.modelType === 'gpt_oss'
      ? l10n.t(
          'The sinks of {0} itself are something else: a learned logit a head, which keeps no token. A cache of first and last tokens is no key of the config. The snippet is a starting point for PyTorch 2.5 or newer; it leaves the learned logits out.',
          model.modelType,
        )
      : l10n.t(
          'The {0} architecture has no switch for attention sinks: the attention call and the cache have to be replaced. The paper runs models trained with dense attention without fine-tuning them, but what has left the window is forgotten. The snippet is a starting point for PyTorch 2.5 or newer.',
          model.modelType,
        );
  return {
    kind: 'code',
    language: 'python',
    code: maskSnippet(model, attention, {
      name: 'attention_with_sinks',
      body: [
        `near = q_idx - kv_idx < ${String(window)}`,
        `return (q_idx >= kv_idx) & (near | (kv_idx < ${String(sinks)}))`,
      ],
      notes: [
        `While generating, keep the first ${String(sinks)} and the last ${String(window)} tokens in the cache,`,
        'and give positions by their place in the cache.',
      ],
    }),
    needsRetraining: false,
    reason,
  };
}

/** How layers with `attention` come to a window whose positions lie `dilation` apart. */
export function adoptDilated(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
  dilation: number,
): Adoption {
  return {
    kind: 'code',
    language: 'python',
    code: dilatedSnippet(model, attention, window, dilation),
    needsRetraining: true,
    reason: l10n.t(
      'The {0} architecture has no switch for a dilated window: the attention call has to be replaced, and the weights fine-tuned. The snippet is a starting point for PyTorch 2.5 or newer.',
      model.modelType,
    ),
  };
}

function narrowerAlready(attention: AttentionSpec, window: number): Adoption | undefined {
  if (attention.window === undefined || attention.window > windowKeys(attention, window)) return undefined;
  return {
    kind: 'none',
    reason: l10n.t('These layers already have a window of {0} tokens.', String(attention.window)),
  };
}
