import { project } from '../advisor/scaling';
import { denseFlops, windowFlops } from '../attention/maskFlops';
import type { AttentionShape } from '../attention/mechanism';
import { attentionKinds, type AttentionKind } from '../model/attentionKinds';
import { valueWidth, type ModelSpec } from '../model/modelSpec';
import type { LayerKindResult, MechanismResult, ProjectionPoint, Report } from '../report/report';
import type { MeasuredTime } from './insight';

/**
 * Time of the self-attention of all layers in a prefill of n tokens, from a profile of the same shapes: the sum
 * over the kinds of layers of layers × time of one. Undefined where a kind was not measured as the model has it.
 */
export function measuredTime(
  model: ModelSpec,
  batch: number,
  n: number,
  report: Report | undefined,
): MeasuredTime | undefined {
  if (report?.device === undefined) return undefined;
  const kinds = attentionKinds(model);
  const points = kinds.flatMap((kind) => {
    const point = pointOf(kind, batch, kind.fixedTokens ?? n, report);
    return point === undefined ? [] : [{ layers: kind.layers, ...point }];
  });
  if (kinds.length === 0 || points.length < kinds.length) return undefined;
  const total = (pick: (point: ProjectionPoint) => number): number =>
    points.reduce((sum, point) => sum + point.layers * pick(point), 0);
  return {
    atThisLength: points.every(({ measured }) => measured),
    ms: total(({ ms }) => ms),
    lowMs: total(({ low }) => low),
    highMs: total(({ high }) => high),
    device: report.device.name,
    precision: report.device.precision,
  };
}

function pointOf(kind: AttentionKind, batch: number, n: number, report: Report): ProjectionPoint | undefined {
  const result = report.layerKinds.find((each) => hasShape(each, kind, batch));
  const mechanism = result && measuredAs(kind, result);
  if (result === undefined || mechanism === undefined) return undefined;
  const valid = mechanism.points.filter(({ verification }) => verification.passed);
  const costAt = (tokens: number): { flops: number; bytes: number } => ({
    flops: flopsOf(mechanism, { ...result.shape, n: tokens }),
    bytes: 0,
  });
  return project(mechanism.fit, valid, [n], costAt)[0];
}

function hasShape({ shape, window }: LayerKindResult, { attention }: AttentionKind, batch: number): boolean {
  return (
    shape.batch === batch &&
    shape.heads === attention.heads &&
    shape.kvHeads === attention.kvHeads &&
    shape.headDim === attention.headDim &&
    shape.causal === attention.causal &&
    window === attention.window &&
    // Values of another width, and sparse patterns, are not what was measured.
    valueWidth(attention) === attention.headDim &&
    attention.pattern === undefined
  );
}

/** The mechanism that computes what the layers have: dense, or a window of theirs. */
function measuredAs(
  { attention }: AttentionKind,
  { dense, replacements }: LayerKindResult,
): MechanismResult | undefined {
  return attention.window === undefined ? dense : replacements.find(({ current }) => current);
}

/**
 * FLOPs of a mechanism that `measuredAs` gives. Not asked of the registry: hovers need no other mechanism, and all of
 * them would weigh on every start of the editor.
 */
function flopsOf({ parameters }: MechanismResult, shape: AttentionShape): number {
  const { window } = parameters;
  return window === undefined ? denseFlops(shape) : windowFlops(shape, window);
}
