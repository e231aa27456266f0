// First: the modules after it make their strings when they are loaded.
import './translations';
import type { ComparisonMessage, PlannedTarget } from '../src/report/panelMessages';
import type { Report } from '../src/report/report';
import { createComparison } from './comparison';
import { receiveComparison, receiveProblem, restoreView } from './comparisonMessage';
import { restoreControls, type Controls } from './controls';
import { connectHost, embeddedReport } from './host';
import { isRecord, receiveMessage, receiveReport, type Received } from './messages';
import { createPanel } from './panel';
import { strings } from './strings';
import { followSystemTheme, onThemeChange } from './theme';
import { registerComponents } from './toolkit';

registerComponents();
const host = connectHost();
if (!host.connected) followSystemTheme();

const saved = host.saved();
let controls: Controls = restoreControls(isRecord(saved) ? saved['controls'] : undefined);
let report: Report | undefined;
let planned: PlannedTarget | undefined;

const panel = createPanel({
  hosted: host.connected,
  send: (message) => {
    host.send(message);
  },
  controls: () => controls,
  planned: () => planned,
  change: (patch) => {
    controls = { ...controls, ...patch };
    show();
  },
});

let compared: ComparisonMessage | undefined;
let view = restoreView(saved);
const comparison = createComparison((chosen) => {
  view = chosen;
  showComparison();
});
const page = document.getElementById('app') ?? document.body;
page.append(panel.element);
onThemeChange(() => {
  panel.redraw();
});

function show(): void {
  if (report === undefined) return;
  host.save({ report, planned, controls });
  panel.update(report, controls);
}

function showComparison(): void {
  if (compared === undefined) return;
  host.save({ comparison: { uris: compared.uris, view } });
  comparison.update(compared, view);
  page.replaceChildren(comparison.element);
}

/** A page shows either reports or comparisons; the message says which. */
function receive(data: unknown): void {
  const comparing = receiveComparison(data);
  const problem = receiveProblem(data);
  const received = receiveMessage(data);
  if (comparing !== undefined) {
    compared = comparing;
    showComparison();
  } else if (problem !== undefined) {
    panel.setProblem(problem);
    page.replaceChildren(panel.element);
  } else if (received !== undefined) {
    take(received);
  }
}

function take(received: Received): void {
  if (!received.ok) {
    panel.setProblem(received.problem);
    return;
  }
  // Another length was profiled: the field follows the report again.
  const asked = received.report.scenario.sequenceLength;
  if (report !== undefined && report.scenario.sequenceLength !== asked)
    controls = { ...controls, lengthText: '' };
  report = received.report;
  planned = received.planned;
  try {
    show();
  } catch (error) {
    // A file may have the shape of a report and still lack something further inside.
    console.error(error);
    panel.setProblem(strings.load.notAReport);
  }
}

function takeEmbedded(): void {
  try {
    const embedded = embeddedReport();
    if (embedded === undefined) panel.setProblem(strings.load.missingInPage);
    else take(receiveReport(embedded));
  } catch {
    panel.setProblem(strings.load.notAReport);
  }
}

if (host.connected) {
  // What was saved is a message of the editor's, but for its type.
  if (isRecord(saved) && saved['report'] !== undefined) receive({ ...saved, type: 'report' });
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    receive(event.data);
  });
  host.send({ type: 'ready' });
} else {
  takeEmbedded();
}
