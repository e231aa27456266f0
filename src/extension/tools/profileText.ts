import * as l10n from '@vscode/l10n';
import { formatBytes, formatError, formatInteger } from '../../model/units';
import { describeConditions } from '../../report/conditions';
import { denseTitle, describeShape, projectionSection } from '../../report/measurementSections';
import { regimesSections } from '../../report/regimesSection';
import { replacementSection } from '../../report/replacementSection';
import { memoryLimit, runSection } from '../../report/reportSections';
import { formatMilliseconds, numberColumn, textColumn, type ReportSection } from '../../report/reportTable';
import type { DeviceRecord, LayerKindResult, MeasuredPoint, Report } from '../../report/report';
import { describeBounds } from '../../report/timingBounds';
import { estimateText } from './estimateText';
import { sectionText } from './sectionText';

/**
 * A finished profile as compact text for a language model: what was measured, with spread, verification, device and
 * dtype; how replacements compare; and the memory that the whole model is projected to need on that device.
 */
export function profileText(report: Report): string {
  const { source, model, scenario, device, memoryShare, run, layerKinds } = report;
  const { bytes, of } = memoryLimit(report);
  return [
    [
      l10n.t('Profile of {0}: {1}.', source.name, describeConditions(scenario)),
      l10n.t(
        'Times marked measured are of attention alone, one call of one layer; all else is projected and says so.',
      ),
    ].join('\n'),
    ...[
      runSection(run, device),
      ...layerKinds.flatMap((kind) => [
        measuredSection(kind, device),
        replacementSection(kind, report),
        projectionSection(kind),
        ...(kind.regimes === undefined ? [] : regimesSections(kind, kind.regimes, device)),
      ]),
    ].map(sectionText),
    estimateText({
      name: source.name,
      model,
      scenario,
      ...(device && { target: { name: of, memoryBytes: bytes, how: 'detected' } }),
      ...(memoryShare && { memoryShare }),
      notes: [],
    }),
  ].join('\n\n');
}

/** Every measured point of every mechanism in one kind of layer. */
function measuredSection(kind: LayerKindResult, device: DeviceRecord | undefined): ReportSection {
  const rows = [{ ...kind.dense, title: denseTitle(kind) }, ...kind.replacements].flatMap(
    ({ title, points }) => points.map((point) => [title, ...pointCells(point)]),
  );
  return {
    title: l10n.t('Measured: {0} ({1} layers)', kind.name, String(kind.layers)),
    lead: [describeShape(kind, device)],
    ...(rows.length > 0 && { table: { columns: columns(), rows } }),
    remarks: rows.length > 0 ? [] : [l10n.t('Nothing was measured.')],
  };
}

const columns = () => [
  textColumn(l10n.t('Mechanism')),
  numberColumn(l10n.t('n (tokens)')),
  numberColumn(l10n.t('Median (ms)')),
  numberColumn(l10n.t('From (ms)')),
  numberColumn(l10n.t('To (ms)')),
  textColumn(l10n.t('From and to are')),
  textColumn(l10n.t('Output verified')),
  numberColumn(l10n.t('Max error')),
  numberColumn(l10n.t('Peak memory')),
];

function pointCells({ n, timing, verification, peakBytes }: MeasuredPoint): string[] {
  return [
    formatInteger(n),
    formatMilliseconds(timing?.medianMs),
    formatMilliseconds(timing?.lowMs),
    formatMilliseconds(timing?.highMs),
    timing === undefined ? '–' : describeBounds(timing),
    verification.passed ? l10n.t('yes') : l10n.t('no'),
    formatError(verification.maxError),
    peakBytes === undefined ? '–' : formatBytes(peakBytes),
  ];
}
