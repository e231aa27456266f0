import type { Report } from '../src/report/report';
import type { Controls } from './controls';
import { h, setText, show } from './dom';
import type { PanelContext, Section } from './section';
import { createHeader } from './sections/header';
import { createMemory } from './sections/memory';
import { createProvenance } from './sections/provenance';
import { createRegimes } from './sections/regimes';
import { createReplacements } from './sections/replacements';
import { createRunState } from './sections/runState';
import { createTimings } from './sections/timings';
import { strings } from './strings';

export interface Panel {
  readonly element: HTMLElement;
  update(report: Report, controls: Controls): void;
  /** Says in place of a report why there is none to show. A report that is shown already stays. */
  setProblem(problem: string): void;
  redraw(): void;
}

/** The whole panel; its sections are built once and told of every change. */
export function createPanel(context: PanelContext): Panel {
  const sections: readonly Section[] = [
    createHeader(context),
    createRunState(context),
    createTimings(context),
    createMemory(context),
    createReplacements(context),
    createRegimes(context),
    createProvenance(context),
  ];
  const message = h('p', { class: 'message', role: 'status' }, strings.load.waiting);
  const [header, runState, ...rest] = sections.map((section) => section.element);
  const body = h('div', { class: 'panel-body' }, header, runState, navigation(), h('main', {}, ...rest));
  show(body, false);
  return {
    element: h('div', { class: 'panel' }, message, body),
    update(report, controls) {
      show(message, false);
      show(body, true);
      for (const section of sections) section.update(report, controls);
    },
    setProblem(problem) {
      setText(message, problem);
      show(message, true);
    },
    redraw() {
      for (const section of sections) section.redraw?.();
    },
  };
}

function navigation(): HTMLElement {
  const { label, timings, memory, replacements, regimes, provenance } = strings.navigation;
  const targets = { timings, memory, replacements, regimes, provenance };
  return h(
    'nav',
    { class: 'navigation', 'aria-label': label },
    ...Object.entries(targets).map(([id, text]) => h('a', { href: `#${id}` }, text)),
  );
}
