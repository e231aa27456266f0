import { svg } from '../dom';
import { shapeCorners, type Mark } from './marks';

/** A mark as an SVG element around (x, y), in its tone. */
export function markElement(mark: Mark, x: number, y: number, size: number): SVGElement {
  const tone = `tone-${mark.tone}`;
  if (mark.shape === 'circle') return svg('circle', { cx: x, cy: y, r: size, class: `mark ${tone}` });
  const points = shapeCorners(mark.shape, size)
    .map(([dx, dy]) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`)
    .join(' ');
  return svg('polygon', { points, class: `mark ${tone}` });
}

/** A line with a mark, as it stands in a legend. */
export function lineSwatch(mark: Mark): SVGElement {
  return svg(
    'svg',
    { class: 'swatch-line', viewBox: '0 0 26 12', 'aria-hidden': 'true' },
    svg('line', { x1: 1, y1: 6, x2: 25, y2: 6, class: `line tone-${mark.tone}` }),
    markElement(mark, 13, 6, 3.5),
  );
}

/** A mark alone, as it stands in a legend of points. */
export function markSwatch(mark: Mark): SVGElement {
  return svg(
    'svg',
    { class: 'swatch-area', viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    markElement(mark, 6, 6, 4),
  );
}

/** A line of a tone with the dashes it has in its chart, as it stands in a legend. */
export function dashSwatch(tone: Mark['tone'], dash: readonly number[]): SVGElement {
  return svg(
    'svg',
    { class: 'swatch-line', viewBox: '0 0 26 12', 'aria-hidden': 'true' },
    svg('line', {
      x1: 1,
      y1: 6,
      x2: 25,
      y2: 6,
      class: `line tone-${tone}`,
      'stroke-dasharray': dash.length === 0 ? undefined : dash.join(' '),
    }),
  );
}

/** A patch of a tone, as it stands in a legend of areas. */
export function areaSwatch(tone: Mark['tone']): SVGElement {
  return svg(
    'svg',
    { class: 'swatch-area', viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    svg('rect', { x: 0.5, y: 0.5, width: 11, height: 11, rx: 2, class: `mark tone-${tone}` }),
  );
}
