import type { EstimateOptions } from '../cost/estimate';
import type { ConfigProblem } from '../insight/configProblem';
import type { ConfigMend } from './configMend';
import type { Inspection } from '../config/fields/inspection';
import { fusedAttentionMend } from './fusedAttentionMend';
import { lengthMend } from './lengthMend';
import type { MendRequest } from './mendRequest';
import { recomputationMend } from './recomputationMend';
import { replacementMends } from './replacementMends';
import { skipping } from './skipping';

/**
 * Changes of `text` that mend `problem`, the one that changes the least first. What is set already is not offered,
 * nor what would not help by the cost model, nor what cannot be written safely; empty where nothing is left. Figures
 * in titles and notes are estimates under the conditions that the file itself names, with those of `settings`, the
 * user's, in place of what it says: those that the problem was found under.
 */
export function configMends(
  text: string,
  name: string,
  inspection: Inspection,
  problem: ConfigProblem,
  settings: Partial<EstimateOptions> = {},
): ConfigMend[] {
  const { reading } = inspection;
  if (reading === undefined) return [];
  const request: MendRequest = { text, name, inspection, reading, problem, settings };
  switch (problem.code) {
    case 'doesNotFit':
      return [
        ...skipping(() => lengthMend(request)),
        ...(problem.workload === 'training' ? memoryMends(request) : []),
        ...replacementMends(request),
      ];
    case 'attentionDominates':
      return [...skipping(() => fusedAttentionMend(request)), ...replacementMends(request)];
    case 'impossibleShape':
    case 'modelNotFound':
      return [];
  }
}

function memoryMends(request: MendRequest): ConfigMend[] {
  return [...skipping(() => fusedAttentionMend(request)), ...skipping(() => recomputationMend(request))];
}
