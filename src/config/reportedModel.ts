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
export function reportedModel({ model, recipe, modelSource }: ConfigReading): ModelSpec {
  const origin = modelSource && [
    `The shape of ${recipe?.model?.name ?? 'the model'} is ${origins[modelSource.how]}.`,
  ];
  return { ...model, assumptions: [...(origin ?? []), ...model.assumptions, ...(recipe?.assumptions ?? [])] };
}
