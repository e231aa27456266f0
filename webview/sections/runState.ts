import type { Report } from '../../src/report/report';
import { formatDuration } from '../../src/model/units';
import { h, setAttributes, setText, show } from '../dom';
import { createRegion } from '../region';
import type { PanelContext, Section } from '../section';
import { strings } from '../strings';
import { createButton, createProgressRing } from '../toolkit';

const words = strings.run;

/** What the run is doing, or how it ended when it did not complete. */
export function createRunState(context: PanelContext): Section {
  const progress = createProgress(context);
  const outcome = createRegion(h('div', { class: 'outcome' }));
  const announced = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  const element = h('div', { class: 'run-state' }, progress.element, outcome.element, announced);
  /** The button that had the focus is gone when a run ends or starts: the one in its place takes over. */
  const keepFocus = () => {
    const active = document.activeElement;
    if (active instanceof HTMLElement && element.contains(active) && active.checkVisibility()) return;
    const buttons = [...element.querySelectorAll<HTMLElement>('[data-key="cancel"], [data-key="retry"]')];
    buttons.find((button) => button.checkVisibility())?.focus({ preventScroll: true });
  };
  return {
    element,
    update({ run, layerKinds }) {
      const focused = element.contains(document.activeElement);
      show(progress.element, run.state === 'running');
      if (run.state === 'running') progress.update(run);
      // Only the step is spoken: the bar moves too often for that.
      setText(announced, run.state === 'running' ? run.step : run.state === 'complete' ? words.complete : '');
      const kept = hasPoints(layerKinds);
      outcome.render([run.state, run.error, kept], () => ended(run, kept, context));
      if (focused) keepFocus();
    },
  };
}

function createProgress({ hosted, send }: PanelContext) {
  const step = h('span', { class: 'progress-step' });
  const time = h('span', { class: 'note' });
  const bar = h('progress', { class: 'progress-bar', max: 100, 'aria-label': words.progressLabel });
  const cancel = createButton({
    label: words.cancel,
    key: 'cancel',
    onPress: () => {
      send({ type: 'cancel' });
    },
  });
  const element = h(
    'section',
    { class: 'card progress', 'aria-label': words.progressLabel },
    createProgressRing(),
    h('div', { class: 'progress-text' }, h('strong', {}, words.running), step, time),
    hosted && cancel,
    bar,
  );
  return {
    element,
    update(run: Report['run']) {
      setText(step, run.step);
      setText(time, words.elapsed(formatDuration(run.elapsedMs), formatDuration(run.budgetSeconds * 1000)));
      const percent = Math.round(Math.min(1, Math.max(0, run.fraction)) * 100);
      setAttributes(bar, { value: percent });
    },
  };
}

/** Whether anything was measured before the run ended. */
function hasPoints(layerKinds: Report['layerKinds']): boolean {
  return layerKinds.some(({ dense, replacements }) =>
    [dense, ...replacements].some(({ points }) => points.length > 0),
  );
}

function ended(run: Report['run'], kept: boolean, { hosted, send }: PanelContext): readonly Node[] {
  if (run.state !== 'failed' && run.state !== 'cancelled') return [];
  // Estimates that were made without a run are an answer, not a failure.
  const failed = run.state === 'failed' && run.error?.kind !== 'not-run';
  const retry = createButton({
    label: words.retry,
    primary: true,
    key: 'retry',
    onPress: () => {
      send({ type: 'retry' });
    },
  });
  const showLog = createButton({
    label: words.showLog,
    key: 'show-log-of-failure',
    onPress: () => {
      send({ type: 'showLog' });
    },
  });
  const message = h(
    'div',
    { class: 'outcome-text' },
    ...explanation(run),
    kept && h('p', { class: 'note' }, words.kept),
  );
  return [
    h(
      'section',
      { class: `card ${failed ? 'failure' : 'interruption'}`, role: failed ? 'alert' : 'status' },
      message,
      hosted && h('div', { class: 'buttons' }, retry, failed && showLog),
    ),
  ];
}

function explanation({ state, error }: Report['run']): readonly HTMLElement[] {
  if (error === undefined) {
    return [h('strong', {}, state === 'cancelled' ? words.cancelledTitle : words.failedUnknown)];
  }
  const title = words.failedKinds[error.kind];
  // Some messages begin with what the title says: once is enough.
  const message = error.message.startsWith(title)
    ? [h('strong', {}, error.message)]
    : [h('strong', {}, title), h('p', {}, error.message)];
  return [...message, h('p', {}, error.mend)];
}
