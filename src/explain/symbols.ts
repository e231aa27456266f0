import * as l10n from '@vscode/l10n';
import { DEFAULT_PAGE_TOKENS } from '../cost/kvCache';
import { sourceTokens, stackTokens } from '../cost/stackTokens';
import type { Place } from '../cost/term';
import { activationBytes } from '../cost/widths';
import { valueWidth, type AttentionSpec } from '../model/modelSpec';
import type { Subject } from './subject';

/** What a symbol is looked up in: the model, and where in it the term stands. */
export interface Lookup extends Subject {
  readonly place: Place | undefined;
}

/** One row of the table of symbols: the same as in `src/cost/README.md`. */
export interface SymbolEntry {
  readonly symbol: string;
  readonly meaning: () => string;
  /** Properties of `ModelSpec.fields` that say where it came from, the likeliest first. */
  readonly properties: readonly string[];
  /** Its value at a place; undefined where the model's spec does not have it. */
  readonly value?: (at: Lookup) => number | undefined;
  /** Asked for, not read from the config. */
  readonly condition?: (at: Lookup) => boolean;
  /** Where the symbol means this; everywhere where absent. */
  readonly where?: (at: Lookup) => boolean;
}

const isAsked = (): boolean => true;

const isIn =
  (...parts: readonly string[]) =>
  ({ place }: Lookup): boolean =>
    place?.weight !== undefined && parts.includes(place.weight.part);

function attentionAt({ place }: Lookup): AttentionSpec | undefined {
  if (place?.attention !== undefined) return place.attention;
  return place?.weight?.part === 'crossAttention' ? place.kind?.crossAttention : place?.kind?.attention;
}

/** Layers of the kind, or of the stack outside the layers. */
function layersAt({ place }: Lookup): number | undefined {
  return place?.kind?.layers ?? place?.stack.layerKinds.reduce((sum, { layers }) => sum + layers, 0);
}

const isConvolution = ({ place }: Lookup): boolean => place?.weight?.use === 'convolution';

/** Every symbol of a formula. Where one has several meanings, the first that fits the place counts. */
export const symbols: readonly SymbolEntry[] = [
  {
    symbol: 'b',
    meaning: () => l10n.t('sequences in the batch'),
    properties: [],
    value: ({ options }) => options.batch,
    condition: isAsked,
  },
  {
    symbol: 'n',
    meaning: () => l10n.t('tokens in a sequence'),
    properties: ['imageTokens', 'positions', 'frames', 'imageSize', 'maxSequenceLength'],
    value: ({ place, options }) => (place ? stackTokens(place.stack, options) : options.sequenceLength),
    condition: ({ place }) => typeof place?.stack.tokens !== 'number',
  },
  {
    symbol: 'nₛ',
    meaning: () => l10n.t("tokens of the encoder's input"),
    properties: ['encoder.maxSequenceLength', 'imageTokens', 'vision.positions', 'vision.imageSize'],
    value: ({ model, options }) => sourceTokens(model, options),
    condition: ({ model }) =>
      !model.stacks.some(({ generates, tokens }) => !generates && typeof tokens === 'number'),
  },
  { symbol: 'L', meaning: () => l10n.t('layers'), properties: ['layers', 'layerTypes'], value: layersAt },
  {
    symbol: 'h',
    meaning: () => l10n.t('width of the hidden state'),
    properties: ['hiddenSize'],
    value: ({ place }) => place?.stack.hiddenSize,
  },
  {
    symbol: 'a',
    meaning: () => l10n.t('query heads'),
    properties: ['heads'],
    value: (at) => attentionAt(at)?.heads,
  },
  {
    symbol: 'kv',
    meaning: () => l10n.t('key/value heads'),
    properties: ['kvHeads', 'multiQuery'],
    value: (at) => attentionAt(at)?.kvHeads,
  },
  {
    symbol: 'd',
    meaning: () => l10n.t('width of a head'),
    properties: ['headDim', 'noRopeDim'],
    value: (at) => attentionAt(at)?.headDim,
  },
  {
    symbol: 'dᵥ',
    meaning: () => l10n.t('width of a value'),
    properties: ['valueHeadDim', 'valueDim', 'headDim'],
    value: (at) => {
      const attention = attentionAt(at);
      return attention && valueWidth(attention);
    },
  },
  {
    symbol: 'dᵣ',
    meaning: () => l10n.t('width of the part of a key with the position'),
    properties: ['ropeDim'],
    value: (at) => attentionAt(at)?.latent?.ropeDim,
  },
  {
    symbol: 'r',
    meaning: () => l10n.t('rank of the step size of a mixer'),
    properties: ['stepRank'],
    where: isIn('recurrence'),
  },
  {
    symbol: 'r',
    meaning: () => l10n.t('rank of the cached latent'),
    properties: ['kvRank', 'adapterRank', 'laurelRank'],
    value: (at) => attentionAt(at)?.latent?.rank,
  },
  {
    symbol: 'r_q',
    meaning: () => l10n.t('rank of compressed queries'),
    properties: ['queryRank'],
    value: (at) => attentionAt(at)?.latent?.queryRank,
  },
  {
    symbol: 'w',
    meaning: () => l10n.t('keys that a query of a windowed layer sees'),
    properties: ['window', 'windowSize'],
    value: (at) => attentionAt(at)?.window,
  },
  {
    symbol: 'c',
    meaning: () => l10n.t('tokens of a chunk that a query may see'),
    properties: ['chunk', 'localChunk'],
    value: (at) => {
      const pattern = attentionAt(at)?.pattern;
      return pattern?.kind === 'chunk' ? pattern.chunk * (1 + pattern.before) : undefined;
    },
  },
  { symbol: 'P', meaning: () => l10n.t('pairs of a query and a key'), properties: [] },
  { symbol: 'seen', meaning: () => l10n.t('keys that the newest token sees'), properties: [] },
  {
    symbol: 'f',
    meaning: () => l10n.t('width inside an expert'),
    properties: ['expertSize', 'intermediateSize'],
    where: isIn('experts'),
  },
  {
    symbol: 'f',
    meaning: () => l10n.t('width inside the MLP'),
    properties: ['intermediateSize', 'sharedSize', 'expertSize', 'sharedExperts', 'mlpRatio'],
    value: ({ place }) => place?.kind?.feedForward?.intermediateSize,
  },
  {
    symbol: 'fₛ',
    meaning: () => l10n.t('width inside all shared experts'),
    properties: ['sharedSize', 'sharedExperts', 'expertSize'],
    value: ({ place }) => place?.kind?.feedForward?.experts?.sharedSize,
  },
  {
    symbol: 'E',
    meaning: () => l10n.t('experts'),
    properties: ['experts'],
    value: ({ place }) => place?.kind?.feedForward?.experts?.count,
  },
  {
    symbol: 'k',
    meaning: () => l10n.t('width of the kernel of a convolution'),
    properties: ['kernel', 'convolution'],
    where: isConvolution,
  },
  {
    symbol: 'k',
    meaning: () => l10n.t('experts that a token is routed to'),
    properties: ['activeExperts'],
    value: ({ place }) => place?.kind?.feedForward?.experts?.active,
  },
  {
    symbol: 'V',
    meaning: () => l10n.t("width of all values of a linear attention's heads"),
    properties: [],
    where: isIn('recurrence'),
  },
  {
    symbol: 'V',
    meaning: () => l10n.t('entries of the vocabulary'),
    properties: ['vocabSize'],
    value: ({ model }) => model.vocabSize,
  },
  {
    symbol: 'Vₚ',
    meaning: () => l10n.t('entries of the vocabulary of the per-layer embeddings'),
    properties: ['perLayerVocabSize', 'vocabSize'],
  },
  { symbol: 'hₑ', meaning: () => l10n.t('width of an embedding'), properties: ['embeddingSize'] },
  {
    symbol: 'hₐ',
    meaning: () => l10n.t('width of the positions of one axis'),
    properties: ['axial_pos_embds_dim'],
  },
  { symbol: 'h_v', meaning: () => l10n.t('width of the vision tower'), properties: ['vision.hiddenSize'] },
  {
    symbol: 'e',
    meaning: () => l10n.t('bytes of an element of a weight or of the cache'),
    properties: [],
    condition: isAsked,
  },
  {
    symbol: 'eₐ',
    meaning: () => l10n.t('bytes of an activation, 2 at the least'),
    properties: [],
    value: ({ options }) => activationBytes(options.dtype),
    condition: isAsked,
  },
  {
    symbol: 'm',
    meaning: () => l10n.t("bytes of the optimizer's state for a parameter"),
    properties: [],
    condition: isAsked,
  },
  {
    symbol: 'p',
    meaning: () => l10n.t('side of a patch'),
    properties: ['patchSize'],
    where: isIn('patchEmbedding'),
  },
  {
    symbol: 'p',
    meaning: () => l10n.t('width of an embedding of one layer'),
    properties: ['perLayerSize'],
    where: ({ place }) => place?.weight !== undefined,
  },
  {
    symbol: 'p',
    meaning: () => l10n.t('tokens of a page of the cache'),
    properties: [],
    value: ({ options }) => options.cachePageTokens ?? DEFAULT_PAGE_TOKENS,
    condition: isAsked,
  },
  {
    symbol: 's',
    meaning: () => l10n.t('side of the square of patches that are merged'),
    properties: ['mergeSize'],
    where: ({ place }) => place?.weight !== undefined,
  },
  {
    symbol: 's',
    meaning: () => l10n.t('elements of the state and the convolution of a recurrent layer'),
    properties: ['stateSize'],
  },
  {
    symbol: 'D',
    meaning: () => l10n.t('width inside a recurrent mixer'),
    properties: ['innerSize', 'expand', 'lruWidth'],
  },
  { symbol: 'N', meaning: () => l10n.t('elements of the state of a channel'), properties: ['stateSize'] },
  { symbol: 'G', meaning: () => l10n.t('groups of a mixer that share a state'), properties: ['mambaGroups'] },
  {
    symbol: 'H',
    meaning: () => l10n.t('heads of a recurrent mixer'),
    properties: ['mambaHeads', 'valueHeads'],
  },
  { symbol: 'K', meaning: () => l10n.t("width of all keys of a linear attention's heads"), properties: [] },
  { symbol: 'C', meaning: () => l10n.t('channels of an image'), properties: ['channels'] },
  {
    symbol: 'kernel',
    meaning: () => l10n.t('width of the kernel of a convolution'),
    properties: ['convolution', 'kernel'],
  },
  {
    symbol: 'scan',
    meaning: () => l10n.t('operations of the recurrence itself for a token'),
    properties: [],
  },
  {
    symbol: 'kept',
    meaning: () => l10n.t('elements a token that a recurrent mixer works with'),
    properties: ['innerSize'],
  },
  {
    symbol: 'positions',
    meaning: () => l10n.t('rows of a table of positions or of token types'),
    properties: ['positions', 'maxSequenceLength', 'tokenTypes'],
  },
  { symbol: 'axis', meaning: () => l10n.t('positions along one axis'), properties: ['axial_pos_shape'] },
  { symbol: 'buckets', meaning: () => l10n.t('buckets of relative positions'), properties: ['buckets'] },
  {
    symbol: 'relative',
    meaning: () => l10n.t('rows of the table of relative positions'),
    properties: ['relativePositions', 'positionBuckets'],
  },
  {
    symbol: 'distances',
    meaning: () => l10n.t('relative positions in a window'),
    properties: ['window', 'windowSize'],
  },
  { symbol: 'registers', meaning: () => l10n.t('register tokens'), properties: ['registers'] },
  { symbol: 'labels', meaning: () => l10n.t('classes of the classifier'), properties: ['labels'] },
  {
    symbol: 'projection',
    meaning: () => l10n.t('width of a projection'),
    properties: ['projectionSize', 'projectionDim'],
  },
  {
    symbol: 'output',
    meaning: () => l10n.t("width of the vision tower's output"),
    properties: ['outputSize', 'vision.outputSize'],
  },
  { symbol: 'tiles', meaning: () => l10n.t('tiles of an image'), properties: ['tiles', 'vision.tiles'] },
  {
    symbol: 'layers',
    meaning: () => l10n.t('layers of the vision tower that the projector reads'),
    properties: [],
  },
  {
    symbol: 'frames',
    meaning: () => l10n.t('frames of a patch'),
    properties: ['frames', 'temporalPatchSize'],
  },
  {
    symbol: 'mel',
    meaning: () => l10n.t('bins of the spectrogram'),
    properties: ['melBins', 'encoder.melBins'],
  },
  { symbol: 'streams', meaning: () => l10n.t('residual streams'), properties: ['residualStreams'] },
  { symbol: 'groups', meaning: () => l10n.t('groups of a convolution'), properties: ['groups'] },
  { symbol: 'ρ', meaning: () => l10n.t('rank of the adapters'), properties: [], condition: isAsked },
  {
    symbol: 'tokens',
    meaning: () => l10n.t('tokens of a sequence that pass an adapter, of its experts only'),
    properties: [],
    condition: isAsked,
  },
  { symbol: 'dp', meaning: () => l10n.t('data-parallel degree'), properties: [], condition: isAsked },
  { symbol: 'tp', meaning: () => l10n.t('tensor-parallel degree'), properties: [], condition: isAsked },
  { symbol: 'pp', meaning: () => l10n.t('pipeline-parallel degree'), properties: [], condition: isAsked },
  { symbol: 'cp', meaning: () => l10n.t('context-parallel degree'), properties: [], condition: isAsked },
  {
    symbol: 'split',
    meaning: () =>
      l10n.t('devices that this is split over, by the degrees of parallelism and the ZeRO stage'),
    properties: [],
    condition: isAsked,
  },
  {
    symbol: 'share',
    meaning: () =>
      l10n.t('what one device has of this, by the degrees of parallelism, with ⌈layers / pp⌉ layers of all'),
    properties: [],
    condition: isAsked,
  },
  { symbol: 'params', meaning: () => l10n.t('parameters that are held in the same way'), properties: [] },
  { symbol: 'rest', meaning: () => l10n.t('terms too small for a line of their own'), properties: [] },
];

const bySymbol = new Map<string, SymbolEntry[]>();
for (const entry of symbols) {
  const known = bySymbol.get(entry.symbol);
  if (known === undefined) bySymbol.set(entry.symbol, [entry]);
  else known.push(entry);
}

/** What a symbol means at a place; undefined for one that is not in the table. */
export function symbolAt(symbol: string, at: Lookup): SymbolEntry | undefined {
  return bySymbol.get(symbol)?.find(({ where }) => where === undefined || where(at));
}

const functions = new Set(['min', 'max']);

/** The symbols that an expression is made of: `(d − dᵣ + dᵥ)` has d, dᵣ and dᵥ. */
export function symbolsIn(expression: string): string[] {
  const words = expression.match(/\p{L}[\p{L}_]*/gu) ?? [];
  return [...new Set(words)].filter((word) => !functions.has(word));
}
