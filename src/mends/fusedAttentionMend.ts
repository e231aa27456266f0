import * as l10n from '@vscode/l10n';
import { joinSentences } from '../model/phrases';
import type { FieldSource } from '../model/modelSpec';
import type { FieldChange, Literal } from '../config/edit/fieldChange';
import { setFields } from '../config/edit/setFields';
import type { ConfigMend } from './configMend';
import type { MendRequest } from './mendRequest';
import { peakChange, peakSentence } from './peakChange';

interface Switch {
  readonly value: Literal;
  /** The kernel is in a package of its own: `flash-attn`. */
  readonly needsPackage: boolean;
}

/** The value that takes the place of the naive one. */
const switches: ReadonlyMap<string, Switch> = new Map<string, Switch>([
  ['axolotl', { value: 'sdpa', needsPackage: false }],
  ['transformers', { value: 'sdpa', needsPackage: false }],
  ['llama-factory', { value: 'fa2', needsPackage: true }],
  ['gpt-neox', { value: 'flash', needsPackage: true }],
  ['megatron', { value: true, needsPackage: true }],
  ['nemo', { value: true, needsPackage: true }],
]);

/** Replaces attention that holds the n × n scores by a fused kernel, where the recipe asks for the former. */
export function fusedAttentionMend(request: MendRequest): ConfigMend | undefined {
  const { text, name, reading, problem } = request;
  const { recipe } = reading;
  const source = recipe?.fields['attention'];
  const found = switches.get(recipe?.framework ?? '');
  if (recipe?.attention !== 'naive' || source?.kind !== 'key' || found === undefined) return undefined;
  const edits = setFields(text, name, changesFor(source, found.value));
  if (edits.length === 0) return undefined;
  const peak = peakChange(request, edits, 'training');
  const falls = peak.after < peak.before;
  if (problem.code === 'doesNotFit' && !falls) return undefined;
  const sentences = [
    ...(falls ? [peakSentence(peak)] : []),
    ...(found.needsPackage ? [l10n.t('The program needs the package flash-attn for it.')] : []),
  ];
  return {
    kind: 'fusedAttention',
    title: l10n.t('Use fused attention ({0}: {1})', source.path, String(found.value)),
    edits,
    ...(sentences.length > 0 && { note: joinSentences(sentences) }),
  };
}

/** gpt-neox names the kind of each group of layers: `[[["global"], 12]]`. */
function changesFor({ path, value }: Extract<FieldSource, { kind: 'key' }>, wanted: Literal): FieldChange[] {
  const keys = path.split('.');
  if (!Array.isArray(value)) return [{ path: keys, value: wanted }];
  return value.flatMap((group: unknown, index) => {
    const kinds: unknown = Array.isArray(group) ? group[0] : undefined;
    if (!Array.isArray(kinds)) return [];
    return kinds.flatMap((kind: unknown, place) =>
      kind === 'global' ? [{ path: [...keys, String(index), '0', String(place)], value: wanted }] : [],
    );
  });
}
