import type { Estimate } from '../cost/estimate';
import { weightsByFormat } from '../cost/weightsByFormat';
import { attentionKinds } from '../model/attentionKinds';
import { layerCount, type ModelSpec } from '../model/modelSpec';
import { longestTimed } from '../report/measurementSections';
import { comparedPoint } from '../report/replacementSection';
import type {
  DecomposedResult,
  LayerKindResult,
  MeasuredPoint,
  MechanismResult,
  ProjectionPoint,
  Report,
} from '../report/report';
import { adoptionEditsJson, adviceJson, memoryAdviceJson } from './adviceJson';
import { figure, timingJson, verifiedJson } from './jsonFigures';
import { regimesJson } from './regimesJson';
import { splitJson } from './splitJson';

/** The keys that `docs/json.md` documents. They only ever grow while `schemaVersion` stays the same. */
export const jsonSchemaVersion = 1;

/** Figures that need no device, as one JSON value with documented keys. Missing values are null. */
export function estimateJson(name: string, version: string, model: ModelSpec, estimate: Estimate) {
  const first = attentionKinds(model)[0]?.attention;
  const { parameters, flops, memory, perDevice } = estimate;
  return {
    schemaVersion: jsonSchemaVersion,
    headroomVersion: version,
    config: name,
    model: {
      family: model.family,
      modelType: model.modelType,
      reading: model.reading,
      layers: layerCount(model),
      hiddenSize: model.hiddenSize,
      heads: first?.heads ?? null,
      kvHeads: first?.kvHeads ?? null,
      headDim: first?.headDim ?? null,
      vocabSize: model.vocabSize,
      maxSequenceLength: model.maxSequenceLength,
      learnedPositions: model.learnedPositions ?? null,
      assumptions: model.assumptions,
    },
    parameters: {
      total: figure(parameters.total),
      active: figure(parameters.active),
      embedding: figure(parameters.embedding),
      attention: figure(parameters.attention),
      feedForward: figure(parameters.feedForward),
      recurrence: figure(parameters.recurrence),
      other: figure(parameters.other),
    },
    sequenceLength: estimate.sequenceLength,
    batch: estimate.batch,
    dtype: estimate.dtype,
    flops: {
      prefill: figure(flops.prefill),
      decodePerToken: figure(flops.decodePerToken),
      attentionPrefill: figure(flops.attentionPrefill),
      trainingStep: figure(flops.trainingStep),
    },
    memory: {
      weights: figure(memory.weights),
      kvCache: figure(memory.kvCache),
      kvCacheBytesPerToken: figure(memory.kvCacheBytesPerToken),
      inferencePeak: figure(memory.inferencePeak),
      training: {
        weights: figure(memory.training.weights),
        gradients: figure(memory.training.gradients),
        optimizer: figure(memory.training.optimizer),
        activations: figure(memory.training.activations),
        total: figure(memory.training.total),
        backwardBuffers: figure(memory.training.backwardBuffers),
        peak: figure(memory.training.peak),
        trainableParameters: figure(memory.training.trainableParameters),
      },
      weightsByFormat: weightsByFormat(model, estimate.dtype).map(({ format, bytes }) => ({
        format,
        bytes: figure(bytes),
      })),
    },
    perDevice: {
      devices: perDevice.devices,
      inferencePeak: figure(perDevice.inference.peak),
      trainingPeak: figure(perDevice.training.peak),
      prefillFlops: figure(perDevice.flops.prefill),
      trainingStepFlops: figure(perDevice.flops.trainingStep),
    },
  };
}

/** The estimate's keys and what was measured. `dense` and `projection` are of the first layer kind. */
export function profileJson(report: Report) {
  const { device, run } = report;
  const first = report.layerKinds[0];
  return {
    ...estimateJson(report.source.name, report.headroomVersion, report.model, report.estimate),
    createdAt: report.createdAt,
    device:
      device === undefined
        ? null
        : {
            provider: device.provider,
            name: device.name,
            memoryBytes: device.memoryBytes > 0 ? figure(device.memoryBytes) : null,
            fallbackFrom: device.fallbackFrom ?? null,
            driver: device.driver ?? null,
            precision: device.precision,
            runtime: device.runtime,
            threads: device.threads,
            matmulFlopsPerSecond: figure(device.matmulFlopsPerSecond),
          },
    run: {
      state: run.state,
      error: run.error ?? null,
      elapsedMs: figure(run.elapsedMs),
      budgetSeconds: run.budgetSeconds,
      seed: run.seed,
    },
    memoryShare: figure(report.memoryShare?.of),
    memoryAdvice: memoryAdviceJson(report.layerKinds),
    advice: report.layerKinds.flatMap(adviceJson),
    dense: first === undefined ? null : denseJson(first, report.layerKinds),
    decomposed: report.layerKinds.flatMap(decomposedJson),
    regimes: report.layerKinds.flatMap(regimesJson),
    split: splitJson(report),
    replacements: report.layerKinds.flatMap((kind) =>
      kind.replacements
        .filter((entry) => entry.skipped === undefined)
        .map((entry) => replacementJson(entry, kind.name)),
    ),
    skipped: report.layerKinds.flatMap((kind) =>
      kind.replacements.flatMap((entry) =>
        entry.skipped === undefined
          ? []
          : [{ id: entry.id, title: entry.title, layerKind: kind.name, reason: entry.skipped }],
      ),
    ),
    projection: (first?.dense.projection ?? []).map(projectionJson),
    layerKinds: report.layerKinds.map((kind) => ({
      name: kind.name,
      layers: kind.layers,
      window: kind.window ?? null,
      points: kind.dense.points.map(pointJson),
      projection: kind.dense.projection.map(projectionJson),
    })),
    notes: run.notes,
  };
}

function denseJson(first: LayerKindResult, kinds: readonly LayerKindResult[]) {
  const point = longestTimed(first.dense) ?? first.dense.points.at(-1);
  if (point === undefined) return null;
  return {
    layerKind: first.name,
    precision: first.shape.dtype,
    current: first.dense.current,
    ...pointJson(point),
    perHead: kinds.flatMap((kind) =>
      (verifiedHeads(kind)?.perHead ?? []).map((head) => ({
        layerKind: kind.name,
        head: head.head,
        qkMs: figure(head.qkMs),
        softmaxMs: figure(head.softmaxMs),
        pvMs: figure(head.pvMs),
      })),
    ),
  };
}

function pointJson(point: MeasuredPoint) {
  return {
    n: point.n,
    kernel: point.kernel,
    ...timingJson(point.timing),
    ...verifiedJson(point.verification),
    peakBytes: figure(point.peakBytes),
    formulaBytes: figure(point.formulaBytes),
    flops: figure(point.flops),
  };
}

/** The decomposed run, where its output verified and its times are therefore valid. */
function verifiedHeads({ decomposed }: LayerKindResult): DecomposedResult | undefined {
  return decomposed?.verification.passed === true ? decomposed : undefined;
}

function decomposedJson(kind: LayerKindResult) {
  const { decomposed } = kind;
  if (decomposed === undefined) return [];
  const valid = verifiedHeads(kind);
  return [
    {
      layerKind: kind.name,
      n: decomposed.n,
      totalMs: figure(valid?.totalMs),
      sharedMs: figure(valid?.sharedMs),
      repetitions: decomposed.repetitions,
      clock: decomposed.clock,
      ...verifiedJson(decomposed.verification),
    },
  ];
}

function replacementJson(entry: MechanismResult, layerKind: string) {
  const { comparison } = entry;
  const point = comparedPoint(entry);
  return {
    id: entry.id,
    title: entry.title,
    layerKind,
    parameters: entry.parameters,
    n: point?.n ?? null,
    kernel: point?.kernel ?? null,
    ...timingJson(point?.timing),
    speedup: figure(comparison?.speedup),
    speedupLow: figure(comparison?.speedupLow),
    speedupHigh: figure(comparison?.speedupHigh),
    speedupOverNaive: figure(comparison?.speedupOverNaive),
    flopRatio: figure(comparison?.flopRatio),
    memoryRatio: figure(comparison?.memoryRatio),
    breakEven: figure(comparison?.breakEven),
    breakEvenLow: figure(comparison?.breakEvenBounds?.low),
    breakEvenHigh: figure(comparison?.breakEvenBounds?.high),
    leaveOneOutError: figure(entry.fit?.leaveOneOutError),
    modelPeakBytes: figure(entry.modelPeakBytes),
    modelFits: entry.modelFits ?? null,
    onFront: entry.onFront === true,
    family: entry.family,
    peakBytes: figure(point?.peakBytes),
    formulaBytes: figure(point?.formulaBytes),
    verified: point?.verification.passed ?? null,
    verifiedMaxError: figure(point?.verification.maxError),
    exact: entry.exact,
    current: entry.current,
    causal: entry.causal,
    adoption: entry.adoption.kind,
    needsRetraining: entry.adoption.kind === 'none' ? null : entry.adoption.needsRetraining,
    adoptionReason: entry.adoption.reason,
    adoptionEdits: adoptionEditsJson(entry.adoption),
    adoptionCode: entry.adoption.kind === 'code' ? entry.adoption.code : null,
    reportedQuality: entry.quality?.text ?? null,
    reason: entry.current ? null : (comparison?.reason ?? null),
    points: entry.points.map(pointJson),
    projection: entry.projection.map(projectionJson),
  };
}

function projectionJson(point: ProjectionPoint) {
  return {
    n: point.n,
    ms: figure(point.ms),
    low: figure(point.low),
    high: figure(point.high),
    measured: point.measured,
    bytes: figure(point.bytes),
  };
}
