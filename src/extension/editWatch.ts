import * as vscode from 'vscode';
import type { Report } from '../report/report';

interface EditWatch {
  /** `report`, with a note in it once the document was edited. */
  annotate(report: Report): Report;
  dispose(): void;
}

/** Notices when the document is edited during the run, and says so in the report's notes. */
export function watchEdits(uri: string | undefined): EditWatch {
  let edited = false;
  const listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0 && document.uri.toString() === uri) edited = true;
  });
  const note = vscode.l10n.t(
    'The config was edited while this ran: the figures are for its text as it was at the start.',
  );
  return {
    annotate: (report: Report): Report =>
      edited && !report.run.notes.includes(note)
        ? { ...report, run: { ...report.run, notes: [...report.run.notes, note] } }
        : report,
    dispose: () => {
      listener.dispose();
    },
  };
}
