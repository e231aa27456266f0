import { configPlaceOf } from '../config/configPlaceOf';
import type { ConfigReading } from '../config/readConfig';
import { declaredScenario, withConditions } from '../config/scenario';
import { memoryShareOf } from '../model/memoryShare';
import type { ReportSource } from '../report/report';
import { chosenConditions } from './chosenConditions';
import type { InterpretedConfig } from './interpretConfig';
import { locationUri } from './locationUri';
import type { ProfileRequest } from './profileSession';
import { readSettings } from './settings';

/** What is asked for in place of what the config declares and the settings say. */
export interface AskedProfile {
  /** Tokens. */
  readonly sequenceLength?: number;
  /** Wall time for the measurements, in seconds. */
  readonly budgetSeconds?: number;
}

/** The profile of `config` under the user's settings, with what is `asked` for in place of them. */
export function profileRequest(
  { document, model, reading, notes }: InterpretedConfig,
  { sequenceLength, budgetSeconds }: AskedProfile = {},
): ProfileRequest {
  const settings = readSettings(document.uri);
  const memoryShare = memoryShareOf(reading.recipe);
  const place = configPlaceOf(reading);
  return {
    model,
    source: { name: document.name, uri: document.uri.toString(), ...modelPlace(reading) },
    scenario: withConditions(declaredScenario(model, reading.recipe), {
      ...(sequenceLength !== undefined && { sequenceLength }),
      ...chosenConditions(document.uri),
    }),
    ...(memoryShare && { memoryShare }),
    ...(place && { configPlace: place }),
    device: settings.device,
    budgetSeconds: budgetSeconds ?? settings.budgetSeconds,
    notes,
    ...(settings.replacements.length > 0 && { replacements: settings.replacements }),
  };
}

/** Where the model's own config is, when the profiled file only names it. */
function modelPlace({ modelSource }: ConfigReading): Pick<ReportSource, 'model'> {
  if (modelSource === undefined) return {};
  const { name, location } = modelSource;
  if (location === undefined) return { model: { name } };
  return { model: { name, uri: locationUri(location).toString() } };
}
