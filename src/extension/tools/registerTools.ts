import type * as vscode from 'vscode';
import type { ProfileSession } from '../profileSession';
import { loadOnRequest } from '../loadOnRequest';
import type { ToolDevices } from './estimateTool';
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
    lm.registerTool(
      toolNames.estimate,
      loadedTool(async () => new (await loadOnRequest()).EstimateTool(downloads, devices)),
    ),
    lm.registerTool(
      toolNames.profile,
      loadedTool(async () => new (await loadOnRequest()).ProfileTool(extensionPath, downloads, session)),
    ),
  ];
}

/** The tool that `load` makes, made anew for each call: it keeps nothing. */
function loadedTool(
  load: () => Promise<Required<vscode.LanguageModelTool<unknown>>>,
): vscode.LanguageModelTool<unknown> {
  return {
    invoke: async (options, token) => (await load()).invoke(options, token),
    prepareInvocation: async (options, token) => (await load()).prepareInvocation(options, token),
  };
}
