import type { DecodePoint, OneByOne, ScalingAxis, Throughput } from '../report/regimes';
import type { LayerKindResult } from '../report/report';
import { figure, timingJson, verifiedJson } from './jsonFigures';

/** Prefill beside decode, and how prefill scales, of one kind of layer; none where that was not measured. */
export function regimesJson({ name, regimes }: LayerKindResult) {
  if (regimes === undefined) return [];
  const { n, batch, prefill, decode, oneByOne, scaling, leftOut } = regimes;
  return [
    {
      layerKind: name,
      n,
      batch,
      prefill: {
        kernel: prefill.kernel,
        ...timingJson(prefill.timing),
        ...ratesJson(prefill),
        ...verifiedJson(prefill.verification),
      },
      decode: decode.map(decodeJson),
      oneByOne: oneByOne === undefined ? null : oneByOneJson(oneByOne),
      scaling: scaling.map(scalingJson),
      leftOut,
    },
  ];
}

function ratesJson(rates: Throughput | undefined) {
  return {
    tokensPerSecond: figure(rates?.tokensPerSecond),
    flopsPerSecond: figure(rates?.flopsPerSecond),
    shareOfPeak: figure(rates?.shareOfPeak),
  };
}

function decodeJson(point: DecodePoint) {
  const { id, title, parameters, context, stateBytes, constantState, timed, verification } = point;
  return {
    id,
    title,
    parameters,
    context,
    stateBytes: figure(stateBytes),
    constantState,
    ...timingJson(timed?.timing),
    ...ratesJson(timed),
    bytesPerSecond: figure(timed?.bytesPerSecond),
    ...verifiedJson(verification),
  };
}

function oneByOneJson({ ms, lowMs, highMs, contexts, ...speedup }: OneByOne) {
  return {
    ms: figure(ms),
    lowMs: figure(lowMs),
    highMs: figure(highMs),
    contexts,
    parallelSpeedup: figure(speedup.parallelSpeedup),
    speedupLow: figure(speedup.speedupLow),
    speedupHigh: figure(speedup.speedupHigh),
  };
}

function scalingJson({ axis, n, points, fullAt }: ScalingAxis) {
  return {
    axis,
    n,
    fullAt,
    points: points.map(({ value, timing, flopsPerSecond, shareOfBest }) => ({
      value,
      ...timingJson(timing),
      flopsPerSecond: figure(flopsPerSecond),
      shareOfBest: figure(shareOfBest),
    })),
  };
}
