import * as l10n from '@vscode/l10n';
import type { ModelSpec } from '../model/modelSpec';
import type { ConfigReading, ModelSource } from './readConfig';

const origins: Readonly<Record<ModelSource['how'], () => string>> = {
  beside: () => l10n.t('from a file that the config leads to'),
  workspace: () => l10n.t('from the workspace'),
  'hf-cache': () => l10n.t('from the Hugging Face cache of this computer'),
  downloaded: () => l10n.t('from a config that was downloaded to this computer'),
  ollama: () => l10n.t('from a GGUF file of this computer'),
  builtin: () => l10n.t('from the built-in table, because it is not on this computer'),
  setting: () => l10n.t('from the setting that lists models'),
};

/** The model with what its recipe assumes and where its shape came from among the assumptions, without paths. */
export function reportedModel({
  model,
  recipe,
  modelSource,
}: Pick<ConfigReading, 'model' | 'recipe' | 'modelSource'>): ModelSpec {
  const origin = modelSource && [
    l10n.t(
      'The shape of {0} is {1}.',
      recipe?.model ? withoutPath(recipe.model.name) : l10n.t('the model'),
      origins[modelSource.how](),
    ),
  ];
  return { ...model, assumptions: [...(origin ?? []), ...model.assumptions, ...(recipe?.assumptions ?? [])] };
}

/** A path by its last part: where a model lies is nobody else's business. A repository stays as it is. */
function withoutPath(name: string): string {
  if (!/^(?:[/\\~.]|[a-z][\w+.-]*:)/i.test(name)) return name;
  return (
    name
      .split(/[/\\]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? l10n.t('the model')
  );
}
