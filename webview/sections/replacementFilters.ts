import { replacementFilters, type Controls, type ReplacementFilter } from '../controls';
import { h } from '../dom';
import type { PanelContext } from '../section';
import { strings } from '../strings';
import { createCheckbox } from '../toolkit';

const words = strings.replacements;

/** A box for each condition that a replacement may have to meet to stay in the table. */
export function createFilters({ controls, change }: PanelContext): {
  readonly element: HTMLElement;
  update(controls: Controls): void;
} {
  const boxes = replacementFilters.map((filter) => ({
    filter,
    box: createCheckbox({
      label: words.filter[filter],
      checked: controls().filters.includes(filter),
      onChange: (checked) => {
        change({ filters: toggled(controls().filters, filter, checked) });
      },
    }),
  }));
  return {
    element: h(
      'fieldset',
      { class: 'filters' },
      h('legend', {}, words.filters),
      ...boxes.map(({ box }) => box.element),
    ),
    update({ filters }) {
      for (const { filter, box } of boxes) box.set(filters.includes(filter));
    },
  };
}

function toggled(
  filters: readonly ReplacementFilter[],
  filter: ReplacementFilter,
  on: boolean,
): readonly ReplacementFilter[] {
  return replacementFilters.filter((each) => (each === filter ? on : filters.includes(each)));
}
