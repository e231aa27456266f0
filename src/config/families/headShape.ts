import * as l10n from '@vscode/l10n';
import type { FieldReader } from '../fieldReader';

/** hidden_size / heads. Throws ConfigError, blaming `headsKey`, where that is no whole number. */
export function dividedHeadDim(
  reader: FieldReader,
  hiddenSize: number,
  heads: number,
  keys: { readonly hidden: string; readonly heads: string; readonly mayNameHeadDim: boolean },
): number {
  if (hiddenSize % heads === 0) return hiddenSize / heads;
  return reader.fail(
    keys.heads,
    l10n.t(
      '"{0}" is {1}, which does not divide "{2}" {3}.',
      keys.heads,
      String(heads),
      keys.hidden,
      String(hiddenSize),
    ),
    keys.mayNameHeadDim
      ? l10n.t('Choose a number of heads that divides {0}, or give "head_dim".', String(hiddenSize))
      : l10n.t('Choose a number of heads that divides {0}.', String(hiddenSize)),
  );
}

/** `kvHeads`, checked to divide `heads`, which 0 does not. Throws ConfigError, blaming `key`. */
export function dividingKvHeads(
  reader: FieldReader,
  kvHeads: number,
  heads: number,
  key = 'num_key_value_heads',
): number {
  if (heads % kvHeads === 0) return kvHeads;
  return reader.fail(
    key,
    l10n.t(
      '"{0}" is {1}, which does not divide "num_attention_heads" {2}.',
      key,
      String(kvHeads),
      String(heads),
    ),
    l10n.t('Give a number of key/value heads that divides {0}.', String(heads)),
  );
}
