import type { PanelMessage } from '../src/report/panelMessages';

/** Whoever shows the panel: the editor, or nobody when the page is an exported file. */
export interface Host {
  /** Whether there is an editor that takes messages. */
  readonly connected: boolean;
  send(message: PanelMessage): void;
  /** What `save` stored before a reload; undefined when there is nothing. */
  saved(): unknown;
  save(state: unknown): void;
}

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => WebviewApi) | undefined;

/** Connects to the editor where there is one. To be called once: the editor hands its interface out once. */
export function connectHost(): Host {
  if (typeof acquireVsCodeApi !== 'function') {
    return { connected: false, send: () => undefined, saved: () => undefined, save: () => undefined };
  }
  const api = acquireVsCodeApi();
  return {
    connected: true,
    send: (message) => {
      api.postMessage(message);
    },
    saved: () => api.getState(),
    save: (state) => {
      api.setState(state);
    },
  };
}

/** The JSON that an exported page carries, or undefined. Throws SyntaxError where it is no JSON. */
export function embeddedReport(): unknown {
  const text = document.getElementById('headroom-report')?.textContent;
  return text === undefined || text.trim() === '' ? undefined : JSON.parse(text);
}
