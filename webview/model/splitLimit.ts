import type { SplitLimit } from '../../src/cost/splitText';
import { memoryOwner } from '../../src/model/memoryShare';
import type { PlannedTarget } from '../../src/report/panelMessages';
import type { Report } from '../../src/report/report';
import { regimes as words } from '../strings/regimes';
import { deviceLimit } from './verdict';

/** The memory that one of several like devices has: of the planned device, or else of the report's. */
export function splitLimit(
  report: Pick<Report, 'device' | 'memoryShare'>,
  planned: PlannedTarget | undefined,
): SplitLimit {
  const { limit: inference, share } = deviceLimit(report, 'inference', planned);
  const { limit: training } = deviceLimit(report, 'training', planned);
  const name = (planned ?? report.device)?.name;
  return {
    ...(inference !== undefined && training !== undefined && { bounds: { inference, training } }),
    of: name === undefined ? words.splitDevice : memoryOwner(name, planned !== undefined, share),
  };
}
