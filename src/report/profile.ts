import { runEngine } from '../engine/client';
import type { EngineEvent, EngineLayerKind, EngineRequest } from '../engine/protocol';
import { ReportBuilder } from './reportBuilder';
import type { ProfileJob } from './profileJob';
import type { Report } from './report';

/** Inputs are the same in every run, so that a figure can be reproduced. */
const SEED = 20_170_612;

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
  const request: EngineRequest = {
    type: 'profile',
    layerKinds: job.model.layerKinds.map((kind): EngineLayerKind => {
      const { heads, kvHeads, headDim, causal, window } = kind.attention;
      return {
        name: kind.name,
        shape: {
          batch: job.scenario.batch,
          heads,
          kvHeads,
          headDim,
          causal,
          n: job.scenario.sequenceLength,
          dtype: 'float32',
        },
        // Where the model has a window already, that is the one worth measuring.
        parameters: window === undefined ? {} : { 'sliding-window': { window } },
      };
    }),
    device: job.device,
    budgetSeconds: job.budgetSeconds,
    seed: SEED,
    maxLength: job.scenario.sequenceLength,
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
