import type * as vscode from 'vscode';
import type { EstimateOptions } from '../cost/estimate';
import { readSettings } from './settings';

/** What the user's settings for `resource` say in place of its config: batch (sequences) and dtype, where chosen. */
export function chosenConditions(
  resource: vscode.Uri | undefined,
): Pick<Partial<EstimateOptions>, 'batch' | 'dtype'> {
  const { batch, dtype } = readSettings(resource);
  return { ...(batch !== undefined && { batch }), ...(dtype !== 'config' && { dtype }) };
}
