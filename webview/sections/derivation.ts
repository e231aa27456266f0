import { explain, type Derivation } from '../../src/explain/explain';
import { figureKeys, isFigureKey, type FigureKey } from '../../src/explain/figureKeys';
import { numberText } from '../../src/explain/numberText';
import type { ModelSpec } from '../../src/model/modelSpec';
import { dataTable } from '../charts/dataTable';
import type { Controls } from '../controls';
import { h } from '../dom';
import { optionsAt, type MemorySettings } from '../model/memoryParts';
import { createRegion } from '../region';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createDropdown } from '../toolkit';

const words = strings.derivation;

const byDefault: FigureKey = 'memory.kvCache';

/** How any figure of the estimate comes about: formula, numbers put in, and the keys of the config. */
export function createDerivation(context: PanelContext): {
  readonly element: HTMLElement;
  update(model: ModelSpec, settings: MemorySettings, asked: number, controls: Controls): void;
} {
  const figure = createDropdown<FigureKey>({
    label: words.figure,
    choices: figureKeys.map(({ key, title }) => ({ value: key, label: `${title()} (${key})` })),
    value: chosen(context.controls()),
    onChange: (value) => {
      context.change({ figure: value });
    },
  });
  const shown = createRegion(h('div', { class: 'derivation' }));
  return {
    element: h(
      'details',
      { class: 'fold', 'data-key': 'derivation' },
      h('summary', {}, words.heading),
      h('div', { class: 'controls' }, figure.element),
      shown.element,
    ),
    update(model, settings, asked, controls) {
      const key = chosen(controls);
      figure.set(key);
      shown.render([model, settings, asked, key], () =>
        describe(explain(model, optionsAt(settings, asked), key)),
      );
    },
  };
}

function chosen({ figure }: Pick<Controls, 'figure'>): FigureKey {
  return figure !== undefined && isFigureKey(figure) ? figure : byDefault;
}

function describe(derivation: Derivation): HTMLElement[] {
  const { title, formula, text, terms, fields, assumptions, source } = derivation;
  return [
    h('p', { class: 'derived', role: 'status' }, words.equals(title, text)),
    h('p', { class: 'formula' }, formula),
    dataTable({
      label: words.terms,
      columns: [words.term, words.symbols, words.numbers, words.value],
      figures: [3],
      rows: terms.map((term) => [term.label, term.symbolic, term.numbers, term.text]),
    }),
    dataTable({
      label: words.fields,
      columns: [words.symbol, words.meaning, words.value, words.from],
      figures: [2],
      rows: fields.map(({ symbol, meaning, value, source: from, path }) => [
        symbol,
        meaning,
        numberText(value),
        path ?? (from === 'condition' ? words.condition : from.kind === 'rule' ? from.rule : from.path),
      ]),
    }),
    ...assumptions.map((assumption) => h('p', { class: 'note' }, assumption)),
    h('p', { class: 'note' }, words.source(source)),
  ];
}
