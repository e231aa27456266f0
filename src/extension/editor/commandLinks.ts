import type * as vscode from 'vscode';
import type { HoverLinks } from '../../insight/hoverMarkdown';

/** The commands that a link in a hover may run, and no others. */
export const linkedCommands = [
  'headroom.profileAtLength',
  'headroom.openPanel',
  'headroom.explainEstimate',
  'headroom.chooseDevice',
] as const;

/**
 * Links from a hover over the config at `uri`. `sequenceLength`: the length in tokens that it is about.
 * `isProfiled`: there is a report for the panel to show.
 */
export function hoverLinks(uri: vscode.Uri, sequenceLength: number, isProfiled: boolean): HoverLinks {
  // As text: a Uri inside a link would not be carried over to a remote extension host.
  const place = { uri: uri.toString() };
  return {
    profile: commandUri('headroom.profileAtLength', { ...place, sequenceLength }),
    ...(isProfiled && { openPanel: commandUri('headroom.openPanel', place) }),
    explain: commandUri('headroom.explainEstimate', place),
    chooseDevice: commandUri('headroom.chooseDevice'),
  };
}

function commandUri(command: (typeof linkedCommands)[number], ...args: readonly unknown[]): string {
  return `command:${command}?${encodeURIComponent(JSON.stringify(args))}`;
}
