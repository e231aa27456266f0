import * as l10n from '@vscode/l10n';
import { attentionKinds } from '../model/attentionKinds';
import { layerCount, type AttentionSpec, type ModelSpec, type SparsePattern } from '../model/modelSpec';
import { joinSentences } from '../model/phrases';
import type { Adoption, ConfigEdit } from './mechanism';
import { windowKeys } from './windowParameters';

type ChunkPattern = Extract<SparsePattern, { kind: 'chunk' }>;

/**
 * How layers whose architecture attends in chunks come to see no more than a window of `window` tokens: by the length
 * of the chunks. Undefined where the layers see all, or no key is known.
 */
export function chunkSwitch(
  model: ModelSpec,
  attention: AttentionSpec,
  window: number,
): Adoption | undefined {
  const { pattern } = attention;
  const keys = windowKeys(attention, window);
  if (pattern?.kind === 'lsh' && model.modelType === 'reformer') return unsorted(model, keys);
  if (pattern?.kind !== 'chunk') return undefined;
  if (reachOf(pattern) <= keys) {
    return {
      kind: 'none',
      reason: l10n.t(
        'These layers attend in chunks already: a token sees {0} tokens at the most.',
        String(reachOf(pattern)),
      ),
    };
  }
  const chunk = Math.floor(keys / neighbours(pattern));
  const path = chunkKey(model);
  if (chunk === 0 || path === undefined) return undefined;
  return chunked(
    model,
    [{ path, value: chunk }],
    { ...pattern, chunk },
    l10n.t('Weights trained with chunks of {0} tokens need fine-tuning with others.', String(pattern.chunk)),
  );
}

/** Reformer's layers that sort by hashes become local ones, whose chunks one key gives for all. */
function unsorted(model: ModelSpec, keys: number): Adoption {
  const local = attentionKinds(model)
    .map(({ attention }) => attention.pattern)
    .find((pattern) => pattern?.kind === 'chunk');
  if (local !== undefined && reachOf(local) !== keys) {
    return {
      kind: 'none',
      reason: l10n.t(
        'The local layers see {0} tokens at the most, and the config has one `{1}` for all: a window of {2} tokens would change theirs too.',
        String(reachOf(local)),
        'local_attn_chunk_length',
        String(keys),
      ),
    };
  }
  const pattern: ChunkPattern = local ?? {
    kind: 'chunk',
    chunk: Math.max(1, Math.floor(keys / 2)),
    before: 1,
    after: 0,
  };
  return chunked(
    model,
    [
      { path: ['attn_layers'], value: Array.from({ length: layerCount(model) }, () => 'local') },
      ...(local === undefined
        ? [
            { path: ['local_attn_chunk_length'], value: pattern.chunk },
            { path: ['local_num_chunks_before'], value: pattern.before },
          ]
        : []),
    ],
    pattern,
    l10n.t(
      'Layers that sorted their tokens have to be trained anew: queries and keys become two projections.',
    ),
  );
}

function chunked(
  { modelType }: ModelSpec,
  edits: readonly ConfigEdit[],
  pattern: ChunkPattern,
  training: string,
): Adoption {
  const reach = String(reachOf(pattern));
  return {
    kind: 'config',
    edits,
    needsRetraining: true,
    reason: joinSentences([
      modelType === 'reformer'
        ? l10n.t(
            'Reformer reads `local_attn_chunk_length`, and `local_num_chunks_before` and `local_num_chunks_after` for what a chunk sees beside itself. That is not exactly a window: a token sees {0} tokens at the most.',
            reach,
          )
        : l10n.t(
            'Llama 4 reads `attention_chunk_size` for the layers that attend in chunks. That is not exactly a window: a token sees {0} tokens at the most, the first of a chunk only itself.',
            reach,
          ),
      training,
    ]),
  };
}

/** Where the config has the length of a chunk. */
function chunkKey({ modelType, fields }: ModelSpec): readonly string[] | undefined {
  if (modelType === 'reformer') return ['local_attn_chunk_length'];
  if (modelType !== 'llama4' && modelType !== 'llama4_text') return undefined;
  const source = fields['chunk'];
  return source?.kind === 'key' ? source.path.split('.') : undefined;
}

function reachOf(pattern: ChunkPattern): number {
  return pattern.chunk * neighbours(pattern);
}

/** Chunks that a chunk sees, itself included. */
function neighbours({ before, after }: ChunkPattern): number {
  return before + 1 + after;
}
