import type { LayerKindResult, Report } from '../../src/report/report';
import { formatInteger } from '../../src/model/units';
import { h, show } from '../dom';
import { denseTitle, selectedKind } from '../model/figures';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createDropdown } from '../toolkit';
import { denseTiles } from './denseTiles';
import { createHeads } from './heads';
import { createTimeOverLength } from './timeOverLength';

const words = strings.timings;

/** What one call of attention takes: the total, where it goes, and how it grows with n. */
export function createTimings(context: PanelContext): Section {
  const choice = createDropdown<string>({
    label: words.layerKind,
    choices: [],
    value: '',
    onChange: (layerKind) => {
      context.change({ layerKind });
    },
  });
  const pending = h('p', { class: 'note' }, words.pending);
  const headline = createRegion(h('div'));
  const heads = createHeads(context);
  const curves = createTimeOverLength(context);
  const body = h('div', {}, headline.element, heads.element, curves.element);
  return {
    element: h(
      'section',
      { id: 'timings', class: 'panel-section' },
      h('div', { class: 'section-head' }, h('h2', {}, words.heading), choice.element),
      pending,
      body,
    ),
    update(report, controls) {
      const kind = selectedKind(report, controls.layerKind);
      show(pending, kind === undefined);
      show(body, kind !== undefined);
      show(choice.element, report.layerKinds.length > 1);
      if (kind === undefined) return;
      choice.setChoices(report.layerKinds.map(toChoice), kind.name);
      headline.render(
        [kind.dense, kind.replacements, kind.name, kind.layers, report.device, report.scenario],
        () => headlineNodes(report, kind),
      );
      heads.update(kind, controls);
      curves.update(kind, report, controls);
    },
    redraw() {
      curves.redraw();
    },
  };
}

function toChoice(kind: LayerKindResult): { readonly value: string; readonly label: string } {
  return {
    value: kind.name,
    label: words.layerKindOption(kind.name, formatInteger(kind.layers)),
  };
}

function headlineNodes(report: Report, kind: LayerKindResult): readonly Node[] {
  const subtitle = words.subtitle(denseTitle(kind), kind.name, formatInteger(kind.layers));
  return [h('p', { class: 'lead' }, subtitle), denseTiles(report, kind)];
}
