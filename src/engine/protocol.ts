import type { AttentionShape } from '../attention/mechanism';
import type { Translations } from '../model/translations';
import type { RegimesResult } from '../report/regimes';
import type { DecomposedResult, DeviceRecord, MeasuredPoint } from '../report/report';
import type { DeviceChoice } from '../report/profileJob';

/** What the parent sends to the engine's process, once. */
export interface EngineRequest {
  readonly type: 'profile';
  readonly layerKinds: readonly EngineLayerKind[];
  readonly device: DeviceChoice;
  readonly budgetSeconds: number;
  readonly seed: number;
  /** Ids of the replacements to run; all where absent. */
  readonly replacements?: readonly string[];
  /** The language of the steps, notes and reasons that come back; English where absent. */
  readonly translations?: Translations;
}

export interface EngineLayerKind {
  readonly name: string;
  /** dtype is replaced by the device's precision. n is the longest length worth measuring. */
  readonly shape: AttentionShape;
  /** Parameters that override the mechanisms' defaults, by mechanism id. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Mechanisms that make no sense in these layers, by id, and why: they are skipped with that reason. */
  readonly unsuited: Readonly<Record<string, string>>;
}

/**
 * What the engine's process sends: steps and notes at any time; the device, again when its peak rate is
 * known; a point after the first runs of a length and again, in its place, after the repetitions; done last.
 */
export type EngineEvent =
  | { readonly type: 'step'; readonly step: string; readonly fraction: number }
  | { readonly type: 'note'; readonly note: string }
  | { readonly type: 'device'; readonly device: DeviceRecord }
  | {
      readonly type: 'point';
      readonly layerKind: string;
      readonly mechanism: string;
      readonly parameters: Readonly<Record<string, number>>;
      readonly point: MeasuredPoint;
    }
  | {
      readonly type: 'skipped';
      readonly layerKind: string;
      readonly mechanism: string;
      readonly reason: string;
    }
  | { readonly type: 'decomposed'; readonly layerKind: string; readonly result: DecomposedResult }
  | { readonly type: 'regimes'; readonly layerKind: string; readonly result: RegimesResult }
  | { readonly type: 'done' }
  | {
      readonly type: 'failed';
      readonly kind: 'out-of-memory' | 'device' | 'runtime';
      readonly message: string;
    };

/** A child process may die half-way through a message: what comes from it is checked before use. */
export function isEngineEvent(message: unknown): message is EngineEvent {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  const fields = new Map(Object.entries(message));
  const text = (key: string): boolean => typeof fields.get(key) === 'string';
  const object = (key: string): boolean => typeof fields.get(key) === 'object' && fields.get(key) !== null;
  switch (message.type) {
    case 'step':
      return text('step') && typeof fields.get('fraction') === 'number';
    case 'note':
      return text('note');
    case 'device':
      return object('device');
    case 'point':
      return text('layerKind') && text('mechanism') && object('point') && object('parameters');
    case 'skipped':
      return text('layerKind') && text('mechanism') && text('reason');
    case 'decomposed':
    case 'regimes':
      return text('layerKind') && object('result');
    case 'done':
      return true;
    case 'failed':
      return text('kind') && text('message');
    default:
      return false;
  }
}
