import type { Report } from './report';

/** What the extension host sends to the panel. */
export interface HostMessage {
  readonly type: 'report';
  readonly report: Report;
}

/** What the panel sends to the extension host. Checked at run time there: a webview is an untrusted edge. */
export type PanelMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'retry' }
  | { readonly type: 'cancel' }
  | { readonly type: 'profileAt'; readonly sequenceLength: number }
  | { readonly type: 'apply'; readonly layerKind: string; readonly mechanism: string }
  | { readonly type: 'export'; readonly format: 'html' | 'json' | 'markdown' }
  | { readonly type: 'openConfig' }
  | { readonly type: 'showLog' };
