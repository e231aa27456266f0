import * as l10n from '@vscode/l10n';
import type { Factor } from '../../model/factor';
import type { FeedForwardSpec, LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import { decoderAttentionWeights, maskedAttention, readDecoderAttention } from './decoderAttention';
import type { DecoderAttention } from './decoderAttention';
import { keysOf, readSize, type SizeReading } from './decoderSizes';
import { readSwitch, type DecoderVariant } from './decoderVariant';
import { readMasks, type LayerMask } from './decoderWindows';
import type { FamilyReading, ModelFamily } from './family';
import { readLanguageModelHead } from './languageModelHead';
import { readExperts } from './mixtureOfExperts';
import { readExpertLayers } from './mixtureOfExpertsLayers';
import { singleStack } from './originalLayers';
import { expertWeights, feedForwardWeights } from './weights/feedForward';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

/** A family whose model types differ as data says. */
export interface DecoderFamily extends ModelFamily {
  readonly variants: ReadonlyMap<string, DecoderVariant>;
}

/** A family of model types that differ as their variants say. */
export function decoderFamily(id: string, variants: ReadonlyMap<string, DecoderVariant>): DecoderFamily {
  const first = [...variants.values()][0];
  const required = [
    'hiddenSize',
    'layers',
    'heads',
    'intermediateSize',
    'vocabSize',
    'maxSequenceLength',
  ] as const;
  return {
    id,
    variants,
    modelTypes: [...variants.keys()],
    requiredKeys: first === undefined ? [] : required.map((field) => keysOf(first, field)[0]),
    read(reader, modelType, nested = false) {
      const variant = variants.get(modelType);
      if (variant === undefined) throw new RangeError(`${id} has no model type ${modelType}.`);
      return readDecoder(reader, variant, nested);
    },
  };
}

/**
 * Reads a decoder of the Llama line (Touvron et al. 2023) in the way its variant has it. `nested`: the config is
 * a part of another, which leaves out what its class fills in.
 */
export function readDecoder(reader: FieldReader, variant: DecoderVariant, nested = false): FamilyReading {
  const sizes: SizeReading = { reader, variant, nested };
  const hiddenSize = readSize(sizes, 'hiddenSize');
  const layers = readSize(sizes, 'layers');
  const vocabSize = readSize(sizes, 'vocabSize');
  const maxSequenceLength = readSize(sizes, 'maxSequenceLength');
  const width = hidden(hiddenSize);
  const attention = readDecoderAttention(sizes, hiddenSize);
  const layerKinds = readLayerKinds(sizes, attention, layers, width);
  const head = readLanguageModelHead(reader, variant.tied, variant.tiedBecause?.());
  const headBias =
    variant.headBias === false
      ? false
      : readSwitch(reader, variant.headBias, 'headBias', l10n.t('a bias of the head'));
  const { names } = variant;
  const embedding = names?.embedding ?? 'embed_tokens.weight';
  const dropout = {
    attention: readDropout(reader, 'attentionDropout', 'attention_dropout'),
    hidden:
      variant.hiddenDropoutKey === undefined
        ? reader.assume('hiddenDropout', {
            value: 0,
            rule: l10n.t('This line has no dropout of hidden states.'),
          })
        : readDropout(reader, 'hiddenDropout', variant.hiddenDropoutKey),
  };
  reader.assumptions.push(...(variant.notes?.(reader) ?? []));
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    layerKinds,
    weights: [
      tokenEmbedding(embedding, vocabSize, width),
      ...norm(names?.finalNorm ?? 'norm', variant.norm, width),
      ...languageModelHead(head, names?.head ?? 'lm_head', vocabSize, width, embedding, headBias),
    ],
    outerNorms: 1,
    dropout,
    head,
  });
}

/** Layers grouped by what their attention sees and by whether they have experts, in order of first appearance. */
function readLayerKinds(
  sizes: SizeReading,
  attention: DecoderAttention,
  layers: number,
  width: Factor,
): LayerKind[] {
  const { reader, variant } = sizes;
  const masks = readMasks(reader, variant.windows, layers);
  const sparse = variant.experts
    ? readExpertLayers(reader, variant.experts.placement, layers)
    : masks.map(() => false);
  const isMixed = sparse.includes(true) && sparse.includes(false);
  // Named only where it makes a difference: Llama 4 norms queries and keys in layers with rotary positions.
  const tellsRotary = variant.queryKeyNorm?.rotaryLayersOnly === true && namesBothRotary(masks);
  const groups = new Map<string, { mask: LayerMask; sparse: boolean; layers: number }>();
  masks.forEach((mask, index) => {
    const experts = sparse[index] === true;
    const rotary = tellsRotary && mask.withoutRotary === true ? ', no rotary positions' : '';
    const name = `${mask.name}${rotary}${isMixed && experts ? ', experts' : ''}`;
    const group = groups.get(name);
    groups.set(name, { mask, sparse: experts, layers: (group?.layers ?? 0) + 1 });
  });
  const isParallel = readParallel(sizes);
  const norms = isParallel ? variant.layerNorms.slice(0, 1) : variant.layerNorms;
  const readMlp = feedForwardReader(sizes, width);
  return [...groups].map(([name, group]) => {
    const { feedForward, weights } = readMlp(group.sparse);
    return {
      name,
      layers: group.layers,
      attention: maskedAttention(attention, group.mask),
      feedForward,
      norms: norms.length,
      ...(isParallel && { parallel: true }),
      weights: [
        ...decoderAttentionWeights(attention, variant, width, group.mask),
        ...weights,
        ...norms.flatMap((each) => norm(each, variant.norm, width)),
      ],
    };
  });
}

/** Whether layers of one name are some with rotary positions and some without. */
function namesBothRotary(masks: readonly LayerMask[]): boolean {
  const kinds = new Set(masks.map(({ name, withoutRotary }) => `${name} ${String(withoutRotary === true)}`));
  return kinds.size > new Set(masks.map(({ name }) => name)).size;
}

function readParallel({ reader, variant }: SizeReading): boolean {
  if (variant.parallel === false) return false;
  return readSwitch(reader, variant.parallel, 'parallel', l10n.t('attention and MLP side by side'));
}

interface FeedForwardReading {
  readonly feedForward: FeedForwardSpec;
  readonly weights: WeightSpec[];
}

/** Reads the dense MLP and the experts, each at most once. */
function feedForwardReader(sizes: SizeReading, width: Factor): (sparse: boolean) => FeedForwardReading {
  const { reader, variant } = sizes;
  const { experts, feedForward: kind, names } = variant;
  const readings = new Map<boolean, FeedForwardReading>();
  const bias = readSwitch(reader, variant.feedForwardBias, 'feedForwardBias', l10n.t('biases of the MLP'));
  const read = (sparse: boolean): FeedForwardReading => {
    if (experts === undefined || !sparse) {
      const feedForward: FeedForwardSpec = { kind, intermediateSize: readSize(sizes, 'intermediateSize') };
      const options = { hidden: width, feedForward, bias, prefix: 'mlp.', ...names?.feedForward };
      return { feedForward, weights: feedForwardWeights(options) };
    }
    const feedForward = readExperts(reader, experts, kind, () => readSize(sizes, 'intermediateSize'));
    const { prefix = 'mlp.', sharedName, names: expertNames, fused, router } = experts;
    const weights = expertWeights({
      hidden: width,
      feedForward,
      bias: bias || experts.bias === true,
      prefix,
      routerBias: experts.routerBias === true,
      routerCorrection: experts.routerCorrection === true,
      sharedGate: experts.sharedGate === true,
      ...(expertNames && { names: expertNames }),
      ...(fused !== undefined && { fused }),
      ...(router !== undefined && { router }),
      ...(sharedName !== undefined && { shared: sharedName }),
    });
    return { feedForward, weights };
  };
  return (sparse) => {
    const reading = readings.get(sparse) ?? read(sparse);
    readings.set(sparse, reading);
    return reading;
  };
}

function readDropout(reader: FieldReader, property: string, key: string): number {
  return reader.probability(
    { property, keys: [key], meaning: l10n.t('dropout') },
    { value: 0, rule: l10n.t('{0} is absent: 0.', key) },
  );
}
