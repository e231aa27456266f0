import { withSettings, type SettingChange } from '../advisor/settings';
import type { AttentionMechanism, MechanismParameters } from '../attention/mechanism';
import { peakWithAttention } from '../cost/peakWithState';
import type { AttentionKind } from '../model/attentionKinds';
import { bytesOf } from '../model/dtype';
import type { MechanismCosts } from './mechanismCosts';
import type { ProfileJob } from './profileJob';
import { replacedAttention } from './replacedAttention';
import type { StatePeaks } from './statePeaks';

/**
 * The projected inference peak of a model with one mechanism in one kind of its layers, each question asked once: a
 * search over settings asks anew with every event of a run.
 */
export class ReplacedPeak {
  private readonly known = new Map<string, number | undefined>();

  public constructor(
    private readonly job: Pick<ProfileJob, 'model' | 'scenario'>,
    private readonly kind: AttentionKind,
    private readonly mechanism: AttentionMechanism,
    private readonly parameters: MechanismParameters,
    /** At the scenario's length and batch. */
    private readonly costs: Pick<MechanismCosts, 'keptElements'>,
    private readonly states: StatePeaks,
  ) {}

  /**
   * Bytes on the most loaded device at the scenario with the changes made; undefined where the layers keep nothing
   * between tokens, or the mechanism has no form for their mask.
   */
  public with(changes: readonly SettingChange[]): number | undefined {
    const key = JSON.stringify(changes);
    if (!this.known.has(key)) this.known.set(key, this.peakWith(changes));
    return this.known.get(key);
  }

  private peakWith(changes: readonly SettingChange[]): number | undefined {
    const { kind, mechanism } = this;
    const { model, scenario } = this.job;
    if (mechanism.causal !== 'both' && (mechanism.causal === 'yes') !== kind.attention.causal)
      return undefined;
    const options = withSettings(scenario, changes);
    const attention = replacedAttention(mechanism, kind.attention, this.parameters);
    if (attention !== undefined) return peakWithAttention(model, options, kind, attention);
    const elements = this.costs.keptElements();
    if (elements === undefined) return undefined;
    // What is kept is kept for each sequence of the batch.
    const kept = elements * (options.batch / scenario.batch);
    // A recurrent state is no KV cache: a runtime that quantizes the cache leaves it as it was.
    const { cacheDType } = mechanism.family === 'linear' ? scenario : options;
    return this.states.with(changes)?.(kept, bytesOf(cacheDType ?? options.dtype));
  }
}
