import * as l10n from '@vscode/l10n';
import { runEngine } from '../engine/client';
import type { EngineEvent, EngineLayerKind, EngineRequest } from '../engine/protocol';
import { replacements } from '../attention/registry';
import { attentionKinds } from '../model/attentionKinds';
import type { AttentionSpec, ModelSpec } from '../model/modelSpec';
import { ReportBuilder } from './reportBuilder';
import { translationsInUse } from '../model/translations';
import type { ProfileJob } from './profileJob';
import type { Report, RunError } from './report';

/** Inputs are the same in every run, so that a figure can be reproduced. */
const SEED = 20_170_612;

function noAttention(): RunError {
  return {
    kind: 'not-run',
    message: l10n.t(
      'No layer of this model has self-attention, so there is nothing to measure: the figures are estimates.',
    ),
    mend: l10n.t('Profile a config with attention layers to compare.'),
  };
}

/**
 * Profiles the attention of `job.model` in the engine's process and reports as it goes. Always
 * resolves with the final report; its `run.state` says how the run ended.
 */
export async function profile(job: ProfileJob): Promise<Report> {
  const builder = new ReportBuilder(job, SEED);
  const update = (): void => {
    job.onUpdate(builder.report());
  };
  update();
  const kinds = attentionKinds(job.model);
  if (kinds.length === 0) {
    builder.end({ state: 'failed', error: noAttention() });
    update();
    return builder.report();
  }
  const request: EngineRequest = {
    type: 'profile',
    layerKinds: kinds.map((kind): EngineLayerKind => {
      const { heads, kvHeads, headDim, causal } = kind.attention;
      return {
        name: kind.name,
        shape: {
          batch: job.scenario.batch,
          heads,
          kvHeads,
          headDim,
          causal,
          n: kind.fixedTokens ?? job.scenario.sequenceLength,
          dtype: 'float32',
        },
        parameters: presentParameters(kind.attention),
        unsuited: unsuitedMechanisms(job.model, kind.attention),
      };
    }),
    device: job.device,
    budgetSeconds: job.budgetSeconds,
    seed: SEED,
    ...(job.replacements === undefined ? {} : { replacements: job.replacements }),
    translations: translationsInUse(),
  };
  const outcome = await runEngine(request, {
    workerPath: job.workerPath,
    signal: job.signal,
    log: job.log,
    ...(job.onWorker === undefined ? {} : { onWorker: job.onWorker }),
    onEvent: (event: EngineEvent) => {
      builder.add(event);
      update();
    },
  });
  builder.end(outcome);
  update();
  return builder.report();
}

/** Where the layers have a mechanism already, that is the one worth measuring: its parameters, by its id. */
function presentParameters(attention: AttentionSpec): EngineLayerKind['parameters'] {
  const patterns = replacements.filter(({ family }) => family !== 'shared-kv');
  return Object.fromEntries(
    patterns.flatMap((mechanism) => {
      const present = mechanism.present(attention);
      return present === undefined ? [] : [[mechanism.id, present]];
    }),
  );
}

/** The mechanisms that make no sense in layers with `attention`, by id, and why. */
function unsuitedMechanisms(model: ModelSpec, attention: AttentionSpec): EngineLayerKind['unsuited'] {
  return Object.fromEntries(
    replacements.flatMap((mechanism) => {
      const reason = mechanism.unsuited?.(model, attention);
      return reason === undefined ? [] : [[mechanism.id, reason]];
    }),
  );
}
