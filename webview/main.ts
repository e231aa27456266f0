import type { Report } from '../src/report/report';
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

const panel = createPanel({
  hosted: host.connected,
  send: (message) => {
    host.send(message);
  },
  controls: () => controls,
  change: (patch) => {
    controls = { ...controls, ...patch };
    show();
  },
});
(document.getElementById('app') ?? document.body).append(panel.element);
onThemeChange(() => {
  panel.redraw();
});

function show(): void {
  if (report === undefined) return;
  host.save({ report, controls });
  panel.update(report, controls);
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
  show();
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
  if (isRecord(saved) && saved['report'] !== undefined) take(receiveReport(saved['report']));
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const received = receiveMessage(event.data);
    if (received !== undefined) take(received);
  });
  host.send({ type: 'ready' });
} else {
  takeEmbedded();
}
