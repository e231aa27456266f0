import { withSettings, type SettingChange } from '../advisor/settings';
import { statePeak, type StatePeak } from '../cost/peakWithState';
import type { AttentionKind } from '../model/attentionKinds';
import type { ProfileJob } from './profileJob';

/** The peaks of a model whose layers of one kind keep some state, by settings: one estimate for all mechanisms. */
export class StatePeaks {
  private readonly known = new Map<string, StatePeak | undefined>();

  public constructor(
    private readonly job: Pick<ProfileJob, 'model' | 'scenario'>,
    private readonly kind: AttentionKind,
  ) {}

  /** At the scenario with the changes made; undefined where the layers keep nothing between tokens. */
  public with(changes: readonly SettingChange[]): StatePeak | undefined {
    const key = JSON.stringify(changes);
    if (!this.known.has(key)) {
      const { model, scenario } = this.job;
      this.known.set(key, statePeak(model, withSettings(scenario, changes), this.kind));
    }
    return this.known.get(key);
  }
}
