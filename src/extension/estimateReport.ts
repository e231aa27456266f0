import { estimate } from '../cost/estimateModel';
import type { Report, RunError } from '../report/report';
import { reportSchemaVersion } from '../model/reportSchemaVersion';
import { HEADROOM_VERSION } from '../report/version';
import type { ProfileRequest } from './profileSession';

/** A report with estimates only, for where nothing may or can be run; `error` says why. */
export function estimateReport(request: ProfileRequest, error: RunError): Report {
  return {
    schemaVersion: reportSchemaVersion,
    headroomVersion: HEADROOM_VERSION,
    createdAt: new Date().toISOString(),
    source: request.source,
    model: request.model,
    scenario: request.scenario,
    estimate: estimate(request.model, request.scenario),
    ...(request.memoryShare && { memoryShare: request.memoryShare }),
    run: {
      state: 'failed',
      error,
      step: error.message,
      fraction: 0,
      elapsedMs: 0,
      budgetSeconds: request.budgetSeconds,
      seed: 0,
      notes: request.notes ?? [],
    },
    layerKinds: [],
  };
}
