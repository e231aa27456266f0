import * as l10n from '@vscode/l10n';
import { describeShape } from '../report/measurementSections';
import type { DeviceRecord, LayerKindResult, Report } from '../report/report';
import { textColumn, type ReportSection } from '../report/reportTable';
import { boundsRemark, timingsTable } from './timingsTable';

/** A saved profile and the name that tells it from the other one. */
export interface NamedReport {
  readonly name: string;
  readonly report: Report;
}

/**
 * What two profiles measured, side by side: the devices, then a table for each kind of layer that both have.
 * Nothing is compared that was not measured in both. Linear in the number of measured points.
 */
export function compareMeasured(first: NamedReport, second: NamedReport): ReportSection[] {
  const { pairs, unpaired } = pairKinds(first, second);
  const none =
    pairs.length > 0 ? [] : [l10n.t('The two profiles have no kind of attention layer to compare.')];
  return [
    {
      title: l10n.t('Devices'),
      lead: [],
      table: deviceTable(first, second),
      remarks: [...deviceRemarks(first, second), ...none, ...unpaired],
    },
    ...pairs.map(([a, b]) => kindSection(first, second, a, b)),
  ];
}

type Pair = readonly [LayerKindResult, LayerKindResult];

/** Layer kinds of the same name belong together; what is left over does in the order of the two models. */
function pairKinds(first: NamedReport, second: NamedReport): { pairs: Pair[]; unpaired: string[] } {
  const rest = new Map(second.report.layerKinds.map((kind) => [kind.name, kind]));
  const partners = new Map<LayerKindResult, LayerKindResult>();
  for (const kind of first.report.layerKinds) {
    const partner = rest.get(kind.name);
    if (partner === undefined) continue;
    partners.set(kind, partner);
    rest.delete(kind.name);
  }
  const left = [...rest.values()];
  for (const kind of first.report.layerKinds) {
    const partner = partners.has(kind) ? undefined : left.shift();
    if (partner !== undefined) partners.set(kind, partner);
  }
  const alone = first.report.layerKinds.filter((kind) => !partners.has(kind));
  return {
    pairs: [...partners],
    unpaired: [...alone.map((kind) => onlyIn(first, kind)), ...left.map((kind) => onlyIn(second, kind))],
  };
}

function onlyIn({ name }: NamedReport, kind: LayerKindResult): string {
  return l10n.t('Only {0} has measurements of {1}.', name, kind.name);
}

function kindSection(
  first: NamedReport,
  second: NamedReport,
  a: LayerKindResult,
  b: LayerKindResult,
): ReportSection {
  const kinds = a.name === b.name ? a.name : l10n.t('{0} and {1}', a.name, b.name);
  const table = timingsTable(first.name, second.name, a, b);
  return {
    title: l10n.t('Measured times: {0}', kinds),
    lead: [
      l10n.t('{0}: {1}', first.name, describeShape(a, first.report.device)),
      l10n.t('{0}: {1}', second.name, describeShape(b, second.report.device)),
    ],
    ...(table.rows.length > 0 && { table }),
    remarks: [
      ...(table.rows.length > 0 ? [boundsRemark()] : [l10n.t('Nothing was measured.')]),
      ...(shapeOf(a) === shapeOf(b)
        ? []
        : [l10n.t('The two calls differ in shape: their times differ for that reason too.')]),
    ],
  };
}

function shapeOf({ shape, window }: LayerKindResult): string {
  const { batch, heads, kvHeads, headDim, causal } = shape;
  return JSON.stringify([batch, heads, kvHeads, headDim, causal, window]);
}

function deviceTable(first: NamedReport, second: NamedReport) {
  const row = (title: string, of: (report: Report) => string) => [title, of(first.report), of(second.report)];
  const ofDevice = (of: (device: DeviceRecord) => string) => (report: Report) =>
    report.device === undefined ? '–' : of(report.device);
  return {
    columns: [textColumn(l10n.t('Measured on')), textColumn(first.name), textColumn(second.name)],
    rows: [
      row(
        l10n.t('Device'),
        ofDevice(({ name }) => name),
      ),
      row(
        l10n.t('Execution provider'),
        ofDevice(({ provider }) => provider),
      ),
      row(
        l10n.t('Dtype of the measurements'),
        ofDevice(({ precision }) => precision),
      ),
      row(
        l10n.t('Runtime'),
        ofDevice(({ runtime }) => runtime),
      ),
      row(l10n.t('Config'), ({ source }) => source.name),
      row(l10n.t('Profiled at'), ({ createdAt }) => createdAt),
      row(l10n.t('Run'), ({ run }) => run.state),
    ],
  };
}

function deviceRemarks(first: NamedReport, second: NamedReport): string[] {
  const [a, b] = [first.report.device, second.report.device];
  if (a === undefined || b === undefined) return [];
  return [
    ...(a.provider === b.provider && a.name === b.name
      ? []
      : [l10n.t('The two were measured on different devices: the ratios below compare the devices too.')]),
    ...(a.precision === b.precision
      ? []
      : [
          l10n.t(
            'The two were measured in different dtypes, {0} and {1}: the ratios below compare those too.',
            a.precision,
            b.precision,
          ),
        ]),
  ];
}
