import * as vscode from 'vscode';

/** The extension's one output channel, each line tagged with the component that wrote it. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string, cause?: unknown): void;
}

/** Writes to `channel` in the name of `component`: `[panel] opened`. */
export function taggedLog(channel: vscode.LogOutputChannel, component: string): Log {
  return {
    info: (line) => {
      channel.info(`[${component}] ${line}`);
    },
    warn: (line) => {
      channel.warn(`[${component}] ${line}`);
    },
    error: (line, cause) => {
      channel.error(`[${component}] ${line}`, ...(cause === undefined ? [] : [cause]));
    },
  };
}

export function createLogChannel(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Headroom', { log: true });
}
