import { fieldStack } from './fieldStack';
import { headsInsight } from './headsInsight';
import type { FieldInsight } from './insight';
import type { InsightSubject } from './insightSubject';
import { layersInsight } from './layersInsight';
import { lengthInsight } from './lengthInsight';
import { ropeInsight } from './ropeInsight';
import { towerInsight } from './towerInsight';
import { windowInsight } from './windowInsight';

export type { FieldInsight } from './insight';
export type { InsightSubject } from './insightSubject';

/**
 * What the field decides and what that costs, under the file's own conditions. Undefined where there is nothing to
 * say: a value that is being typed, or a part of the config that describes something else.
 */
export function fieldInsight(subject: InsightSubject): FieldInsight | undefined {
  const { reading, field } = subject;
  if (field.state === 'unreadable') return undefined;
  const stack = fieldStack(reading, field);
  if (stack === undefined) return undefined;
  switch (field.kind) {
    case 'length':
      return typeof stack.tokens === 'number' ? towerInsight(subject, stack) : lengthInsight(subject, stack);
    case 'imageSize':
    case 'patchSize':
      return towerInsight(subject, stack);
    case 'window':
      return windowInsight(subject, stack);
    case 'heads':
    case 'keyValueHeads':
    case 'headDim':
      return headsInsight(subject, stack, field.kind);
    case 'layers':
      return layersInsight(subject, stack);
    case 'ropeOriginalLength':
    case 'ropeFactor':
      return ropeInsight(subject);
  }
}
