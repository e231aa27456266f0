import * as l10n from '@vscode/l10n';
import { decomposedWorkspaceBytes } from '../attention/decomposed';
import { dense } from '../attention/dense';
import {
  resolveParameters,
  type AttentionInputs,
  type AttentionMechanism,
  type AttentionShape,
} from '../attention/mechanism';
import { replacements } from '../attention/registry';
import { joinPhrases } from '../model/phrases';
import { formatInteger } from '../model/units';
import type { DeviceRecord, Timing } from '../report/report';
import { Contender, type Entry } from './contender';
import { decompose } from './decompose';
import { inputsFor } from './inputsFor';
import { measuredLengths } from './lengths';
import { freeMemory, inputsCost, memoryObstacle } from './memoryGuard';
import type { EngineEvent, EngineLayerKind } from './protocol';
import { affordable } from './nextLength';
import { measureRegimes } from './regimes/measureRegimes';
import { LEAST_ROUNDS, runRounds } from './rounds';
import { shortReason } from './runtime/probe';
import { summarise } from './timing';
import { samplePositions } from './verify';

/** The length at which heads and stages are looked at one by one: long enough to tell, short enough to hold n × n. */
const DECOMPOSED_LENGTH = 1024;

/** Longest time for the repetitions at a length that is not the last. */
const SHORT_LENGTH_SLICE_MS = 500;

/** Share of a kind's time in which prefill is set beside decode. */
const REGIMES_SHARE = 0.2;

/** The rest of the budget that the last length takes; what remains is for the per-head timings. */
const LAST_LENGTH_SHARE = 0.7;

export interface LayerKindRun {
  readonly kind: EngineLayerKind;
  readonly device: DeviceRecord;
  readonly seed: number;
  /** Ids of the replacements to run; all where absent. */
  readonly only?: readonly string[];
  /** performance.now() at which this kind's share of the budget ends. */
  readonly deadline: number;
  readonly emit: (event: EngineEvent) => void;
  readonly step: (text: string) => void;
}

/** What came of a kind of layer: whether anything has a time and, where a device refused, its reason. */
export interface LayerKindOutcome {
  readonly timed: boolean;
  readonly failure?: string;
}

/**
 * Measures dense attention and every replacement at growing lengths, then prefill beside decode, until the time is
 * used.
 */
export async function profileLayerKind(whole: LayerKindRun): Promise<LayerKindOutcome> {
  const now = performance.now();
  const run = { ...whole, deadline: now + (1 - REGIMES_SHARE) * (whole.deadline - now) };
  const asked: AttentionShape = { ...run.kind.shape, dtype: run.device.precision };
  const all = admitted(run, asked);
  let contenders: readonly Contender[] = all;
  const lengths = measuredLengths(asked.n);
  const decomposedAt = lengths.filter((n) => n <= DECOMPOSED_LENGTH).at(-1);
  let outcome: LayerKindOutcome = { timed: false };
  for (const [index, n] of lengths.entries()) {
    const shape = { ...asked, n };
    const next = lengths[index + 1];
    const obstacle = memoryObstacle(inputsCost(shape), freeMemory(run.device));
    if (obstacle !== undefined) {
      run.emit({
        type: 'note',
        note: l10n.t(
          '{0}: lengths from n = {1} on were not measured: attention at n = {1} {2}.',
          run.kind.name,
          formatInteger(n),
          obstacle,
        ),
      });
      break;
    }
    run.step(l10n.t('{0}: inputs at n = {1}', run.kind.name, formatInteger(n)));
    const inputs = inputsFor(shape, run.seed);
    const positions = samplePositions(n, run.seed);
    const { goOn, dropped, timed, failure } = await race(run, contenders, shape, inputs, positions, {
      next,
      isFirst: index === 0,
    });
    outcome = { timed: outcome.timed || timed, ...(failure === undefined ? {} : { failure }) };
    if (n === decomposedAt || (!goOn && n < (decomposedAt ?? 0))) {
      await lookInside(run, shape, inputs, positions);
    }
    if (!goOn) {
      if (next !== undefined) {
        run.emit({
          type: 'note',
          note: l10n.t(
            '{0}: lengths from n = {1} on were not measured: the time budget or the memory ends before them.',
            run.kind.name,
            formatInteger(next),
          ),
        });
      }
      break;
    }
    if (dropped.length > 0 && next !== undefined) {
      contenders = contenders.filter((contender) => !dropped.includes(contender));
      run.emit({
        type: 'note',
        note: l10n.t(
          '{0}: from n = {1} on the time budget has room for dense attention and some replacements, taken in the order in which they seem fastest at the asked length, after what these layers have now. Left out there: {2}.',
          run.kind.name,
          formatInteger(next),
          joinPhrases(dropped.map(({ mechanism }) => mechanism.title)),
        ),
      });
    }
  }
  if (outcome.timed) await compareRegimes(whole, asked, all);
  return outcome;
}

/** Prefill beside decode. What goes wrong there takes nothing from what was measured before. */
async function compareRegimes(
  run: LayerKindRun,
  shape: AttentionShape,
  contenders: readonly Contender[],
): Promise<void> {
  const [denseContender, ...others] = contenders;
  if (denseContender === undefined) return;
  try {
    const result = await measureRegimes({
      name: run.kind.name,
      shape,
      device: run.device,
      seed: run.seed,
      deadline: run.deadline,
      dense: denseContender,
      others: others.map(({ mechanism }) => mechanism),
      parameters: Object.fromEntries(others.map(({ mechanism, parameters }) => [mechanism.id, parameters])),
      step: run.step,
      freeMemory: () => freeMemory(run.device),
    });
    if (result !== undefined) run.emit({ type: 'regimes', layerKind: run.kind.name, result });
  } catch (error) {
    run.emit({
      type: 'note',
      note: l10n.t('{0}: prefill was not set beside decode: {1}', run.kind.name, shortReason(error)),
    });
  }
}

function admitted(run: LayerKindRun, shape: AttentionShape): Contender[] {
  const { only } = run;
  const wanted = only === undefined ? replacements : replacements.filter(({ id }) => only.includes(id));
  return [dense, ...wanted].flatMap((mechanism) => {
    const reason = run.kind.unsuited[mechanism.id] ?? wrongMask(mechanism, shape);
    if (reason !== undefined) {
      run.emit({ type: 'skipped', layerKind: run.kind.name, mechanism: mechanism.id, reason });
      return [];
    }
    const parameters = resolveParameters(mechanism, shape, run.kind.parameters[mechanism.id]);
    return [new Contender(mechanism, parameters)];
  });
}

/** Why a mechanism has no form for the layers' mask; undefined where it has. */
function wrongMask({ causal }: AttentionMechanism, shape: AttentionShape): string | undefined {
  if (causal === 'both' || (causal === 'yes') === shape.causal) return undefined;
  return shape.causal ? l10n.t('has no causal form') : l10n.t('has only a causal form');
}

/**
 * One length: every contender's kernels verified, then rounds in which each contender runs once, so that
 * drift of the machine hits all alike. `goOn`: the next length is worth trying; `dropped`: but not for these.
 */
async function race(
  run: LayerKindRun,
  contenders: readonly Contender[],
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
  { next, isFirst }: { readonly next: number | undefined; readonly isFirst: boolean },
): Promise<LayerKindOutcome & { readonly goOn: boolean; readonly dropped: readonly Contender[] }> {
  const entries: Entry[] = [];
  try {
    for (const [index, contender] of contenders.entries()) {
      if (isTimeUp(run, entries)) {
        leaveOut(run, contenders.slice(index), shape.n, isFirst);
        break;
      }
      run.step(
        l10n.t(
          '{0} on {1}: verifying at n = {2} ({3})',
          contender.mechanism.title,
          run.device.provider,
          formatInteger(shape.n),
          run.kind.name,
        ),
      );
      const entry = await enter(run, contender, shape, inputs, positions);
      if (entry === undefined) continue;
      entries.push(entry);
      // Something to look at while the repetitions go on; their result takes its place.
      if (entry.runnable) emitPoint(run, entry, summarise(entry.trialsMs));
    }
    const runnable = entries.filter((entry) => entry.runnable);
    const following = next === undefined ? [] : affordableNext(run, runnable, shape, next);
    const goOn = following.length > 0;
    const dropped = goOn
      ? runnable.filter((entry) => !following.includes(entry)).map(({ contender }) => contender)
      : [];
    run.step(
      l10n.t(
        'Timing {0} mechanisms at n = {1} on {2} ({3})',
        String(runnable.length),
        formatInteger(shape.n),
        run.device.provider,
        run.kind.name,
      ),
    );
    await runRounds(runnable, roundsEnd(run, goOn));
    for (const entry of entries) {
      const timing = entry.samplesMs.length === 0 ? undefined : summarise(entry.samplesMs);
      emitPoint(run, entry, timing);
    }
    const refused = entries.find((entry) => entry.tried && !entry.runnable)?.failure;
    return {
      goOn,
      dropped,
      timed: runnable.length > 0,
      ...(refused === undefined ? {} : { failure: refused }),
    };
  } finally {
    for (const entry of entries) await entry.close();
  }
}

/**
 * Whether the least repetitions of those that have entered take what is left of the time. Dense attention and one
 * replacement run in any case: on a slow machine that is the answer.
 */
function isTimeUp(run: LayerKindRun, entries: readonly Entry[]): boolean {
  const runnable = entries.filter((entry) => entry.runnable);
  const roundMs = runnable.reduce((sum, entry) => sum + entry.trialMs, 0);
  return runnable.length > 1 && performance.now() + LEAST_ROUNDS * roundMs > run.deadline;
}

/** Says that the time ended before `late`. At the first length they have no other result. */
function leaveOut(run: LayerKindRun, late: readonly Contender[], n: number, isFirst: boolean): void {
  if (!isFirst) {
    run.emit({
      type: 'note',
      note: l10n.t(
        '{0}: at n = {1} the time budget ended before these: {2}.',
        run.kind.name,
        formatInteger(n),
        joinPhrases(late.map(({ mechanism }) => mechanism.title)),
      ),
    });
    return;
  }
  for (const { mechanism } of late) {
    run.emit({
      type: 'skipped',
      layerKind: run.kind.name,
      mechanism: mechanism.id,
      reason: l10n.t('the time budget ended before it; a larger one reaches it'),
    });
  }
}

/** The contender at this length; undefined, and said so, where it has no form for the shape. */
async function enter(
  run: LayerKindRun,
  contender: Contender,
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
): Promise<Entry | undefined> {
  const conditions = { provider: run.device.provider, freeMemory: () => freeMemory(run.device) };
  try {
    return await contender.enter(shape, inputs, positions, conditions);
  } catch (error) {
    // A replacement that fails in a way nobody foresaw takes nothing from the others.
    if (contender.mechanism.id === dense.id && !(error instanceof RangeError)) throw error;
    run.emit({
      type: 'skipped',
      layerKind: run.kind.name,
      mechanism: contender.mechanism.id,
      reason: error instanceof RangeError ? error.message : shortReason(error),
    });
    return undefined;
  }
}

function emitPoint(run: LayerKindRun, entry: Entry, timing: Timing | undefined): void {
  run.emit({
    type: 'point',
    layerKind: run.kind.name,
    mechanism: entry.contender.mechanism.id,
    parameters: entry.contender.parameters,
    point: entry.toPoint(timing),
  });
}

/** When the repetitions of a length end: early while longer lengths are to come, with the budget at the last. */
function roundsEnd(run: LayerKindRun, goOn: boolean): number {
  const now = performance.now();
  const remaining = Math.max(0, run.deadline - now);
  return now + (goOn ? shortSlice(remaining) : remaining * LAST_LENGTH_SHARE);
}

/** Time for the repetitions at a length that is not the last. */
function shortSlice(remainingMs: number): number {
  return Math.min(SHORT_LENGTH_SLICE_MS, remainingMs / 5);
}

/** Whom the length `next` has time for. The repetitions of the present length come first and take their slice. */
function affordableNext(
  run: LayerKindRun,
  entries: readonly Entry[],
  shape: AttentionShape,
  next: number,
): readonly Entry[] {
  const remaining = run.deadline - performance.now();
  // Parameters are given for what the layers have; the others take the defaults.
  const present = new Set(Object.keys(run.kind.parameters));
  const ahead = { next, asked: run.kind.shape.n, present };
  return affordable(entries, shape, ahead, remaining - shortSlice(remaining));
}

async function lookInside(
  run: LayerKindRun,
  shape: AttentionShape,
  inputs: AttentionInputs,
  positions: readonly number[],
): Promise<void> {
  run.step(
    l10n.t(
      'Timing each head and stage at n = {0} on {1} ({2})',
      formatInteger(shape.n),
      run.device.provider,
      run.kind.name,
    ),
  );
  const cost = { ...inputsCost(shape), workspaceBytes: decomposedWorkspaceBytes(shape) };
  const obstacle = memoryObstacle(cost, freeMemory(run.device));
  if (obstacle !== undefined) {
    run.emit({
      type: 'note',
      note: l10n.t('Per-head timings were left out: the decomposed graph {0}.', obstacle),
    });
    return;
  }
  try {
    const remaining = run.deadline - performance.now();
    const result = await decompose(shape, inputs, positions, run.device.provider, remaining / 5);
    run.emit({ type: 'decomposed', layerKind: run.kind.name, result });
  } catch (error) {
    run.emit({ type: 'note', note: l10n.t('Per-head timings failed: {0}', shortReason(error)) });
  }
}
