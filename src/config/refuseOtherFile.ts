import * as l10n from '@vscode/l10n';
import type { FieldReader } from './fieldReader';

interface OtherFile {
  /** A key that only such files have. */
  readonly key: string;
  readonly what: () => string;
  readonly mend: () => string;
}

const languageModel = (): string =>
  l10n.t('Open the config.json of a transformer that reads text or images.');

/** Files that describe something else than a transformer's layers, though some of their keys are alike. */
const otherFiles: readonly OtherFile[] = [
  { key: '_diffusers_version', what: () => l10n.t('a part of a diffusion pipeline'), mend: languageModel },
  {
    key: 'num_features',
    what: () => l10n.t('a model of timm, which names its architecture and none of its sizes'),
    mend: languageModel,
  },
  {
    key: '__version__',
    what: () => l10n.t('how sentence-transformers puts its modules together'),
    mend: () => l10n.t('Open the config.json of the transformer beside it.'),
  },
];

/** Throws ConfigError for a file of diffusers, timm or sentence-transformers, and says which it is. */
export function refuseOtherFile(reader: FieldReader): void {
  if (reader.raw('model_type') !== undefined) return;
  const other = otherFiles.find(({ key }) => reader.raw(key) !== undefined);
  if (other === undefined) return;
  reader.fail(other.key, l10n.t('"{0}" tells that this is {1}.', other.key, other.what()), other.mend());
}
