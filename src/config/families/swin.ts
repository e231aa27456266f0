import * as l10n from '@vscode/l10n';
import { factor, type Factor } from '../../model/factor';
import type { AttentionSpec, FeedForwardSpec, LayerKind, Stack } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { limits } from '../fieldReader';
import type { ModelFamily } from './family';
import { figure } from './hybridFields';
import { classDefault, flag, readDropouts } from './originalFields';
import { readVisionHead } from './visionHead';
import { readPatchGrid, type PatchGrid } from './visionPatches';
import { patchEmbedding } from './visionTower';
import { attentionWeights } from './weights/attention';
import { feedForwardWeights } from './weights/feedForward';
import { positionEmbedding } from './weights/outside';
import { hidden, matrix, norm, table } from './weights/vectors';

/** What all stages share. */
interface Swin {
  readonly reader: FieldReader;
  readonly window: number;
  readonly ratio: number;
  readonly bias: boolean;
  readonly dropout: Stack['dropout'];
}

interface Stage {
  readonly index: number;
  readonly last: boolean;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Swin (Liu et al. 2021): stages of windows, each with half the rows and columns and twice the width of the one
 * before. Each stage is a stack; the windows of a stage are chunks of window² tokens.
 */
export const swinFamily: ModelFamily = {
  id: 'swin',
  modelTypes: ['swin'],
  requiredKeys: ['embed_dim', 'depths', 'num_heads', 'image_size', 'patch_size'],
  read(reader) {
    const embedDim = figure(reader, {
      property: 'hiddenSize',
      keys: ['embed_dim'],
      meaning: l10n.t('width of the first stage'),
      example: 96,
    });
    const grid = readPatchGrid(reader, { imageSize: 224, patchSize: 4 });
    const swin = readShared(reader);
    const stages = readStages(reader, embedDim, grid);
    const tokens = grid.rows * grid.columns;
    const lastWidth = stages.at(-1)?.width ?? embedDim;
    const { head, weights } = readVisionHead(reader, { pooler: false }, lastWidth);
    const first = embedding(reader, hidden(embedDim), grid, tokens);
    const stacks = stages.map((stage): Stack => {
      const stack = stageStack(swin, stage);
      const before = stage.index === 0 ? first : [];
      const after = stage.last ? [...norm('layernorm', 'layer', hidden(lastWidth)), ...weights] : [];
      return {
        ...stack,
        weights: [...before, ...stack.weights, ...after],
        outerNorms: stack.outerNorms + (stage.index === 0 ? 1 : 0) + (stage.last ? 1 : 0),
      };
    });
    reader.assume('vocabSize', { value: 0, rule: l10n.t('A vision tower reads no tokens of text.') });
    return {
      hiddenSize: embedDim,
      vocabSize: 0,
      maxSequenceLength: reader.assume('maxSequenceLength', {
        value: tokens,
        rule: '(image_size / patch_size)².',
      }),
      learnedPositions: tokens,
      stacks,
      head,
    };
  },
};

function readShared(reader: FieldReader): Swin {
  return {
    reader,
    window: figure(reader, {
      property: 'window',
      keys: ['window_size'],
      meaning: l10n.t('side of a window in patches'),
      limit: limits.heads,
      example: 7,
      byDefault: 7,
    }),
    ratio: reader.number(
      {
        property: 'mlpRatio',
        keys: ['mlp_ratio'],
        meaning: l10n.t("ratio of the MLP's width to the model's"),
      },
      classDefault('mlp_ratio', 4),
    ),
    bias: flag(reader, 'attentionBias', 'qkv_bias', true),
    dropout: readDropouts(
      reader,
      { attention: 'attention_probs_dropout_prob', hidden: 'hidden_dropout_prob' },
      0,
    ),
  };
}

/** Largest number of stages: the width doubles from one to the next. */
const MAX_STAGES = 16;

function readStages(reader: FieldReader, embedDim: number, grid: PatchGrid): Stage[] {
  const depths = readList(reader, 'layers', 'depths', [2, 2, 6, 2]);
  const heads = readList(reader, 'heads', 'num_heads', [3, 6, 12, 24]);
  if (depths.length > MAX_STAGES || heads.length !== depths.length) {
    reader.fail(
      'num_heads',
      l10n.t('"num_heads" has {0} entries and "depths" {1}.', String(heads.length), String(depths.length)),
      l10n.t('Give one entry a stage in both, for at most {0} stages.', String(MAX_STAGES)),
    );
  }
  let { rows, columns } = grid;
  return depths.map((layers, index) => {
    const width = embedDim * 2 ** index;
    const count = heads[index] ?? 1;
    if (width % count !== 0) {
      reader.fail(
        'num_heads',
        l10n.t(
          '"num_heads" of stage {0} is {1}, which does not divide its width {2}.',
          String(index + 1),
          String(count),
          String(width),
        ),
        l10n.t('Choose numbers of heads that divide embed_dim · 2^stage.'),
      );
    }
    const stage = { index, last: index === depths.length - 1, width, layers, heads: count, rows, columns };
    // Odd sides are padded before four neighbours become one.
    [rows, columns] = [Math.ceil(rows / 2), Math.ceil(columns / 2)];
    return stage;
  });
}

function readList(
  reader: FieldReader,
  property: string,
  key: string,
  byDefault: readonly number[],
): readonly number[] {
  const list = reader.integers(property, key, limits.layers);
  if (list === undefined) {
    return reader.assume(property, {
      value: byDefault,
      rule: l10n.t('{0} is not set: {1}, the default of this model type.', key, byDefault.join(', ')),
      assumed: true,
    });
  }
  if (list.length > 0 && !list.includes(0)) return list;
  return reader.fail(
    key,
    l10n.t('"{0}" must be a list of numbers from 1.', key),
    l10n.t('Write one a stage, such as [{0}].', byDefault.join(', ')),
  );
}

/** Patches, their norm and, where a key says so, learned positions. */
function embedding(reader: FieldReader, width: Factor, grid: PatchGrid, tokens: number): WeightSpec[] {
  const names = { patchName: 'embeddings.patch_embeddings.projection', patchBias: true };
  const absolute = flag(reader, 'positions', 'use_absolute_embeddings', false);
  return [
    ...patchEmbedding(reader, names, width, grid),
    ...norm('embeddings.norm', 'layer', width),
    ...(absolute ? [positionEmbedding('embeddings.position_embeddings', tokens + 1, width)] : []),
  ];
}

function stageStack(swin: Swin, stage: Stage): Stack {
  const { index, last, rows, columns, width } = stage;
  return {
    name: `stage ${String(index + 1)}`,
    hiddenSize: width,
    tokens: index === 0 ? 'sequence' : rows * columns,
    generates: false,
    layerKinds: [stageLayers(swin, stage)],
    weights: last ? [] : merging(stage),
    outerNorms: last ? 0 : 1,
    dropout: swin.dropout,
  };
}

function stageLayers({ reader, window, ratio, bias }: Swin, stage: Stage): LayerKind {
  const { width, layers, heads, rows, columns } = stage;
  // A stage that is no larger than the window is one window.
  const side = Math.min(window, rows, columns);
  if (rows % side !== 0 || columns % side !== 0) {
    reader.assumptions.push(
      l10n.t('Stage {0}: the padding of its last windows is not counted.', String(stage.index + 1)),
    );
  }
  const pattern = { kind: 'chunk', chunk: side * side, before: 0, after: 0 } as const;
  const attention: AttentionSpec = { heads, kvHeads: heads, headDim: width / heads, causal: false, pattern };
  const feedForward: FeedForwardSpec = {
    kind: 'plain',
    intermediateSize: Math.max(1, Math.floor(ratio * width)),
  };
  const distances = factor('(2·w − 1)²', (2 * window - 1) ** 2);
  const h = hidden(width);
  const [prefix, relative] = ['attention.', 'attention.self.relative_position_bias_table'];
  return {
    name: 'window_attention',
    layers,
    attention,
    feedForward,
    norms: 2,
    weights: [
      ...attentionWeights({
        hidden: h,
        attention,
        queryBias: bias,
        keyValueBias: bias,
        outputBias: true,
        prefix,
        names: ['self.query', 'self.key', 'self.value', 'output.dense'],
      }),
      table(relative, 'positionEmbedding', distances, factor('a', heads)),
      ...feedForwardWeights({
        hidden: h,
        feedForward,
        bias: true,
        prefix: '',
        names: ['intermediate.dense', 'output.dense'],
      }),
      ...norm('layernorm_before', 'layer', h),
      ...norm('layernorm_after', 'layer', h),
    ],
  };
}

/** Four neighbours become one token of twice the width: a norm of 4·h and a matrix of 2·h by 4·h. */
function merging({ width, rows, columns }: Stage): WeightSpec[] {
  const four = factor('4·h', 4 * width);
  const merged = Math.ceil(rows / 2) * Math.ceil(columns / 2);
  const reduction = matrix('downsample.reduction.weight', 'projector', [factor('2·h', 2 * width)], [four], {
    per: 'sequence',
  });
  return [{ ...reduction, applications: merged }, ...norm('downsample.norm', 'layer', four)];
}
