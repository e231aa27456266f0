import { dtypes, isDType } from '../../src/model/dtype';
import type { Report } from '../../src/report/report';
import { formatInteger } from '../../src/model/units';
import {
  attentionKinds,
  largestBatch,
  memoryScales,
  memoryUses,
  parseBatch,
  recomputations,
  type Controls,
} from '../controls';
import { h, show } from '../dom';
import { scenarioSettings, type MemorySettings } from '../model/memoryParts';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createDropdown, createRadioGroup, createTextField, type Choice } from '../toolkit';

const words = strings.memory;

/** The settings that the controls name, following the report where the reader chose nothing. */
export function memorySettings({ scenario }: Pick<Report, 'scenario'>, controls: Controls): MemorySettings {
  const { use } = controls;
  const followed = scenarioSettings(scenario, use);
  return {
    ...followed,
    dtype: controls.dtype ?? followed.dtype,
    batch: controls.batch ?? followed.batch,
    attention: controls.attention ?? followed.attention,
    // Nothing is kept for a backward pass in inference, so there is nothing to recompute.
    recomputation: use === 'training' ? (controls.recomputation ?? followed.recomputation) : 'none',
  };
}

/** Use, dtype, batch, attention, recomputation and the axis: each change recomputes at once. */
export function createMemoryControls({ controls, change }: PanelContext): {
  readonly element: HTMLElement;
  update(settings: MemorySettings, controls: Controls): void;
} {
  const now = controls();
  const use = createRadioGroup({
    label: words.use,
    choices: choicesOf(memoryUses, words.uses),
    value: now.use,
    onChange: (value) => {
      change({ use: value });
    },
  });
  const scale = createRadioGroup({
    label: words.scale,
    choices: choicesOf(memoryScales, words.scales),
    value: now.scale,
    onChange: (value) => {
      change({ scale: value });
    },
  });
  const dtype = createDropdown({
    label: words.dtype,
    choices: dtypes.map((value) => ({ value, label: value })),
    value: now.dtype ?? 'float32',
    onChange: (value) => {
      if (isDType(value)) change({ dtype: value });
    },
  });
  const batch = createTextField({
    label: words.batch,
    value: String(now.batch ?? 1),
    onInput: (text) => {
      const value = parseBatch(text);
      batch.setProblem(value === undefined ? words.batchInvalid(formatInteger(largestBatch)) : '');
      if (value !== undefined) change({ batch: value });
    },
  });
  const attention = createDropdown({
    label: words.attention,
    choices: choicesOf(attentionKinds, words.attentions),
    value: now.attention ?? 'fused',
    onChange: (value) => {
      change({ attention: value });
    },
  });
  const recomputation = createDropdown({
    label: words.recomputation,
    choices: choicesOf(recomputations, words.recomputations),
    value: now.recomputation ?? 'none',
    onChange: (value) => {
      change({ recomputation: value });
    },
  });
  let shownBatch: number | undefined;
  return {
    element: h(
      'div',
      { class: 'memory-controls' },
      h(
        'div',
        { class: 'controls' },
        use.element,
        dtype.element,
        batch.element,
        attention.element,
        recomputation.element,
        scale.element,
      ),
    ),
    update(settings, current) {
      use.set(settings.use);
      scale.set(current.scale);
      dtype.set(settings.dtype);
      // A batch that is being typed is not written over: only a new value replaces the text.
      if (settings.batch !== shownBatch) batch.set(String(settings.batch));
      shownBatch = settings.batch;
      attention.set(settings.attention);
      recomputation.set(settings.recomputation);
      show(recomputation.element, settings.use === 'training');
    },
  };
}

function choicesOf<T extends string>(
  values: readonly T[],
  labels: Readonly<Record<T, string>>,
): readonly Choice<T>[] {
  return values.map((value) => ({ value, label: labels[value] }));
}
