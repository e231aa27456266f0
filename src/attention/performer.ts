import * as l10n from '@vscode/l10n';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { featureCost, featureFlops, featureKernels } from './featureAttention';
import { featureDecode } from './featureDecode';
import type { FeatureMap } from './featureMap';
import { featureRows } from './featureReference';
import { arenaQuality } from './longRangeArena';
import type { AttentionMechanism, AttentionShape, MechanismParameters } from './mechanism';
import { randomFeatures } from './randomFeatures';
import { hasUnitScale, snippetHead } from './snippetHead';
import { readRange } from './wholeParameter';

const DEFAULT_FEATURES = 256;

/** FAVOR+: positive orthogonal random features that approximate softmax attention, better the more there are. */
export const performer: AttentionMechanism = {
  id: 'performer',
  get title() {
    return l10n.t('Performer (FAVOR+)');
  },
  family: 'linear',
  paper: {
    authors: 'Choromanski et al.',
    year: 2020,
    title: 'Rethinking Attention with Performers',
    arxiv: '2009.14794',
  },
  get quality() {
    return arenaQuality('51.41');
  },
  parameters: [
    {
      name: 'features',
      get title() {
        return l10n.t('Random features');
      },
      get unit() {
        return l10n.t('features a head');
      },
      defaultFor: () => DEFAULT_FEATURES,
    },
  ],
  causal: 'both',
  exact: false,

  kernels: (shape, parameters) => featureKernels(shape, mapOf(shape, parameters)),
  flops: (shape, parameters) => featureFlops(shape, mapOf(shape, parameters)),
  cost: (shape, parameters) => featureCost(shape, mapOf(shape, parameters)),
  reference: (shape, parameters, inputs, rows) => featureRows(shape, mapOf(shape, parameters), inputs, rows),
  decode: (shape, parameters) => featureDecode(shape, mapOf(shape, parameters)),
  // No architecture that the config reader knows has it.
  present: () => undefined,

  adopt(model, attention, parameters) {
    return {
      kind: 'code',
      language: 'python',
      code: snippet(model, attention, featuresOf(parameters)),
      needsRetraining: true,
      reason: l10n.t(
        'No architecture has a switch for random features: the attention call has to be replaced, and the weights fine-tuned, since the features only approximate the softmax. The snippet is a starting point for the package performer-pytorch.',
      ),
    };
  },
};

function featuresOf(parameters: MechanismParameters): number {
  return readRange('Performer', parameters, 'features', 1, 4096);
}

function mapOf(shape: AttentionShape, parameters: MechanismParameters): FeatureMap {
  return randomFeatures(shape.headDim, featuresOf(parameters));
}

function snippet(model: ModelSpec, attention: AttentionSpec, features: number): string {
  const { causal, headDim } = attention;
  // The package divides the scores by the root of head_dim.
  const query = hasUnitScale(model) ? `q * ${String(headDim)} ** 0.5` : 'q';
  return [
    ...snippetHead(model, attention),
    '# It needs: pip install performer-pytorch',
    'from performer_pytorch import FastAttention',
    '',
    'favor = FastAttention(',
    `    dim_heads=${String(headDim)}, nb_features=${String(features)}, causal=${causal ? 'True' : 'False'}`,
    ')',
    '',
    'def performer_attention(q, k, v):',
    '    group = q.shape[1] // k.shape[1]',
    '    k, v = (x.repeat_interleave(group, dim=1) for x in (k, v))',
    `    return favor(${query}, k, v)`,
    '',
  ].join('\n');
}
