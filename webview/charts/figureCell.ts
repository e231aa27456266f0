import { h, type Child } from '../dom';
import type { Figure } from '../model/figures';

/** A figure in a cell: its value on a line of its own, and under it, smaller, what it is. */
export function figureNodes({ value, notes }: Figure): readonly HTMLElement[] {
  return [
    h('span', { class: 'cell-value' }, value),
    ...notes.filter((note) => note !== '').map((note) => h('span', { class: 'note' }, ...breakable(note))),
  ];
}

/** Text for a narrow column: no line ends between a number and its unit, but one may within a long config key. */
export function breakable(text: string): readonly Child[] {
  return text
    .replaceAll('≤ ', '≤\u00a0')
    .replace(/(\d) (?=[\p{L}%])/gu, '$1\u00a0')
    .split(/(?<=[a-z][_.])(?=[a-z])/)
    .flatMap((part, index) => (index === 0 ? [part] : [h('wbr'), part]));
}
