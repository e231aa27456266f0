import { formatDuration } from '../../src/model/units';
import type { DecomposedResult, HeadTiming } from '../../src/report/report';
import { h, svg } from '../dom';
import { headTotalMs, stageMs, stages, type Stage } from '../model/headStages';
import { strings } from '../strings';
import type { Tone } from '../tones';
import { legend } from './legend';
import { areaSwatch } from './markElement';

export const stageTones: Readonly<Record<Stage, Tone>> = { qk: 'blue', softmax: 'orange', pv: 'green' };

const labelWidth = 34;
const figureWidth = 76;
const rowHeight = 16;

/** One stacked bar a head, a part a stage, with the interquartile range of the head's total as a whisker. */
export function headBars(result: DecomposedResult, width: number): HTMLElement {
  const most = Math.max(...result.perHead.map((head) => headTotalMs(head) + head.spreadMs / 2));
  const barWidth = Math.max(40, width - labelWidth - figureWidth);
  const graphic = svg('svg', {
    class: 'head-bars',
    width: labelWidth + barWidth + figureWidth,
    height: result.perHead.length * rowHeight + 6,
    role: 'list',
    'aria-label': strings.heads.barsLabel,
  });
  const scale = (ms: number) => (most > 0 ? (ms / most) * barWidth : 0);
  result.perHead.forEach((head, row) => {
    graphic.append(bar(head, row * rowHeight, scale, barWidth));
  });
  const key = legend(
    stages.map((stage) => ({
      id: stage,
      label: strings.heads.stageNames[stage],
      swatch: areaSwatch(stageTones[stage]),
    })),
  );
  return h('div', {}, key, graphic, h('p', { class: 'note' }, strings.heads.barsNote));
}

function bar(head: HeadTiming, top: number, scale: (ms: number) => number, barWidth: number): SVGElement {
  const total = headTotalMs(head);
  const label = strings.heads.barLabel(
    String(head.head),
    formatDuration(total),
    formatDuration(head.spreadMs),
  );
  const group = svg('g', { role: 'listitem', 'aria-label': label }, svg('title', {}, label));
  const middle = top + rowHeight / 2;
  group.append(text(String(head.head), labelWidth - 8, middle, 'end'));
  let left = labelWidth;
  for (const stage of stages) {
    const size = scale(stageMs(head, stage));
    group.append(
      svg('rect', {
        class: `mark tone-${stageTones[stage]}`,
        x: left.toFixed(2),
        y: top + 2,
        width: size.toFixed(2),
        height: rowHeight - 4,
      }),
    );
    left += size;
  }
  const half = scale(head.spreadMs) / 2;
  group.append(
    svg('path', {
      class: 'whisker',
      d: `M${(left - half).toFixed(2)} ${String(middle)}H${(left + half).toFixed(2)}`,
    }),
    text(formatDuration(total), labelWidth + barWidth + 8, middle, 'start'),
  );
  return group;
}

function text(content: string, x: number, middle: number, anchor: 'start' | 'end'): SVGElement {
  return svg('text', { class: 'axis-text', x, y: middle + 4, 'text-anchor': anchor }, content);
}
