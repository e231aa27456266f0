import { estimate } from '../cost/estimateModel';
import { HEADROOM_VERSION } from '../report/version';
import { estimateJson } from './jsonReport';
import type { LoadedModel } from './loadModel';

/** The estimate of one config with documented keys, as `docs/json.md` lists them. */
export function loadedJson({ source, model, scenario, recipe, modelSource, stored }: LoadedModel) {
  return {
    ...estimateJson(source.name, HEADROOM_VERSION, model, estimate(model, scenario)),
    recipe:
      recipe === undefined
        ? null
        : {
            framework: recipe.framework,
            purpose: recipe.purpose,
            model: recipe.model?.name ?? null,
            modelFoundAt: modelSource?.location ?? null,
            modelFoundHow: modelSource?.how ?? null,
            memoryShare: recipe.memoryShare ?? null,
            assumptions: recipe.assumptions,
          },
    stored: stored ? { ...stored, dtype: stored.dtype ?? null, problem: stored.problem ?? null } : null,
  };
}
