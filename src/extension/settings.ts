import * as vscode from 'vscode';
import { isDType } from '../model/dtype';
import type { DType } from '../model/dtype';
import { defaultBudgetSeconds, deviceChoices } from '../report/profileJob';
import type { DeviceChoice } from '../report/profileJob';

/** The user's settings, checked: a settings file may hold anything. */
export interface Settings {
  readonly device: DeviceChoice;
  /** Wall time for the measurements of one run, 2 to 600 s. */
  readonly budgetSeconds: number;
  /** Sequences in a batch, 1 to 1024. */
  readonly batch: number;
  /** `config`: the dtype that the config declares. */
  readonly dtype: DType | 'config';
}

/** The settings as they are now for `resource`. Values out of range are drawn to the nearest allowed one. */
export function readSettings(resource: vscode.Uri | undefined): Settings {
  const section = vscode.workspace.getConfiguration('headroom', resource);
  const device = section.get<unknown>('device');
  const dtype = section.get<unknown>('dtype');
  return {
    device: deviceChoices.find((choice) => choice === device) ?? 'auto',
    budgetSeconds: within(section.get<unknown>('budgetSeconds'), 2, 600, defaultBudgetSeconds),
    batch: Math.round(within(section.get<unknown>('batch'), 1, 1024, 1)),
    dtype: typeof dtype === 'string' && isDType(dtype) ? dtype : 'config',
  };
}

function within(value: unknown, low: number, high: number, fallback: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  return Math.min(high, Math.max(low, value));
}
