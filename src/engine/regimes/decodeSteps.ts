import * as l10n from '@vscode/l10n';
import {
  resolveParameters,
  type AttentionInputs,
  type AttentionMechanism,
  type AttentionShape,
} from '../../attention/mechanism';
import { joinPhrases } from '../../model/phrases';
import { formatInteger } from '../../model/units';
import { inputsCost, memoryObstacle } from '../memoryGuard';
import type { DecodePoint } from '../../report/regimes';
import { DecodeCall, type Decoder } from './decodeCall';
import { inputsFrom } from './inputPool';
import type { RegimesRun } from './regimesRun';
import { runRounds } from '../rounds';

/** Mechanisms whose steps were not measured from a context on, for one reason. */
interface Omission {
  readonly titles: string[];
  readonly context: number;
  readonly reason: string;
}

/** The decode calls of a run, all open at once, and what was left out. */
export class DecodeSteps {
  /** By context and reason. */
  private readonly omissions = new Map<string, Omission>();
  private readonly calls: DecodeCall[] = [];
  /** What opening a mechanism's last call took, by its id. */
  private readonly costs = new Map<string, { readonly ms: number; readonly context: number }>();

  public constructor(
    private readonly run: RegimesRun,
    /** The shape of prefill. */
    private readonly shape: AttentionShape,
    private readonly inputs: AttentionInputs,
  ) {}

  /** What was not measured, and why: a sentence for all that have the same reason. */
  public get leftOut(): string[] {
    return [...this.omissions.values()].map(({ titles, context, reason }) =>
      l10n.t(
        'Decode of {0} was not measured from n = {1} on: {2}.',
        joinPhrases(titles),
        formatInteger(context),
        reason,
      ),
    );
  }

  /** Dense first, then the order in which the mechanisms were given; ascending in context. */
  public get points(): DecodePoint[] {
    const ids = [this.run.dense.mechanism.id, ...this.run.others.map((mechanism) => mechanism.id)];
    return this.calls
      .map((call) => call.toPoint())
      .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id) || a.context - b.context);
  }

  /** Opens dense attention's step at growing contexts while `end` is not foreseen to be passed; the calls that verified. */
  public async openDense(end: number): Promise<readonly DecodeCall[]> {
    const { mechanism, parameters } = this.run.dense;
    const decoder = this.decoderOf(mechanism, parameters);
    if (decoder === undefined) return [];
    for (const context of contextsAt(DENSE_MULTIPLES, this.shape.n, this.run.shape.n)) {
      if (!(await this.openInTime(decoder, context, end))) break;
    }
    return this.calls.filter((call) => call.runnable);
  }

  /**
   * Opens and times every other mechanism's step, a context at a time, dense among them, while `end` is not foreseen to
   * be passed.
   */
  public async measureOthers(end: number): Promise<void> {
    const denseCalls = this.calls.filter((call) => call.runnable);
    // Where the time does not last for all, a constant state beside dense attention's cache says most.
    let decoders = this.run.others
      .flatMap((mechanism) => this.decoderOf(mechanism) ?? [])
      .sort((a, b) => Number(b.constantBytes !== undefined) - Number(a.constantBytes !== undefined));
    const isLonger = this.run.shape.n >= 4 * this.shape.n;
    const multiples = isLonger ? OTHERS_MULTIPLES : OTHERS_SHORT_MULTIPLES;
    const contexts = contextsAt(multiples, this.shape.n, this.run.shape.n);
    for (const [index, context] of contexts.entries()) {
      const opened: DecodeCall[] = [];
      const still: Decoder[] = [];
      for (const decoder of decoders) {
        const call = await this.openInTime(decoder, context, end);
        if (call === undefined) continue;
        still.push(decoder);
        if (call.runnable) opened.push(call);
      }
      decoders = still;
      if (opened.length === 0) return;
      const beside = denseCalls.filter((call) => call.context === context);
      const slice = Math.max(0, end - performance.now()) / (2 * (contexts.length - index));
      await runRounds([...beside, ...opened], performance.now() + slice, this.run.deadline);
    }
  }

  public async close(): Promise<void> {
    for (const call of this.calls) await call.close();
  }

  /** The call at `context`; undefined, and said so, where the time, the memory or the mechanism does not allow it. */
  private async openInTime(decoder: Decoder, context: number, end: number): Promise<DecodeCall | undefined> {
    const { mechanism } = decoder;
    const known = this.costs.get(mechanism.id);
    // What opening takes (state, reference) grows with the context.
    const foreseen = known === undefined ? 0 : (known.ms * context) / known.context;
    const start = performance.now();
    if (start + foreseen > end) {
      this.leaveOut(mechanism, context, l10n.t('the time budget ends before'));
      return undefined;
    }
    const shape = { ...this.shape, n: context };
    const obstacle = memoryObstacle(inputsCost(shape), this.run.freeMemory());
    if (obstacle !== undefined) {
      this.leaveOut(mechanism, context, obstacle);
      return undefined;
    }
    try {
      const call = await this.open(decoder, shape);
      this.costs.set(mechanism.id, { ms: performance.now() - start, context });
      return call;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.leaveOut(mechanism, context, error.message);
      return undefined;
    }
  }

  private async open(decoder: Decoder, shape: AttentionShape): Promise<DecodeCall> {
    const { provider } = this.run.device;
    this.run.step(
      l10n.t(
        '{0} on {1}: decode at n = {2} ({3})',
        decoder.mechanism.title,
        provider,
        formatInteger(shape.n),
        this.run.name,
      ),
    );
    const conditions = { provider, freeMemory: this.run.freeMemory };
    const call = await DecodeCall.open(decoder, shape, inputsFrom(this.inputs, shape), conditions);
    this.calls.push(call);
    return call;
  }

  private leaveOut({ title }: AttentionMechanism, context: number, reason: string): void {
    const key = JSON.stringify([context, reason]);
    const alike = this.omissions.get(key);
    if (alike === undefined) this.omissions.set(key, { titles: [title], context, reason });
    else alike.titles.push(title);
  }

  /** Undefined where the mechanism does not generate token by token. */
  private decoderOf(
    mechanism: AttentionMechanism,
    chosen = this.run.parameters[mechanism.id],
  ): Decoder | undefined {
    if (mechanism.decode === undefined || mechanism.causal === 'no') return undefined;
    const { shape } = this.run;
    const parameters = resolveParameters(mechanism, shape, chosen);
    try {
      const now = mechanism.decode(shape, parameters).stateBytes;
      const later = mechanism.decode({ ...shape, n: 2 * shape.n }, parameters).stateBytes;
      return { mechanism, parameters, ...(later === now && { constantBytes: now }) };
    } catch (error) {
      // No step at the asked length, which says nothing of the shorter ones that are measured.
      if (error instanceof RangeError) return { mechanism, parameters };
      throw error;
    }
  }
}

/** The longest context of a step: there, a growing cache and a constant state are far apart. */
const LONGEST_CONTEXT = 16_384;

/** Multiples of prefill's length at which dense decodes: parts, between which steps are summed, and what comes after it. */
const DENSE_MULTIPLES = [1 / 16, 1 / 4, 1 / 2, 1, 4, 16];

/** Those at which the others decode: beside dense attention, and enough to tell whether their steps grow. */
const OTHERS_MULTIPLES = [1, 4, 16];

/** The same where nothing longer was asked for. */
const OTHERS_SHORT_MULTIPLES = [1 / 4, 1];

/** Contexts at `multiples` of `n` tokens, ascending; those beyond `n` as far as `asked`. */
function contextsAt(multiples: readonly number[], n: number, asked: number): number[] {
  const longest = Math.max(n, Math.min(asked, LONGEST_CONTEXT));
  const contexts = multiples.map((multiple) => Math.max(1, Math.round(multiple * n)));
  return [...new Set(contexts)].filter((context) => context <= longest);
}
