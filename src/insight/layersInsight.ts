import { prefillTerms } from '../cost/flops';
import { kvCacheBytesPerTokenTerms, kvCacheTerms } from '../cost/kvCache';
import { sumOf, type Term } from '../cost/term';
import { storedBytesPerElement } from '../cost/weightFormats';
import type { LayerKind, Stack } from '../model/modelSpec';
import { parametersOf } from '../model/weightSpec';
import type { LayersInsight } from './insight';
import { conditionsOf, type InsightSubject } from './insightSubject';

/** What one layer of each kind of the stack holds and computes. */
export function layersInsight(subject: InsightSubject, stack: Stack): LayersInsight {
  const { model } = subject.reading;
  const conditions = conditionsOf(subject);
  const { weightFormat = 'none', dtype, cacheDType = dtype } = conditions;
  const growth = kvCacheBytesPerTokenTerms(model, cacheDType);
  const cache = kvCacheTerms(model, conditions);
  const flops = prefillTerms(model, conditions);
  const kinds = stack.layerKinds.filter(({ layers }) => layers > 0);
  const ofOne = (terms: readonly Term[], kind: LayerKind): number =>
    sumOf(terms.filter(({ at }) => at?.kind === kind)) / kind.layers;
  return {
    kind: 'layers',
    key: subject.field.key,
    conditions,
    layers: kinds.reduce((sum, { layers }) => sum + layers, 0),
    kinds: kinds.map((kind) => ({
      name: kind.name,
      layers: kind.layers,
      parameters: kind.weights.reduce((sum, weight) => sum + parametersOf(weight), 0),
      weightBytes: kind.weights.reduce(
        (sum, weight) => sum + parametersOf(weight) * storedBytesPerElement(weight, weightFormat, dtype),
        0,
      ),
      kvBytesPerToken: ofOne(growth, kind),
      kvCacheBytes: ofOne(cache, kind),
      prefillFlops: ofOne(flops, kind),
    })),
  };
}
