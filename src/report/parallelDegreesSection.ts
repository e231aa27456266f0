import { memoryBounds } from '../cost/parallelDegrees';
import { describeSplits } from '../cost/splitText';
import { memoryOwner } from '../model/memoryShare';
import { numberColumn, textColumn, type ReportSection } from './reportTable';
import type { Report } from './report';
import type { MemoryLimit } from './verdict';

/** What each device holds and computes when the model is split in one way or another, and whether it has room. */
export function parallelDegreesSection(
  { model, scenario }: Pick<Report, 'model' | 'scenario'>,
  { bytes, of, share }: MemoryLimit,
): ReportSection {
  const bounds = memoryBounds(bytes, share);
  const text = describeSplits(model, scenario, {
    ...(bounds && { bounds }),
    of: memoryOwner(of, false, share),
  });
  return {
    title: text.title,
    lead: [...text.conditions, ...(text.smallest === undefined ? [] : [text.smallest])],
    table: {
      columns: text.columns.map(({ title, isFigure }) =>
        isFigure ? numberColumn(title) : textColumn(title),
      ),
      rows: text.rows,
    },
    remarks: text.remarks,
  };
}
