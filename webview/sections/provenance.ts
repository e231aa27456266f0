import type { PanelMessage } from '../../src/report/panelMessages';
import type { DeviceRecord, Report } from '../../src/report/report';
import { formatBytes, formatDuration, formatInteger, formatRate } from '../../src/model/units';
import { dataTable, facts, type Cell } from '../charts/dataTable';
import { h } from '../dom';
import { methodText } from '../methodText';
import { kernelRows } from '../model/kernelRows';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createButton } from '../toolkit';

const words = strings.provenance;

/** How the figures came about: device, run, every kernel, the method; and ways to keep them. */
export function createProvenance(context: PanelContext): Section {
  const device = createRegion(h('div', { class: 'block' }));
  const run = createRegion(h('div', { class: 'block' }));
  const notes = createRegion(h('div', { class: 'block' }));
  const kernels = createRegion(h('div', { class: 'block' }));
  return {
    element: h(
      'section',
      { id: 'provenance', class: 'panel-section' },
      h('h2', {}, words.heading),
      h('div', { class: 'columns' }, device.element, run.element),
      notes.element,
      kernels.element,
      h(
        'div',
        { class: 'block prose' },
        h('h3', {}, words.method),
        ...methodText.map((paragraph) => h('p', {}, paragraph)),
      ),
      context.hosted && exportButtons(context),
    ),
    update(report) {
      device.render(report.device, () => deviceNodes(report.device));
      run.render([report.run, report.createdAt, report.headroomVersion, report.source], () => [
        h('h3', {}, words.run),
        runFacts(report),
      ]);
      notes.render([report.run.notes, report.model.assumptions], () => noteNodes(report));
      kernels.render(report.layerKinds, () => kernelNodes(report));
    },
  };
}

function deviceNodes(device: DeviceRecord | undefined): readonly Node[] {
  const heading = h('h3', {}, words.device);
  if (device === undefined) return [heading, h('p', { class: 'note' }, strings.header.deviceUnknown)];
  const tried =
    device.tried.length === 0
      ? []
      : [
          h('h4', {}, words.tried),
          dataTable({
            label: words.tried,
            columns: [words.triedColumns.provider, words.triedColumns.used, words.triedColumns.detail],
            rows: device.tried.map(({ provider, ok, detail }) => [
              provider,
              ok ? words.yes : words.no,
              detail,
            ]),
          }),
        ];
  return [heading, deviceFacts(device), ...tried];
}

function deviceFacts(device: DeviceRecord): HTMLElement {
  const names = words.deviceRows;
  const entries: (readonly [string, Cell])[] = [
    [names.name, device.name],
    [names.provider, device.provider],
    ...(device.driver === undefined ? [] : [[names.driver, device.driver] as const]),
    [names.runtime, device.runtime],
    [names.platform, device.platform],
    [names.threads, formatInteger(device.threads)],
    [names.memory, device.memoryBytes > 0 ? formatBytes(device.memoryBytes) : strings.header.memoryUnknown],
    [names.free, device.freeMemoryBytes > 0 ? formatBytes(device.freeMemoryBytes) : strings.missing],
    [names.precision, device.precision],
  ];
  if (device.matmulFlopsPerSecond !== undefined) {
    const rate = formatRate(device.matmulFlopsPerSecond);
    entries.push([names.matmul, words.matmul(rate, formatInteger(device.matmulSize ?? NaN))]);
  }
  return facts(entries);
}

function runFacts({ run, createdAt, headroomVersion, source }: Report): HTMLElement {
  const names = words.runRows;
  return facts([
    [names.state, words.states[run.state]],
    [names.step, run.step],
    [names.elapsed, formatDuration(run.elapsedMs)],
    [names.budget, formatDuration(run.budgetSeconds * 1000)],
    [names.seed, String(run.seed)],
    [names.created, h('time', { datetime: createdAt }, createdAt)],
    [names.version, headroomVersion],
    [names.source, source.name],
  ]);
}

function noteNodes({ run, model }: Report): readonly Node[] {
  const list = (items: readonly string[]) => h('ul', {}, ...items.map((item) => h('li', {}, item)));
  return [
    h('h3', {}, words.notes),
    run.notes.length === 0 ? h('p', { class: 'note' }, words.noNotes) : list(run.notes),
    ...(model.assumptions.length === 0 ? [] : [h('h4', {}, words.assumptions), list(model.assumptions)]),
  ];
}

function kernelNodes({ layerKinds }: Report): readonly Node[] {
  const rows = kernelRows(layerKinds);
  if (rows.length === 0) return [];
  const columns = Object.values(words.kernelColumns);
  return [
    h(
      'details',
      { class: 'fold', 'data-key': 'kernels' },
      h('summary', {}, words.kernels),
      dataTable({ label: words.kernelsLabel, columns, rows, figures: [2, 4, 5, 6, 7, 8, 9] }),
    ),
  ];
}

function exportButtons({ send }: PanelContext): HTMLElement {
  const button = (label: string, message: PanelMessage) =>
    createButton({
      label,
      onPress: () => {
        send(message);
      },
    });
  return h(
    'div',
    { class: 'block' },
    h('h3', {}, words.exportHeading),
    h(
      'div',
      { class: 'buttons' },
      button(words.exports.html, { type: 'export', format: 'html' }),
      button(words.exports.json, { type: 'export', format: 'json' }),
      button(words.exports.markdown, { type: 'export', format: 'markdown' }),
      button(words.openConfig, { type: 'openConfig' }),
      button(words.showLog, { type: 'showLog' }),
    ),
  );
}
