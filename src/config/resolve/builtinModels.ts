import type { BuiltinModel } from './builtin/builtinModel';
import { gemmaModels } from './builtin/gemmaModels';
import { llamaModels } from './builtin/llamaModels';
import { mistralModels } from './builtin/mistralModels';
import { olderModels } from './builtin/olderModels';
import { otherModels } from './builtin/otherModels';
import { qwenModels } from './builtin/qwenModels';

/**
 * Well-known models, so that a training or serving config can be counted where the model itself is not at
 * hand. Only what decides sizes is kept: the dimensions, what is shared, windows, experts, latent attention.
 * Figures are those of the published configs.
 */
export const builtinModels: readonly BuiltinModel[] = [
  ...llamaModels,
  ...mistralModels,
  ...qwenModels,
  ...gemmaModels,
  ...otherModels,
  ...olderModels,
];
