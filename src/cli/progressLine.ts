import type { RunRecord } from '../report/report';
import { columnsOf } from './terminalText';

/** Where progress is shown: standard error, so that standard output has the result alone. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Progress of a run: one line that is rewritten on a terminal, a line a step elsewhere. */
export class ProgressLine {
  private lastStep = '';
  private drawn = false;

  public constructor(private readonly stream: ProgressStream) {}

  public update(run: Pick<RunRecord, 'step' | 'fraction' | 'elapsedMs'>): void {
    if (this.stream.isTTY === true) {
      this.draw(`${percent(run.fraction)}  ${seconds(run.elapsedMs)}  ${run.step}`);
    } else if (run.step !== this.lastStep) {
      this.stream.write(`[${percent(run.fraction)}, ${seconds(run.elapsedMs)}] ${run.step}\n`);
    }
    this.lastStep = run.step;
  }

  /** Removes the rewritten line, so that what follows starts on a clean one. */
  public clear(): void {
    if (this.drawn) this.stream.write('\r\u001b[K');
    this.drawn = false;
  }

  private draw(text: string): void {
    // A line that wraps could not be rewritten: it is cut one short of the edge.
    const width = Math.max(10, columnsOf(this.stream) - 1);
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    this.stream.write(`\r\u001b[K${cut}`);
    this.drawn = true;
  }
}

function percent(fraction: number): string {
  return `${String(Math.floor(Math.min(1, Math.max(0, fraction)) * 100)).padStart(3)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
