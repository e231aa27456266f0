import type { HeadTiming } from '../../src/report/report';
import { formatDuration } from '../../src/model/units';
import { stageMs, stages } from '../model/headStages';
import { strings } from '../strings';
import type { Tooltip } from './tooltip';

export interface HeatMapInput {
  readonly frame: HTMLElement;
  /** Its cells carry `data-row` (the stage) and `data-column` (the head), counted from zero. */
  readonly graphic: SVGElement;
  readonly heads: readonly HeadTiming[];
  readonly tooltip: Tooltip;
}

/** Arrow keys, Home and End move the focus between cells; pointer and focus show what a cell says. */
export function enableHeatMapInput(input: HeatMapInput): void {
  enableKeys(input.graphic, input.heads.length);
  enableTooltip(input);
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

function enableKeys(graphic: SVGElement, columns: number): void {
  graphic.addEventListener('keydown', (event) => {
    const target = event.target;
    if (!(target instanceof SVGElement) || target.dataset['row'] === undefined) return;
    const row = Number(target.dataset['row']);
    const column = Number(target.dataset['column']);
    const next = nextCell(event.key, row, column, columns);
    if (next === undefined) return;
    event.preventDefault();
    const [toRow, toColumn] = next;
    const cell = graphic.querySelector<SVGElement>(
      `[data-row="${String(toRow)}"][data-column="${String(toColumn)}"]`,
    );
    if (cell === null) return;
    target.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
    cell.focus();
  });
}

function nextCell(
  key: string,
  row: number,
  column: number,
  columns: number,
): readonly [number, number] | undefined {
  if (key === 'Home') return [row, 0];
  if (key === 'End') return [row, columns - 1];
  const move = moves[key];
  return move === undefined ? undefined : [row + move[0], column + move[1]];
}

function enableTooltip({ frame, graphic, heads, tooltip }: HeatMapInput): void {
  const showFor = (event: Event) => {
    const target = event.target;
    if (!(target instanceof SVGElement) || target.dataset['row'] === undefined) {
      tooltip.hide();
      return;
    }
    const head = heads[Number(target.dataset['column'])];
    const stage = stages[Number(target.dataset['row'])];
    if (head === undefined || stage === undefined) return;
    const box = target.getBoundingClientRect();
    const origin = frame.getBoundingClientRect();
    const text = strings.heads.cell(
      String(head.head),
      strings.heads.stageNames[stage],
      formatDuration(stageMs(head, stage)),
    );
    tooltip.showAt([{ text }], box.right - origin.left - 10, box.bottom - origin.top - 10);
  };
  graphic.addEventListener('pointerover', showFor);
  graphic.addEventListener('focusin', showFor);
  graphic.addEventListener('pointerleave', tooltip.hide);
  graphic.addEventListener('focusout', tooltip.hide);
}
