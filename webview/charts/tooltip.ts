import { h } from '../dom';
import type { Tone } from '../tones';

/** A line of a tooltip: a heading without a tone, or a figure beside its name. */
export interface TooltipLine {
  readonly text: string;
  readonly value?: string;
  readonly tone?: Tone;
}

export interface Tooltip {
  readonly element: HTMLElement;
  /** Shows the lines beside a point given in CSS pixels of the tooltip's frame. */
  readonly showAt: (lines: readonly TooltipLine[], x: number, y: number) => void;
  readonly hide: () => void;
}

/** A tooltip inside a positioned frame. It repeats what the table says, so it is hidden from screen readers. */
export function createTooltip(): Tooltip {
  const element = h('div', { class: 'tooltip', 'aria-hidden': 'true' });
  element.hidden = true;
  return {
    element,
    showAt(lines, x, y) {
      element.replaceChildren(...lines.map(lineElement));
      element.hidden = lines.length === 0;
      const frame = element.offsetParent;
      if (frame === null) return;
      const gap = 14;
      const roomRight = x + gap + element.offsetWidth <= frame.clientWidth;
      const left = roomRight ? x + gap : x - gap - element.offsetWidth;
      const top = Math.min(y + gap, frame.clientHeight - element.offsetHeight);
      element.style.left = `${String(Math.max(0, Math.round(left)))}px`;
      element.style.top = `${String(Math.max(0, Math.round(top)))}px`;
    },
    hide() {
      element.hidden = true;
    },
  };
}

function lineElement(line: TooltipLine): HTMLElement {
  if (line.value === undefined) return h('div', { class: 'tooltip-title' }, line.text);
  return h(
    'div',
    { class: 'tooltip-line' },
    h('span', { class: `tooltip-dot tone-${line.tone ?? 'foreground'}` }),
    h('span', {}, line.text),
    h('span', { class: 'tooltip-value' }, line.value),
  );
}
