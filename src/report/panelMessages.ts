import type { ComparisonView } from '../comparison/comparisonView';
import type { Report } from './report';

/** What the extension host sends to a page: one page shows reports, another one comparisons. */
export type HostMessage = ReportMessage | ProblemMessage | ComparisonMessage;

export interface ReportMessage {
  readonly type: 'report';
  readonly report: Report;
  /** The device that verdicts are about where the user plans for one; absent, they are about the report's. */
  readonly planned?: PlannedTarget;
}

/** A device that the user plans for: nothing was measured on it. */
export interface PlannedTarget {
  readonly name: string;
  readonly memoryBytes: number;
}

/** Why there is nothing to show, in words for the user. */
export interface ProblemMessage {
  readonly type: 'problem';
  readonly problem: string;
}

export interface ComparisonMessage {
  readonly type: 'comparison';
  readonly title: string;
  /** The two files, as text: what the page keeps, to be shown again after a reload. */
  readonly uris: readonly [string, string];
  /** What the choice among several views is called. */
  readonly choice: string;
  readonly views: readonly ComparisonView[];
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
