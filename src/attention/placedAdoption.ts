import * as l10n from '@vscode/l10n';
import type { ConfigPlace } from '../model/configPlace';
import { formatConfigValue } from '../model/configValue';
import { joinPhrases, joinSentences } from '../model/phrases';
import type { Adoption, ConfigEdit } from './mechanism';

/**
 * What a mechanism's `adopt` says, for a file that may not be the model's own config.json: with the file that reads the
 * keys, or as no adoption where none does. A key that the profiled file itself has stays as it is; one that it lacks goes
 * into the mapping that has the model's other keys.
 */
export function placedAdoption(adoption: Adoption, place: ConfigPlace | undefined): Adoption {
  if (adoption.kind !== 'config' || place === undefined) return adoption;
  const { framework, file, override, under, keys, isEditable } = place;
  const byHand = isEditable ? {} : ({ byHand: true } as const);
  if (framework === undefined || file === undefined) {
    if (under !== undefined) {
      return { ...adoption, edits: adoption.edits.map((edit) => editUnder(edit, under, keys)), ...byHand };
    }
    if (adoption.edits.every((edit) => keys.includes(keyOf(edit)))) return { ...adoption, ...byHand };
    return {
      kind: 'none',
      reason: l10n.t(
        'The profiled file has no key for it; in a config.json of `transformers` it would be {0}.',
        joinPhrases(adoption.edits.map((edit) => `\`${keyOf(edit)}: ${formatConfigValue(edit.value)}\``)),
      ),
    };
  }
  const belongs =
    override === undefined
      ? l10n.t('The keys belong in {0}: {1} does not read them from the profiled file.', file, framework)
      : l10n.t(
          'The keys belong in {0}, or under `{1}` in the profiled file: elsewhere in it {2} does not read them.',
          file,
          override,
          framework,
        );
  return {
    ...adoption,
    ...byHand,
    file,
    reason: joinSentences([belongs, ...runtimeLimits(framework, adoption.edits), adoption.reason]),
  };
}

/** Mechanisms name keys as in a config.json, except those whose place in the file they know. */
function editUnder(
  edit: ConfigEdit,
  under: NonNullable<ConfigPlace['under']>,
  keys: readonly string[],
): ConfigEdit {
  const isPlaced = keys.includes(keyOf(edit)) || under.every((key, index) => edit.path[index] === key);
  return isPlaced ? edit : { ...edit, path: [...under, ...edit.path] };
}

/** Where a runtime is known to read keys in another way than `transformers`. */
function runtimeLimits(framework: string, edits: readonly ConfigEdit[]): string[] {
  const isLayered = edits.some((edit) => keyOf(edit) === 'max_window_layers');
  if (framework !== 'vllm' || !isLayered) return [];
  return [
    l10n.t(
      'vLLM reads `max_window_layers` in its own way: some versions refuse one below the number of layers, others leave the window out. Check yours.',
    ),
  ];
}

function keyOf({ path }: ConfigEdit): string {
  return path.join('.');
}
