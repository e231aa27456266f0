import type * as vscode from 'vscode';
import type { ProfileSession } from '../profileSession';
import { EstimateTool, type ToolDevices } from './estimateTool';
import { ProfileTool } from './profileTool';
import { toolNames } from './toolNames';

export interface ToolDependencies {
  readonly extensionPath: string;
  /** The folder of downloaded configs. */
  readonly downloads: vscode.Uri;
  readonly session: ProfileSession;
  readonly devices: ToolDevices;
}

/** Registers the tools with `lm`, which is `vscode.lm`. Editors built from VS Code may lack it: nothing happens there. */
export function registerTools(
  { extensionPath, downloads, session, devices }: ToolDependencies,
  lm: Partial<typeof vscode.lm> | undefined,
): vscode.Disposable[] {
  if (lm?.registerTool === undefined) return [];
  return [
    lm.registerTool(toolNames.estimate, new EstimateTool(downloads, devices)),
    lm.registerTool(toolNames.profile, new ProfileTool(extensionPath, downloads, session)),
  ];
}
