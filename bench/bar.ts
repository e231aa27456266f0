/** One figure against the bar that it is held to. */
export interface Bar {
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number;
  /** `at least`: the value may not be lower; `at most`: not higher. */
  readonly sense: 'at least' | 'at most';
  /** How the figure came about. */
  readonly detail: string;
}

export function isReached(bar: Bar): boolean {
  return bar.sense === 'at least' ? bar.value >= bar.bar : bar.value <= bar.bar;
}

export function printBar(bar: Bar): void {
  const verdict = isReached(bar) ? 'reached' : 'MISSED ';
  const value = `${bar.value.toPrecision(3)} ${bar.unit}`.trim();
  console.log(
    `${verdict}  ${bar.title}: ${value} (bar: ${bar.sense} ${String(bar.bar)} ${bar.unit}`.trimEnd() + ')',
  );
  console.log(`         ${bar.detail}`);
}
