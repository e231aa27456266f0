import type { AttentionMechanism, AttentionShape, MechanismParameters } from '../../attention/mechanism';
import type { DeviceRecord } from '../../report/report';
import type { Contender } from '../contender';

/** What `measureRegimes` is to measure, on what, and until when. */
export interface RegimesRun {
  /** Name of the kind of layer, for messages. */
  readonly name: string;
  /** The asked shape, in the device's precision; n is the longest length worth measuring. */
  readonly shape: AttentionShape;
  readonly device: DeviceRecord;
  readonly seed: number;
  /** performance.now() at which the measuring ends. */
  readonly deadline: number;
  /**
   * Dense attention: the rival of all. Where it has raced before, the kernels that lost are not tried again, so it is
   * to be passed in after the race, not before.
   */
  readonly dense: Contender;
  /** Mechanisms whose decode step is measured beside dense; those that cannot decode are passed over. */
  readonly others: readonly AttentionMechanism[];
  /** Parameters that override the mechanisms' defaults, by mechanism id. */
  readonly parameters: Readonly<Record<string, MechanismParameters>>;
  readonly step: (text: string) => void;
  /** Bytes that are free at the moment of the call; 0 where the device does not tell. */
  readonly freeMemory: () => number;
}
