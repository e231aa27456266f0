import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';
import { nestKeys } from './bestEffortKeys';
import type { FamilyReading } from './family';
import { towerSizeKeys, usualTower } from './usualTower';
import { visionReading } from './vision';
import { readVisionTower } from './visionTower';
import type { VisionVariant } from './visionVariant';

const variant: VisionVariant = { ...usualTower, classTokens: ['embeddings.cls_token'] };

/** Whether a config has the sizes of a vision transformer, an image cut into patches, and no text. */
export function describesVision(reader: FieldReader): boolean {
  const isWritten = (key: string): boolean => reader.raw(key) !== undefined;
  const { hiddenSize, layers, heads } = towerSizeKeys;
  return (
    ['image_size', 'patch_size'].every(isWritten) &&
    [hiddenSize, layers, heads].every((keys) => keys.some(isWritten)) &&
    !['vocab_size', ...nestKeys].some(isWritten)
  );
}

/** An unknown vision transformer in the shape of Dosovitskiy et al. 2021, without pooler or head. */
export function readBestEffortVision(reader: FieldReader): FamilyReading {
  const tower = readVisionTower(reader, variant, false);
  reader.assumptions.push(
    l10n.t(
      'Assumed: learned positions, one class token, biases everywhere, a plain MLP, no pooler and no head.',
    ),
  );
  return visionReading(reader, tower, [], { kind: 'none', tied: true });
}
