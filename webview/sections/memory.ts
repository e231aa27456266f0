import { joinPhrases, joinSentences } from '../../src/model/phrases';
import { formatBytes, formatInteger } from '../../src/model/units';
import type { PlannedTarget } from '../../src/report/panelMessages';
import { createCurveChart } from '../charts/curveChart';
import { foldedTable } from '../charts/dataTable';
import { legend } from '../charts/legend';
import { areaSwatch, dashSwatch } from '../charts/markElement';
import { memoryChartSpec, partDashes, partTones } from '../charts/memoryChart';
import type { MemoryScale } from '../controls';
import { h, setText } from '../dom';
import { memoryCurve, tableLengths, type MemoryCurve } from '../model/memoryCurve';
import type { PartId } from '../model/memoryParts';
import { deviceLimit, limitOwner } from '../model/verdict';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createDerivation } from './derivation';
import { createMemoryControls, memorySettings } from './memoryControls';

const words = strings.memory;

/** Estimated memory of the whole model over n, in parts, against the memory of the device. */
export function createMemory(context: PanelContext): Section {
  const controls = createMemoryControls(context);
  const summary = h('p', { class: 'summary', role: 'status' });
  const conditions = h('p', { class: 'note' });
  const key = createRegion(h('div'));
  const chart = createCurveChart();
  const drawn = createRegion(h('div'));
  const table = createRegion(h('div'));
  const derivation = createDerivation(context);
  return {
    element: h(
      'section',
      { id: 'memory', class: 'panel-section' },
      h('h2', {}, words.heading),
      h('p', { class: 'note' }, words.lead),
      controls.element,
      summary,
      conditions,
      h('figure', {}, key.element, chart.element, drawn.element, table.element),
      derivation.element,
      h('p', { class: 'note' }, words.sources),
    ),
    update(report, current) {
      const settings = memorySettings(report, current);
      const asked = report.scenario.sequenceLength;
      const planned = context.planned();
      const { limit, share } = deviceLimit(report, settings.use, planned);
      controls.update(settings, current);
      derivation.update(report.model, settings, asked, current);
      drawn.render([report.model, settings, asked, limit, share, planned, current.scale], () => {
        const curve = memoryCurve(report.model, settings, asked, limit);
        const text = joinSentences([
          ...summarise(curve, asked, limitOwner(report, share, planned)),
          ...positionNotes(curve, asked, report.model.learnedPositions),
        ]);
        setText(summary, text);
        setText(conditions, describeConditions(curve));
        key.render([partNames(curve), current.scale], () => [partLegend(curve, current.scale)]);
        chart.draw(
          memoryChartSpec({
            curve,
            scale: current.scale,
            asked,
            planned: planned !== undefined,
            served: share !== undefined,
            label: words.label(words.uses[settings.use], text),
          }),
        );
        table.render([curve.parts, curve.lengths, limit, planned !== undefined], () => [
          memoryTable(curve, asked, planned),
        ]);
        return [];
      });
    },
    redraw: chart.redraw,
  };
}

function summarise(curve: MemoryCurve, asked: number, owner: string | undefined): readonly string[] {
  const { settings, limit, longest, lengths, totals } = curve;
  const bytes = totals[lengths.indexOf(asked)];
  const atAsked = words.atScenario(formatInteger(asked), formatBytes(bytes ?? NaN));
  if (limit === undefined) return [atAsked, words.summaryUnknown];
  const use = words.uses[settings.use];
  const bound = formatBytes(limit);
  const device = owner === undefined ? bound : words.limitOf(bound, owner);
  if (longest === undefined) {
    return [atAsked, words.summaryAll(use, formatInteger(lengths.at(-1) ?? asked), device)];
  }
  const fits =
    longest === 0 ? words.summaryNone(use, device) : words.summaryFits(use, formatInteger(longest), device);
  return [atAsked, fits];
}

/** Where the model has learned positions for fewer tokens than are asked about or would fit. */
function positionNotes(curve: MemoryCurve, asked: number, positions: number | undefined): readonly string[] {
  if (positions === undefined || Math.max(asked, curve.longest ?? Infinity) <= positions) return [];
  return [words.summaryPositions(formatInteger(positions))];
}

function describeConditions({ settings }: MemoryCurve): string {
  const { dtype, batch, attention, recomputation, use } = settings;
  const text = words.conditions(dtype, formatInteger(batch), words.attentions[attention]);
  return use === 'training'
    ? joinPhrases([text, words.recomputedWith(words.recomputations[recomputation])])
    : text;
}

function partNames({ parts }: MemoryCurve): readonly string[] {
  return parts.map((part) => part.id);
}

function partLegend({ parts }: MemoryCurve, scale: MemoryScale): HTMLElement {
  const swatch = (id: PartId) =>
    scale === 'log' ? dashSwatch(partTones[id], partDashes[id]) : areaSwatch(partTones[id]);
  return legend([
    ...parts.map(({ id }) => ({ id, label: words.parts[id], swatch: swatch(id) })),
    { id: 'total', label: words.total, swatch: dashSwatch('foreground', []) },
  ]);
}

function memoryTable(curve: MemoryCurve, asked: number, planned: PlannedTarget | undefined): HTMLElement {
  const { parts, totals, lengths, limit, longest } = curve;
  const columns = [words.columnN, ...parts.map(({ id }) => words.parts[id]), words.total];
  const rows = tableLengths(curve, asked).map((n) => {
    const index = lengths.indexOf(n);
    const total = totals[index] ?? NaN;
    const remark = n === longest ? words.longest : n === asked ? words.asked : '';
    return [
      remark === '' ? formatInteger(n) : `${formatInteger(n)} (${remark})`,
      ...parts.map(({ bytes }) => formatBytes(bytes[index] ?? NaN)),
      formatBytes(total),
      ...(limit === undefined ? [] : [total <= limit ? words.yes : words.no]),
    ];
  });
  return foldedTable('memory-table', {
    label: words.tableLabel(words.uses[curve.settings.use]),
    columns:
      limit === undefined
        ? columns
        : [...columns, planned ? words.verdictColumnPlanned : words.verdictColumn],
    figures: [...parts.map((_, index) => index + 1), parts.length + 1],
    rows,
  });
}
