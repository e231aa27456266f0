import * as l10n from '@vscode/l10n';
import type { ConfigError } from '../config/configError';
import type { Inspection } from '../config/fields/inspection';
import { isPartLength } from '../config/fields/fieldKinds';
import type { LocatedField } from '../config/fields/locatedField';
import type { ConfigReading } from '../config/readConfig';
import type { EstimateOptions } from '../cost/estimate';
import { countFlops } from '../cost/flops';
import { deviceCount, parallelismOf } from '../cost/parallelism';
import { peakPerDevice } from '../cost/perDevice';
import { joinSentences } from '../model/phrases';
import { formatInteger, formatPercent } from '../model/units';
import type { ConfigProblem } from './configProblem';
import { isSourceOf } from './fieldStack';
import { conditionsOf, purposeOf } from './insightSubject';
import { shareOf } from './lengthCost';
import { fitOf, workloadsOf } from './lengthVerdict';
import type { MemoryTarget } from './memoryTarget';
import { servedTarget } from './servedTarget';
import { longestSentence, neededSentence } from './verdictLines';

/** Share of the prefill's FLOPs from which attention is worth a remark. */
const DOMINATING_SHARE = 0.5;

/**
 * What is wrong with a config, or worth knowing, at its place: a shape that cannot be, a model that is not here, a
 * declared length that does not fit the target, and one at which attention is most of the work.
 */
export function configProblems(
  inspection: Inspection,
  settings: Partial<EstimateOptions>,
  target?: MemoryTarget,
): ConfigProblem[] {
  const { reading, error, fields } = inspection;
  if (reading === undefined) return error === undefined ? [] : errorProblems(error);
  const field = decidingField(reading, fields);
  if (field === undefined) return [];
  const conditions = conditionsOf({ reading, settings });
  const served = servedTarget(target, reading.recipe);
  return [
    ...(served === undefined ? [] : fitProblems(reading, field, conditions, served)),
    ...attentionProblems(reading, field, conditions),
  ];
}

/** Errors of a key with a place. What has no key is broken syntax, which the editor marks by itself. */
function errorProblems({ key, range, problem, mend, isModelMissing }: ConfigError): ConfigProblem[] {
  if (key === undefined || range === undefined) return [];
  const message = joinSentences([problem, mend]);
  return isModelMissing
    ? [{ code: 'modelNotFound', severity: 'information', range, message }]
    : [{ code: 'impossibleShape', severity: 'error', range, message }];
}

/** The field that the length of the scenario is from, or that would set it; undefined where none is in the file. */
function decidingField(
  { model, recipe, modelSource }: ConfigReading,
  fields: readonly LocatedField[],
): LocatedField | undefined {
  const lengths = fields.filter(({ kind }) => kind === 'length');
  const asked = lengths.find((field) => isSourceOf(recipe?.fields['sequenceLength'], field));
  if (asked !== undefined) return asked;
  if (recipe?.sequenceLength !== undefined) {
    // Of prompt and completion, the longer has the most to give.
    const parts = lengths.filter(({ key, value }) => isPartLength(key) && value !== undefined);
    if (parts.length > 0) {
      return parts.reduce((one, other) => ((other.value ?? 0) > (one.value ?? 0) ? other : one));
    }
    // A flag of a command, whose place the recipe gives as that of the whole command.
    return lengths.find(({ value }) => value === recipe.sequenceLength);
  }
  if (modelSource !== undefined) return lengths.find(({ state }) => state === 'unset');
  return lengths.find((field) => isSourceOf(model.fields['maxSequenceLength'], field));
}

function fitProblems(
  reading: ConfigReading,
  field: LocatedField,
  conditions: EstimateOptions,
  target: MemoryTarget,
): ConfigProblem[] {
  const { model } = reading;
  const [workload] = workloadsOf(purposeOf(reading));
  if (workload === undefined || !(target.memoryBytes > 0)) return [];
  const needed = peakPerDevice(model, conditions, workload);
  if (needed <= target.memoryBytes) return [];
  const optionsAt = (sequenceLength: number): EstimateOptions => ({ ...conditions, sequenceLength });
  const fit = fitOf(model, optionsAt, needed, target.memoryBytes, workload);
  const n = formatInteger(conditions.sequenceLength);
  const verdict =
    workload === 'inference'
      ? l10n.t('Inference at n = {0} tokens does not fit.', n)
      : l10n.t('Training at n = {0} tokens does not fit.', n);
  const devices = deviceCount(parallelismOf(conditions.parallelism));
  return [
    {
      code: 'doesNotFit',
      severity: 'warning',
      range: field.range,
      message: joinSentences([
        verdict,
        neededSentence(fit, target, devices),
        longestSentence(model, fit.longest),
      ]),
      longest: Math.min(fit.longest.sequenceLength, model.learnedPositions ?? Infinity),
      workload,
    },
  ];
}

function attentionProblems(
  { model }: ConfigReading,
  field: LocatedField,
  conditions: EstimateOptions,
): ConfigProblem[] {
  const { prefill, attentionPrefill } = countFlops(model, conditions);
  const share = shareOf(attentionPrefill, prefill);
  if (share <= DOMINATING_SHARE) return [];
  const message = l10n.t(
    'Attention (QKᵀ and PV) is {0} of the FLOPs of a prefill at n = {1} tokens.',
    formatPercent(share),
    formatInteger(conditions.sequenceLength),
  );
  return [{ code: 'attentionDominates', severity: 'information', range: field.range, message }];
}
