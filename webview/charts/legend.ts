import { h } from '../dom';

export interface LegendEntry {
  readonly id: string;
  readonly label: string;
  readonly swatch: SVGElement;
  /** Present where the curve can be switched off. */
  readonly toggle?: { readonly shown: boolean; readonly label: string; readonly onToggle: () => void };
}

/** A legend as a list; entries that can be switched are buttons that tell their state. */
export function legend(entries: readonly LegendEntry[]): HTMLElement {
  return h(
    'ul',
    { class: 'legend' },
    ...entries.map((entry) => h('li', {}, entry.toggle === undefined ? plain(entry) : button(entry))),
  );
}

function plain(entry: LegendEntry): HTMLElement {
  return h('span', { class: 'legend-entry' }, entry.swatch, entry.label);
}

function button(entry: LegendEntry): HTMLElement {
  const element = h(
    'button',
    {
      type: 'button',
      class: 'legend-entry legend-toggle',
      'aria-pressed': String(entry.toggle?.shown ?? true),
      'aria-label': entry.toggle?.label,
      'data-key': `legend-${entry.id}`,
    },
    entry.swatch,
    entry.label,
  );
  element.addEventListener('click', () => entry.toggle?.onToggle());
  return element;
}
