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
  return {
    element: h('div', { class: 'run-state' }, progress.element, outcome.element, announced),
    update({ run }) {
      show(progress.element, run.state === 'running');
      if (run.state === 'running') progress.update(run);
      // Only the step is spoken: the bar moves too often for that.
      setText(announced, run.state === 'running' ? run.step : run.state === 'complete' ? words.complete : '');
      outcome.render([run.state, run.error], () => ended(run, context));
    },
  };
}

function createProgress({ hosted, send }: PanelContext) {
  const step = h('span', { class: 'progress-step' });
  const time = h('span', { class: 'note' });
  const bar = h('progress', { class: 'progress-bar', max: 100, 'aria-label': words.progressLabel });
  const cancel = createButton({
    label: words.cancel,
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

function ended(run: Report['run'], { hosted, send }: PanelContext): readonly Node[] {
  if (run.state !== 'failed' && run.state !== 'cancelled') return [];
  const failed = run.state === 'failed';
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
    h('strong', {}, titleOf(run)),
    ...(run.error === undefined ? [] : errorLines(run.error)),
    run.error?.kind !== 'not-run' && h('p', { class: 'note' }, words.kept),
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

function titleOf(run: Report['run']): string {
  if (run.error?.kind === 'not-run') return words.failedKinds['not-run'];
  return run.state === 'failed' ? words.failedTitle : words.cancelledTitle;
}

function errorLines(error: NonNullable<Report['run']['error']>): readonly HTMLElement[] {
  const message =
    error.kind === 'not-run' ? error.message : `${words.failedKinds[error.kind]}: ${error.message}`;
  return [h('p', {}, message), h('p', {}, error.mend)];
}
