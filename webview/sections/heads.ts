import type { DecomposedResult, LayerKindResult } from '../../src/report/report';
import { clockName } from '../../src/model/clockName';
import { joinPhrases } from '../../src/model/phrases';
import { formatDuration, formatInteger, formatPercent, formatRatio } from '../../src/model/units';
import { dataTable } from '../charts/dataTable';
import { headBars } from '../charts/headBars';
import { heatMap } from '../charts/heatMap';
import type { Controls, HeadView } from '../controls';
import { h, show } from '../dom';
import { fusedBeside, headTotalMs, stages, summariseHeads } from '../model/headStages';
import { createRegion, createSizedRegion } from '../region';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createCheckbox, createTabs } from '../toolkit';

const words = strings.heads;

/** Where the time goes: a heat map of heads × stages, bars, a table, and the fused kernel beside their sum. */
export function createHeads(context: PanelContext): {
  readonly element: HTMLElement;
  update(kind: LayerKindResult, controls: Controls): void;
} {
  const map = createSizedRegion(h('div', { class: 'view' }));
  const bars = createSizedRegion(h('div', { class: 'view' }));
  const table = createRegion(h('div', { class: 'view' }));
  const stretch = createCheckbox({
    label: words.stretch,
    checked: context.controls().stretch,
    onChange: (checked) => {
      context.change({ stretch: checked });
    },
  });
  const tabs = createTabs<HeadView>({
    label: words.viewsLabel,
    value: context.controls().headView,
    tabs: [
      {
        value: 'map',
        label: words.views.map,
        content: h('div', { class: 'view' }, map.element, stretch.element),
      },
      { value: 'bars', label: words.views.bars, content: bars.element },
      { value: 'table', label: words.views.table, content: table.element },
    ],
    onChange: (headView) => {
      context.change({ headView });
    },
  });
  const basis = createRegion(h('div'));
  const comparison = createRegion(h('div'));
  const views = h('div', {}, tabs.element, comparison.element);
  return {
    element: h('div', { class: 'block' }, h('h3', {}, words.heading), basis.element, views),
    update({ decomposed, dense }, controls) {
      const shown = decomposed?.verification.passed === true ? decomposed : undefined;
      show(views, shown !== undefined);
      basis.render(decomposed, () => basisNodes(decomposed));
      if (shown === undefined) return;
      tabs.set(controls.headView);
      stretch.set(controls.stretch);
      map.render([shown, controls.stretch], (width) => [
        heatMap({ result: shown, width, stretch: controls.stretch }),
      ]);
      bars.render(shown, (width) => [headBars(shown, width)]);
      table.render(shown, () => [headTable(shown)]);
      comparison.render([shown, dense.points], () => comparisonNodes({ dense, decomposed: shown }));
    },
  };
}

function basisNodes(result: DecomposedResult | undefined): readonly Node[] {
  if (result === undefined) return [h('p', { class: 'note' }, words.pending)];
  if (!result.verification.passed) {
    const { message } = result.verification;
    return [h('p', { class: 'warning' }, words.unverified, message !== undefined && ` ${message}`)];
  }
  const { n, repetitions, clock } = result;
  const lines = [words.basis(formatInteger(n), formatInteger(repetitions), clockName(clock))];
  const summary = summariseHeads(result);
  if (summary !== undefined) {
    const shares = stages.map((stage) => `${words.stages[stage]} ${formatPercent(summary.shares[stage])}`);
    const total = headTotalMs(summary.slowest);
    lines.push(
      words.summary(
        joinPhrases(shares),
        String(summary.slowest.head),
        formatDuration(total),
        formatRatio(total / summary.meanTotal),
      ),
      words.alike,
    );
  }
  return lines.map((line) => h('p', { class: 'note' }, line));
}

function headTable(result: DecomposedResult): HTMLElement {
  const sum = result.perHead.reduce((total, head) => total + headTotalMs(head), 0);
  const { head, total, share, spread } = words.columns;
  return dataTable({
    label: words.barsLabel,
    columns: [head, ...stages.map((stage) => words.stages[stage]), total, share, spread],
    figures: [1, 2, 3, 4, 5, 6],
    class: 'narrow-table',
    rows: result.perHead.map((entry) => [
      String(entry.head),
      formatDuration(entry.qkMs),
      formatDuration(entry.softmaxMs),
      formatDuration(entry.pvMs),
      formatDuration(headTotalMs(entry)),
      formatPercent(sum > 0 ? headTotalMs(entry) / sum : NaN),
      formatDuration(entry.spreadMs),
    ]),
  });
}

function comparisonNodes({
  dense,
  decomposed,
}: {
  readonly dense: LayerKindResult['dense'];
  readonly decomposed: DecomposedResult;
}): readonly Node[] {
  const beside = fusedBeside(dense, decomposed);
  const most = Math.max(decomposed.totalMs, beside?.fusedMs ?? 0);
  const n = formatInteger(decomposed.n);
  return [
    h('h4', {}, words.compareHeading),
    ...(beside === undefined ? [] : [comparisonBar(words.fused, beside.fusedMs, most)]),
    comparisonBar(words.decomposed, decomposed.totalMs, most),
    h(
      'p',
      {},
      beside === undefined ? words.noFusedAt(n) : words.compareAt(n, formatRatio(beside.ratio)),
      ' ',
      words.shared(formatDuration(decomposed.sharedMs)),
    ),
    h('p', { class: 'note prose' }, words.whyDifferent),
  ];
}

function comparisonBar(label: string, ms: number, most: number): HTMLElement {
  const value = joinPhrases([formatDuration(ms), strings.measured]);
  return h(
    'div',
    { class: 'compare' },
    h('span', {}, label),
    h('progress', {
      class: 'meter',
      max: 1000,
      value: Math.round((ms / most) * 1000),
      'aria-label': `${label}: ${value}`,
    }),
    h('span', { class: 'compare-value' }, value),
  );
}
