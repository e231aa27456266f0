import * as vscode from 'vscode';
import { reportSchemaVersion } from '../../model/reportSchemaVersion';
import type { Report } from '../../report/report';
import { displayName } from '../configDocument';
import { InputProblem } from '../inputProblem';
import { endedRun, otherSchemaVersion, parseStoredReport } from '../storedReport';

/** The largest saved profile that is read, in bytes. */
const largestFile = 16 * 1024 * 1024;

/** Whether the file is called as a saved profile is. */
export function isProfileFile(uri: vscode.Uri): boolean {
  return uri.path.toLowerCase().endsWith('.headroom.json');
}

/**
 * The report that the file at `uri` holds, checked. Throws InputProblem, with words for the user, where it cannot
 * be read, is too large, is no report, or is one of another version of Headroom.
 */
export async function readProfileFile(uri: vscode.Uri): Promise<Report> {
  const name = displayName(uri);
  const value = parse(await readBytes(uri, name));
  const version = otherSchemaVersion(value);
  if (version !== undefined) {
    throw new InputProblem(
      vscode.l10n.t(
        '{0} has schema version {1}; this Headroom reads version {2}. Open it with the Headroom that wrote it, or profile its config anew.',
        name,
        String(version),
        String(reportSchemaVersion),
      ),
    );
  }
  const report = parseStoredReport(value);
  if (report) {
    return endedRun(
      report,
      vscode.l10n.t('This was saved while it ran: what had not been measured is missing.'),
    );
  }
  throw new InputProblem(
    vscode.l10n.t('{0} is not a Headroom profile. Export one from a report: Export Report, as JSON.', name),
  );
}

async function readBytes(uri: vscode.Uri, name: string): Promise<Uint8Array> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > largestFile) throw tooLarge(name, size);
    const bytes = await vscode.workspace.fs.readFile(uri);
    // Some file systems do not know a size beforehand.
    if (bytes.byteLength > largestFile) throw tooLarge(name, bytes.byteLength);
    return bytes;
  } catch (error) {
    if (error instanceof InputProblem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputProblem(vscode.l10n.t('{0} cannot be read: {1}', name, reason));
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined; // No JSON: no report either.
  }
}

function tooLarge(name: string, size: number): InputProblem {
  return new InputProblem(
    vscode.l10n.t(
      '{0} has {1} MiB, too much for a saved profile (at most {2} MiB).',
      name,
      (size / 1024 / 1024).toFixed(1),
      String(largestFile / 1024 / 1024),
    ),
  );
}
