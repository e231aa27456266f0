import type { PlannedTarget } from '../../src/report/panelMessages';
import type { Report } from '../../src/report/report';
import { longestSequence, parseSequenceLength, shortestSequence } from '../../src/model/sequenceLength';
import { formatBytes, formatCount, formatInteger } from '../../src/model/units';
import type { Controls } from '../controls';
import { facts } from '../charts/dataTable';
import { h, setText, show } from '../dom';
import { describeDevice, describeDeviceMemory, describeModel } from '../model/figures';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createButton, createTextField } from '../toolkit';
import { createVerdicts } from './verdicts';

const words = strings.header;

/** What is profiled, on what, at which length, and whether it fits. */
export function createHeader(context: PanelContext): Section {
  const title = h('h1', { tabindex: -1 });
  const subtitle = h('p', { class: 'subtitle' });
  const warning = h('p', { class: 'warning', role: 'status' });
  const details = createRegion(h('div', { class: 'header-facts' }));
  const verdicts = createVerdicts(context);
  const length = createLengthForm(context);
  const element = h(
    'header',
    { class: 'panel-header' },
    h('div', { class: 'title-row' }, h('div', {}, title, subtitle), context.hosted && length.element),
    warning,
    verdicts.element,
    details.element,
  );
  return {
    element,
    update(report, controls) {
      setText(title, report.source.name);
      setText(subtitle, describeHeadline(report));
      setText(warning, describeFallback(report));
      show(warning, warning.textContent !== '');
      length.update(report, controls);
      verdicts.update(report);
      const { model, scenario, device } = report;
      const planned = context.planned();
      details.render([model, scenario, device, planned], () => [headerFacts(report, planned)]);
    },
  };
}

function describeHeadline({ model, estimate }: Report): string {
  return [
    model.modelType,
    ...(model.reading === 'best effort' ? [words.bestEffort] : []),
    words.parameters(formatCount(estimate.parameters.total)),
    words.declared(formatInteger(model.maxSequenceLength)),
  ].join(' · ');
}

function describeFallback({ device }: Report): string {
  if (device?.fallbackFrom === undefined) return '';
  return words.fallback(device.fallbackFrom, device.provider);
}

function headerFacts({ model, device, scenario }: Report, planned: PlannedTarget | undefined): HTMLElement {
  const lines = describeModel(model).map((line) => h('div', {}, line));
  const conditions = [
    words.length(formatInteger(scenario.sequenceLength)),
    words.estimatesIn(scenario.dtype, formatInteger(scenario.batch)),
    ...(device === undefined ? [] : [words.precision(device.precision)]),
  ];
  return facts([
    [words.architecture, lines],
    ...(planned ? [[words.verdictsFor, plannedLines(planned)] as const] : []),
    [planned ? words.measuredOn : words.device, deviceLines(device)],
    [words.conditions, conditions.join(' · ')],
  ]);
}

function deviceLines(device: Report['device']): readonly HTMLElement[] | string {
  if (device === undefined) return words.deviceUnknown;
  return [h('div', {}, describeDevice(device)), h('div', { class: 'note' }, describeDeviceMemory(device))];
}

function plannedLines({ name, memoryBytes }: PlannedTarget): readonly HTMLElement[] {
  return [
    h('div', {}, words.planned(name)),
    h('div', { class: 'note' }, words.plannedMemory(formatBytes(memoryBytes))),
  ];
}

interface LengthForm {
  readonly element: HTMLElement;
  update(report: Report, controls: Controls): void;
}

function createLengthForm({ send, change, controls }: PanelContext): LengthForm {
  let asked = 0;
  const textOf = (text: string) => (text === '' ? formatInteger(asked) : text);
  const submit = () => {
    const sequenceLength = parseSequenceLength(textOf(controls().lengthText));
    if (sequenceLength === undefined) {
      field.setProblem(words.lengthInvalid(formatInteger(shortestSequence), formatInteger(longestSequence)));
      return;
    }
    field.setProblem('');
    send({ type: 'profileAt', sequenceLength });
  };
  const field = createTextField({
    label: words.lengthLabel,
    value: '',
    onInput: (lengthText) => {
      if (parseSequenceLength(lengthText) !== undefined) field.setProblem('');
      change({ lengthText });
    },
    onEnter: submit,
  });
  return {
    element: h(
      'div',
      { class: 'length-form' },
      field.element,
      createButton({ label: words.profileAt, primary: true, onPress: submit }),
    ),
    update({ scenario }, { lengthText }) {
      asked = scenario.sequenceLength;
      field.set(textOf(lengthText));
    },
  };
}
