import type { ProjectionPoint } from '../report/report';

type Weighed = Pick<ProjectionPoint, 'ms' | 'high' | 'fromOneLength'>;

/** The time that a point is weighed by, in ms: of a projection from one length the longest that its band allows. */
export function cautiousMs({ ms, high, fromOneLength }: Weighed): number {
  return fromOneLength === true ? high : ms;
}

/** Whether rows with these points stand in the order of their times, as the ranking weighs them. */
export function areByTime(points: readonly Weighed[]): boolean {
  const times = points.map(cautiousMs);
  return times.every((time, index) => index === 0 || time >= (times[index - 1] ?? time));
}
