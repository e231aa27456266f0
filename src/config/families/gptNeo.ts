import * as l10n from '@vscode/l10n';
import type { LayerKind } from '../../model/modelSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { classDefault, fourfoldMlp, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerNames } from './originalLayers';
import { languageModelHead, positionEmbedding, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

const names: LayerNames = {
  attention: { prefix: 'attn.attention.', projections: ['q_proj', 'k_proj', 'v_proj', 'out_proj'] },
  feedForward: ['mlp.c_fc', 'mlp.c_proj'],
  norms: ['ln_1', 'ln_2'],
};

const DEFAULT_WINDOW = 256;

/** GPT-Neo (Black et al. 2021): GPT-2 with local attention in some layers and no biases on q, k and v. */
export const gptNeoFamily: ModelFamily = {
  id: 'gpt_neo',
  modelTypes: ['gpt_neo'],
  requiredKeys: ['hidden_size', 'num_layers', 'num_heads', 'vocab_size', 'max_position_embeddings'],
  read: readGptNeo,
};

function readGptNeo(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const layers = size(reader, 'layers', ['num_layers', 'num_hidden_layers']);
  const heads = ['num_heads', 'num_attention_heads'] as const;
  const attention = { ...multiHead(reader, hiddenSize, { hidden: ['hidden_size'], heads }), causal: true };
  const positions = size(reader, 'maxSequenceLength', ['max_position_embeddings']);
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const feedForward = fourfoldMlp(reader, hiddenSize, ['intermediate_size']);
  const head = readLanguageModelHead(reader, true);
  const width = hidden(hiddenSize);
  const biases = { queryKeyValue: false, output: true, feedForward: true };
  const weights = originalLayer({ width, attention, feedForward, names, biases });
  const { total, local, localFirst } = readLocalLayers(reader, layers);
  const kinds: LayerKind[] = [
    { name: 'global', layers: total - local, attention, feedForward, norms: 2, weights },
  ];
  if (local > 0) {
    const window = size(reader, 'window', ['window_size'], classDefault('window_size', DEFAULT_WINDOW));
    const windowed = { ...attention, window };
    kinds.push({ name: 'local', layers: local, attention: windowed, feedForward, norms: 2, weights });
  }
  if (localFirst) kinds.reverse();
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength: positions,
    learnedPositions: positions,
    layerKinds: kinds.filter((kind) => kind.layers > 0),
    weights: [
      tokenEmbedding('wte.weight', vocabSize, width),
      positionEmbedding('wpe.weight', positions, width),
      ...norm('ln_f', 'layer', width),
      ...languageModelHead(head, 'lm_head', vocabSize, width, 'wte.weight'),
    ],
    outerNorms: 1,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'resid_dropout' }, 0),
    head,
  });
}

interface LocalLayers {
  readonly total: number;
  readonly local: number;
  readonly localFirst: boolean;
}

/** One repeated pattern of `attention_types`: [["global", "local"], 12]. */
type Pattern = readonly [kinds: readonly string[], times: number];

/** The layers by `attention_layers`, or by the patterns of `attention_types`, or alternating from a global one. */
function readLocalLayers(reader: FieldReader, layers: number): LocalLayers {
  const patterns = readPatterns(reader);
  if (patterns === undefined) {
    reader.assume('layerTypes', {
      value: undefined,
      rule: l10n.t(
        'attention_types is absent: global and local layers in turn, the default of this model type.',
      ),
      assumed: true,
    });
    return { total: layers, local: Math.floor(layers / 2), localFirst: false };
  }
  const { key, value } = patterns;
  reader.recordKey('layerTypes', key);
  const total = value.reduce((sum, [kinds, times]) => sum + kinds.length * times, 0);
  if (total !== layers) {
    return reader.fail(
      key,
      l10n.t('"{0}" describes {1} layers, but "num_layers" is {2}.', key, String(total), String(layers)),
      l10n.t('Describe {0} layers.', String(layers)),
    );
  }
  const localIn = (kinds: readonly string[]): number => kinds.filter((kind) => kind === 'local').length;
  const local = value.reduce((sum, [kinds, times]) => sum + localIn(kinds) * times, 0);
  return { total, local, localFirst: value[0]?.[0][0] === 'local' };
}

function readPatterns(reader: FieldReader): { key: string; value: readonly Pattern[] } | undefined {
  if (reader.raw('attention_layers') !== undefined) {
    const key = 'attention_layers';
    const kinds = reader.raw(key)?.value;
    return isKinds(kinds) ? { key, value: [[kinds, 1]] } : malformed(reader, key);
  }
  const key = 'attention_types';
  const value = reader.raw(key)?.value;
  if (value === undefined) return undefined;
  return Array.isArray(value) && value.every(isPattern) ? { key, value } : malformed(reader, key);
}

function malformed(reader: FieldReader, key: string): never {
  const [problem, mend] =
    key === 'attention_types'
      ? [
          l10n.t('"{0}" must list "global" and "local" with a number of repetitions.', key),
          l10n.t('Write it as [[["global", "local"], 12]].'),
        ]
      : [l10n.t('"{0}" must list "global" and "local".', key), l10n.t('Give one of them a layer.')];
  return reader.fail(key, problem, mend);
}

function isKinds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((kind) => kind === 'global' || kind === 'local');
}

function isPattern(value: unknown): value is Pattern {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [kinds, times] = value as readonly unknown[];
  return isKinds(kinds) && Number.isInteger(times) && Number(times) > 0;
}
