import * as l10n from '@vscode/l10n';
import { arenaQuality } from './longRangeArena';
import { adoptLsh } from './lshAdoption';
import { lshDecode } from './lshDecode';
import { lshGraph } from './lshGraph';
import { cachedStyle, lshCost, lshFlops, type LshParameters, type LshStyle } from './lshPlan';
import { lshRows } from './lshReference';
import type { AttentionMechanism, Kernel, MechanismParameters } from './mechanism';
import { readRange } from './wholeParameter';

const DEFAULT_CHUNK = 64;

/** As the published model of enwik8 has; with more rounds fewer near keys are missed. */
const DEFAULT_ROUNDS = 4;

/**
 * LSH attention (Reformer): queries and keys are the same vectors, sorted by a hash under which near ones collide;
 * a token sees its own chunk of the sorted sequence and the one before it, in each of some rounds of hashing. Costs
 * n·rounds·2·chunk pairs, and the hash and the sort.
 *
 * As in the published code a token also sees those of other buckets in its chunks, and keys that several rounds find
 * count as often. Here one set of rotations serves all heads, the first chunk of a round sees the round's own last
 * one, and where query heads share a key/value head they share its values only: the keys are the queries.
 */
export const lsh: AttentionMechanism = {
  id: 'lsh',
  get title() {
    return l10n.t('LSH attention (Reformer)');
  },
  family: 'hashed',
  paper: {
    authors: 'Kitaev et al.',
    year: 2020,
    title: 'Reformer: The Efficient Transformer',
    arxiv: '2001.04451',
  },
  get quality() {
    return arenaQuality('50.67');
  },
  parameters: [
    {
      name: 'chunk',
      get title() {
        return l10n.t('Chunk');
      },
      get unit() {
        return l10n.t('tokens');
      },
      defaultFor: () => DEFAULT_CHUNK,
    },
    {
      name: 'rounds',
      get title() {
        return l10n.t('Rounds of hashing');
      },
      get unit() {
        return l10n.t('rounds');
      },
      defaultFor: () => DEFAULT_ROUNDS,
    },
  ],
  causal: 'both',
  exact: false,

  kernels(shape, parameters) {
    const own = ownParameters(parameters);
    const kernel = (id: string, title: string, style: LshStyle): Kernel => ({
      id,
      title,
      graph: lshGraph(shape, own, style),
      cost: lshCost(shape, own, style),
    });
    return [
      kernel('heads in turn', l10n.t('hash, sort and chunks, heads in turn'), cachedStyle(shape, own)),
      kernel('all heads', l10n.t('hash, sort and chunks of all heads at once'), {
        units: shape.heads,
        operators: 'standard',
      }),
    ];
  },

  flops: (shape, parameters) => lshFlops(shape, ownParameters(parameters)),
  cost(shape, parameters) {
    const own = ownParameters(parameters);
    return lshCost(shape, own, cachedStyle(shape, own));
  },
  reference: (shape, parameters, inputs, rows) => lshRows(shape, ownParameters(parameters), inputs, rows),
  decode: (shape, parameters) => lshDecode(shape, ownParameters(parameters)),

  present({ pattern }) {
    if (pattern?.kind !== 'lsh' || pattern.before !== 1 || pattern.after !== 0) return undefined;
    return { chunk: pattern.chunk, rounds: pattern.rounds };
  },

  adopt: (model, attention, parameters) => adoptLsh(model, attention, ownParameters(parameters)),
};

function ownParameters(parameters: MechanismParameters): LshParameters {
  return {
    chunk: readRange('LSH', parameters, 'chunk', 1, Infinity),
    rounds: readRange('LSH', parameters, 'rounds', 1, 64),
  };
}
