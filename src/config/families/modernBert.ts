import * as l10n from '@vscode/l10n';
import { factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, LayerKind, OutputHeadSpec } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import { readLabels } from './bertHead';
import { bertKeys } from './bertRules';
import type { FamilyReading, ModelFamily } from './family';
import { classDefault, flag, multiHead, readDropouts, size } from './originalFields';
import { originalLayer, singleStack, type LayerBiases, type LayerNames } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, linear, norm, type NormKind } from './weights/vectors';

/** Wqkv and Wi are one tensor each in these checkpoints; here their parts are told apart. */
const names: LayerNames = {
  attention: { prefix: 'attn.', projections: ['Wqkv.q', 'Wqkv.k', 'Wqkv.v', 'Wo'] },
  feedForward: ['mlp.Wi.input', 'mlp.Wo', 'mlp.Wi.gate'],
  norms: ['attn_norm', 'mlp_norm'],
};

const TOKENS = 'embeddings.tok_embeddings.weight';

/** ModernBERT (Warner et al. 2024): rotary positions, gated MLPs, most layers with a window on both sides. */
export const modernBertFamily: ModelFamily = {
  id: 'modernbert',
  modelTypes: ['modernbert'],
  requiredKeys: bertKeys,
  read: readModernBert,
};

function readModernBert(reader: FieldReader): FamilyReading {
  const hiddenSize = size(reader, 'hiddenSize', ['hidden_size']);
  const layers = size(reader, 'layers', ['num_hidden_layers']);
  const keys = { hidden: ['hidden_size'], heads: ['num_attention_heads'] } as const;
  const attention: AttentionSpec = { ...multiHead(reader, hiddenSize, keys), causal: false };
  const feedForward: FeedForwardSpec = {
    kind: 'gated',
    intermediateSize: size(reader, 'intermediateSize', ['intermediate_size']),
  };
  const vocabSize = size(reader, 'vocabSize', ['vocab_size']);
  const norms = flag(reader, 'normBias', 'norm_bias', false) ? 'layer' : 'layer-without-bias';
  const attentionBias = flag(reader, 'attentionBias', 'attention_bias', false);
  const biases = {
    queryKeyValue: attentionBias,
    output: attentionBias,
    feedForward: flag(reader, 'feedForwardBias', 'mlp_bias', false),
  };
  const { head, weights } = readHead(reader, hiddenSize, vocabSize, norms);
  const width = hidden(hiddenSize);
  return singleStack({
    name: 'encoder',
    generates: false,
    hiddenSize,
    vocabSize,
    maxSequenceLength: size(reader, 'maxSequenceLength', ['max_position_embeddings']),
    layerKinds: readLayerKinds(reader, layers, { hiddenSize, attention, feedForward, biases, norms }),
    weights: [
      tokenEmbedding(TOKENS, vocabSize, width),
      ...norm('embeddings.norm', norms, width),
      ...norm('final_norm', norms, width),
      ...weights,
    ],
    outerNorms: weights.length > 0 ? 3 : 2,
    dropout: readDropouts(reader, { attention: 'attention_dropout', hidden: 'mlp_dropout' }, 0),
    head,
  });
}

interface LayerParts {
  readonly hiddenSize: number;
  readonly attention: AttentionSpec;
  readonly feedForward: FeedForwardSpec;
  readonly biases: LayerBiases;
  readonly norms: NormKind;
}

/** The first layer, which has no norm before its attention, then the global and the local ones. */
function readLayerKinds(reader: FieldReader, layers: number, parts: LayerParts): readonly LayerKind[] {
  const { attention, feedForward, biases, norms } = parts;
  const windowed = readLocalLayers(reader, layers);
  const localLayers = windowed.filter(Boolean).length - (windowed[0] === true ? 1 : 0);
  const local: AttentionSpec =
    localLayers > 0 || windowed[0] === true ? { ...attention, window: readWindow(reader) } : attention;
  const layer = (spec: AttentionSpec, normNames: readonly string[]): WeightSpec[] =>
    originalLayer({
      width: hidden(parts.hiddenSize),
      attention: spec,
      feedForward,
      names: { ...names, norms: normNames },
      biases,
      norms,
    });
  const first = windowed[0] === true ? local : attention;
  const kinds: LayerKind[] = [
    {
      name: windowed[0] === true ? 'first sliding_attention' : 'first full_attention',
      layers: 1,
      attention: first,
      feedForward,
      norms: 1,
      weights: layer(first, ['mlp_norm']),
    },
    {
      name: 'sliding_attention',
      layers: localLayers,
      attention: local,
      feedForward,
      norms: 2,
      weights: layer(local, names.norms),
    },
    {
      name: 'full_attention',
      layers: layers - 1 - localLayers,
      attention,
      feedForward,
      norms: 2,
      weights: layer(attention, names.norms),
    },
  ];
  return kinds.filter((kind) => kind.layers > 0);
}

/** Whether each layer is local: by `layer_types`, or all but every `global_attn_every_n_layers`-th. */
function readLocalLayers(reader: FieldReader, layers: number): readonly boolean[] {
  if (reader.raw('layer_types') !== undefined) {
    const types = reader.texts('layer_types') ?? [];
    const isKnown = types.every((type) => type === 'full_attention' || type === 'sliding_attention');
    if (types.length !== layers || !isKnown) {
      return reader.fail(
        'layer_types',
        l10n.t(
          '"layer_types" must be a list of {0} texts, "full_attention" or "sliding_attention".',
          String(layers),
        ),
        l10n.t('Give one entry a layer, or remove the key.'),
      );
    }
    reader.recordKey('layerTypes', 'layer_types');
    return types.map((type) => type === 'sliding_attention');
  }
  const key = 'global_attn_every_n_layers';
  const every = reader.integer(
    {
      property: 'slidingWindowPattern',
      keys: [key],
      meaning: l10n.t('distance of global layers'),
      limit: limits.layers,
      example: 3,
    },
    classDefault(key, 3),
  );
  return Array.from({ length: layers }, (_, index) => index % every !== 0);
}

/** Half of `local_attention` on either side, and the token itself. */
function readWindow(reader: FieldReader): number {
  const window = size(reader, 'window', ['local_attention'], classDefault('local_attention', 128));
  return 2 * Math.floor(window / 2) + 1;
}

/** A dense layer and a norm, then the table of embeddings as a matrix, or a classifier. */
function readHead(
  reader: FieldReader,
  hiddenSize: number,
  vocabSize: number,
  norms: NormKind,
): { head: OutputHeadSpec; weights: readonly WeightSpec[] } {
  const tied = reader.boolean(
    {
      property: 'tied',
      keys: ['tie_word_embeddings'],
      meaning: l10n.t('sharing of the embedding with the head'),
    },
    { value: true, rule: l10n.t('tie_word_embeddings is absent: true for this model type.') },
  );
  const architecture = reader.texts('architectures')?.[0] ?? '';
  const width = hidden(hiddenSize);
  const bias = flag(reader, 'classifierBias', 'classifier_bias', false);
  const dense = (per: 'token' | 'sequence'): WeightSpec[] => [
    ...linear('head.dense', 'outputHead', [width], [width], bias, per === 'token' ? {} : { per }),
    ...norm('head.norm', norms, width),
  ];
  if (architecture.endsWith('ForMaskedLM')) {
    const head: OutputHeadSpec = { kind: 'language-model', tied };
    const decoderBias = flag(reader, 'headBias', 'decoder_bias', true);
    const decoder = languageModelHead(head, 'decoder', vocabSize, width, TOKENS, decoderBias);
    return { head, weights: [...dense('token'), ...decoder] };
  }
  const task = /For(Sequence|Token)Classification$|For(QuestionAnswering|MultipleChoice)$/.exec(architecture);
  if (task === null) return { head: { kind: 'none', tied }, weights: [] };
  const per = task[1] === 'Token' || task[2] === 'QuestionAnswering' ? 'token' : 'sequence';
  const labels = task[2] === 'MultipleChoice' ? 1 : readLabels(reader);
  const classifier = linear(
    'classifier',
    'outputHead',
    [factor('labels', labels)],
    [width],
    true,
    per === 'token' ? {} : { per },
  );
  return { head: { kind: 'classifier', tied }, weights: [...dense(per), ...classifier] };
}
