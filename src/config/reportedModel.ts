import type { ModelSpec } from '../model/modelSpec';
import type { ConfigReading, ModelSource } from './readConfig';

const origins: Readonly<Record<ModelSource['how'], string>> = {
  beside: 'from a file that the config leads to',
  workspace: 'from the workspace',
  'hf-cache': 'from the Hugging Face cache of this computer',
  downloaded: 'from a config that was downloaded to this computer',
  ollama: 'from a GGUF file of this computer',
  builtin: 'from the built-in table, because it is not on this computer',
  setting: 'from the setting that lists models',
};

/** The model with what its recipe assumes and where its shape came from among the assumptions, without paths. */
export function reportedModel({
  model,
  recipe,
  modelSource,
}: Pick<ConfigReading, 'model' | 'recipe' | 'modelSource'>): ModelSpec {
  const origin = modelSource && [
    `The shape of ${recipe?.model ? withoutPath(recipe.model.name) : 'the model'} is ${origins[modelSource.how]}.`,
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
      .at(-1) ?? 'the model'
  );
}
