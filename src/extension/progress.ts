import * as vscode from 'vscode';
import type { Report } from '../report/report';

/**
 * Runs `work` under a cancellable notification that follows the reports `work` passes on. Resolves with what
 * `work` resolves with; the notification's Cancel button aborts `abort`.
 */
export async function withProgress(
  name: string,
  abort: AbortController,
  work: (onUpdate: (report: Report) => void) => Promise<Report>,
): Promise<Report> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Profiling attention of {0}', name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (bar, token) => {
    const cancelled = token.onCancellationRequested(() => {
      abort.abort();
    });
    let shown = 0;
    try {
      return await work(({ run }) => {
        const fraction = Math.max(shown, run.fraction);
        bar.report({ message: run.step, increment: (fraction - shown) * 100 });
        shown = fraction;
      });
    } finally {
      cancelled.dispose();
    }
  });
}
