import * as l10n from '@vscode/l10n';
import { reportSchemaVersion } from '../../src/model/reportSchemaVersion';

export const load = {
  waiting: l10n.t('Waiting for the report…'),
  notAReport: l10n.t('What arrived here is not a Headroom report.'),
  otherVersion: (version: string) =>
    l10n.t(
      'This report has schema version {0}; this panel reads version {1}. Update Headroom to open it.',
      version,
      String(reportSchemaVersion),
    ),
  missingInPage: l10n.t('This page holds no report.'),
};

export const navigation = {
  label: l10n.t('Sections'),
  timings: l10n.t('Timings'),
  memory: l10n.t('Memory'),
  replacements: l10n.t('Replacements'),
  regimes: l10n.t('Parallel or sequential'),
  provenance: l10n.t('How it was measured'),
};

export const run = {
  progressLabel: l10n.t('Profile run'),
  running: l10n.t('Profiling'),
  elapsed: (elapsed: string, budget: string) => l10n.t('{0} elapsed, budget {1}', elapsed, budget),
  cancel: l10n.t('Cancel'),
  retry: l10n.t('Retry'),
  showLog: l10n.t('Show Log'),
  failedUnknown: l10n.t('The run failed'),
  failedKinds: {
    crash: l10n.t('The engine ended unexpectedly'),
    'out-of-memory': l10n.t('Out of memory'),
    'time-out': l10n.t('Out of time'),
    device: l10n.t('The device could not be used'),
    runtime: l10n.t('The runtime reported an error'),
    'not-run': l10n.t('Nothing was run: estimates only'),
  },
  cancelledTitle: l10n.t('The run was cancelled'),
  kept: l10n.t('What was measured until then is shown below.'),
  complete: l10n.t('Profile complete'),
};
