import * as vscode from 'vscode';
import { isDType } from '../model/dtype';
import type { DType } from '../model/dtype';
import { isMapping } from '../model/isMapping';
import { defaultBudgetSeconds, deviceChoices } from '../report/profileJob';
import type { DeviceChoice } from '../report/profileJob';

/** The user's settings, checked: a settings file may hold anything. */
export interface Settings {
  readonly device: DeviceChoice;
  /** Wall time for the measurements of one run, 2 to 600 s. */
  readonly budgetSeconds: number;
  /** Ids of the replacements to run; empty: all. */
  readonly replacements: readonly string[];
  /** Sequences in a batch, 1 to 1024; absent where the user chose none. */
  readonly batch?: number;
  /** `config`: the dtype that the config declares. */
  readonly dtype: DType | 'config';
  /** The user's own models: a name, and a config as an object or the path of one. */
  readonly models: Readonly<Record<string, unknown>>;
  readonly hover: boolean;
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
  readonly diagnostics: boolean;
}

/** The settings as they are now for `resource`. Values out of range are drawn to the nearest allowed one. */
export function readSettings(resource: vscode.Uri | undefined): Settings {
  const section = vscode.workspace.getConfiguration('headroom', resource);
  const device = section.get<unknown>('device');
  const dtype = section.get<unknown>('dtype');
  const batch = section.get<unknown>('batch');
  const models = section.get<unknown>('models');
  return {
    device: deviceChoices.find((choice) => choice === device) ?? 'auto',
    budgetSeconds: within(section.get<unknown>('budgetSeconds'), 2, 600, defaultBudgetSeconds),
    replacements: namesIn(section.get<unknown>('replacements')),
    ...(typeof batch === 'number' && { batch: Math.round(within(batch, 1, 1024, 1)) }),
    dtype: typeof dtype === 'string' && isDType(dtype) ? dtype : 'config',
    models: isMapping(models) ? models : {},
    hover: section.get<unknown>('hover.enabled') !== false,
    codeLens: section.get<unknown>('codeLens.enabled') !== false,
    inlayHints: section.get<unknown>('inlayHints.enabled') === true,
    diagnostics: section.get<unknown>('diagnostics.enabled') !== false,
  };
}

/** Those of a list that are names; whether a mechanism is called so, the profile says. */
function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}

function within(value: unknown, low: number, high: number, fallback: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(high, Math.max(low, value));
}
