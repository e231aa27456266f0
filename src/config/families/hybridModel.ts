import * as l10n from '@vscode/l10n';
import type { LayerKind } from '../../model/modelSpec';
import type { WeightSpec } from '../../model/weightSpec';
import type { FieldReader } from '../fieldReader';
import type { FamilyReading } from './family';
import type { LanguageSizes } from './hybridFields';
import { readLanguageModelHead } from './languageModelHead';
import { singleStack } from './originalLayers';
import { languageModelHead, tokenEmbedding } from './weights/outside';
import { hidden, norm } from './weights/vectors';

/** Layers of the same name taken together, in order of first appearance; `of` builds each kind once. */
export function groupLayers<Name extends string>(
  names: readonly Name[],
  of: (name: Name) => Omit<LayerKind, 'name' | 'layers'>,
): LayerKind[] {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, layers]) => ({ name, layers, ...of(name) }));
}

export interface HybridModel extends LanguageSizes {
  readonly maxSequenceLength: number;
  readonly layerKinds: readonly LayerKind[];
  readonly tied: boolean;
  readonly attentionDropout?: number;
  readonly names: { readonly embedding: string; readonly finalNorm: string };
  /** Weights outside the layers beside embedding, norm and head. */
  readonly weights?: readonly WeightSpec[];
}

/** A decoder with a token embedding, layers, an RMSNorm and a language-model head. */
export function hybridReading(reader: FieldReader, model: HybridModel): FamilyReading {
  const { hiddenSize, vocabSize, maxSequenceLength, layerKinds, names } = model;
  const width = hidden(hiddenSize);
  const head = readLanguageModelHead(reader, model.tied);
  return singleStack({
    name: 'decoder',
    generates: true,
    hiddenSize,
    vocabSize,
    maxSequenceLength,
    layerKinds,
    weights: [
      tokenEmbedding(names.embedding, vocabSize, width),
      ...norm(names.finalNorm, 'rms', width),
      ...(model.weights ?? []),
      ...languageModelHead(head, 'lm_head', vocabSize, width, names.embedding),
    ],
    outerNorms: 1,
    dropout: { attention: model.attentionDropout ?? 0, hidden: 0 },
    head,
  });
}

/** Dropout of the attention's probabilities; 0 where the key is absent. */
export function readAttentionDropout(reader: FieldReader): number {
  return reader.probability(
    { property: 'attentionDropout', keys: ['attention_dropout'], meaning: l10n.t('dropout') },
    { value: 0, rule: l10n.t('attention_dropout is absent: 0.') },
  );
}
