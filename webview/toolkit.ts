/**
 * The one place that knows the component library. It registers the components that the panel uses and
 * hands out factories; no tag, event or token of the library appears anywhere else, so that the
 * library (deprecated by its makers) can be swapped here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeLink,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeRadio,
  vsCodeRadioGroup,
  vsCodeTextField,
  type Button,
  type Checkbox,
  type Dropdown,
  type Panels,
  type RadioGroup,
  type TextField,
} from '@vscode/webview-ui-toolkit';
import { h, setAttributes, uniqueId } from './dom';

/** Registers the components. To be called once, before the first factory. */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeLink(),
    vsCodeOption(),
    vsCodePanels(),
    vsCodePanelTab(),
    vsCodePanelView(),
    vsCodeProgressRing(),
    vsCodeRadio(),
    vsCodeRadioGroup(),
    vsCodeTextField(),
  );
}

interface Components {
  readonly 'vscode-button': Button;
  readonly 'vscode-checkbox': Checkbox;
  readonly 'vscode-dropdown': Dropdown;
  readonly 'vscode-link': HTMLElement;
  readonly 'vscode-option': HTMLElement;
  readonly 'vscode-panels': Panels;
  readonly 'vscode-panel-tab': HTMLElement;
  readonly 'vscode-panel-view': HTMLElement;
  readonly 'vscode-progress-ring': HTMLElement;
  readonly 'vscode-radio': HTMLElement;
  readonly 'vscode-radio-group': RadioGroup;
  readonly 'vscode-text-field': TextField;
}

// The library declares no tag names for createElement; this is the one cast that stands in for them.
function component<K extends keyof Components>(tag: K): Components[K] {
  return document.createElement(tag) as Components[K];
}

export interface ButtonOptions {
  readonly label: string;
  /** Where the visible label alone is ambiguous. */
  readonly description?: string;
  readonly primary?: boolean;
  /** Name that the button is found by after its surroundings were rebuilt. */
  readonly key?: string;
  readonly onPress: () => void;
}

export function createButton(options: ButtonOptions): HTMLElement {
  const button = component('vscode-button');
  setAttributes(button, {
    appearance: options.primary === true ? 'primary' : 'secondary',
    'aria-label': options.description,
    'data-key': options.key,
  });
  button.textContent = options.label;
  button.addEventListener('click', options.onPress);
  return button;
}

/** A control with a label above it. */
export interface Field<Value> {
  readonly element: HTMLElement;
  /** Shows a value without telling `onChange`. */
  set(value: Value): void;
  enable(enabled: boolean): void;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

export interface ChoiceOptions<T extends string> {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A dropdown; its choices may be replaced as they become known. */
export interface DropdownField<T extends string> extends Field<T> {
  setChoices(choices: readonly Choice<T>[], value: T): void;
}

export function createDropdown<T extends string>(options: ChoiceOptions<T>): DropdownField<T> {
  const dropdown = component('vscode-dropdown');
  const labelId = uniqueId('label');
  setAttributes(dropdown, { 'aria-labelledby': labelId });
  let choices: readonly Choice<T>[] = [];
  const setChoices = (next: readonly Choice<T>[], value: T) => {
    if (JSON.stringify(next) !== JSON.stringify(choices)) {
      choices = next;
      dropdown.replaceChildren(...next.map((choice) => createOption(choice, value)));
    }
    if (dropdown.isConnected && dropdown.value !== value) dropdown.value = value;
  };
  setChoices(options.choices, options.value);
  dropdown.addEventListener('change', () => {
    const chosen = choices.find((choice) => choice.value === dropdown.value);
    if (chosen !== undefined) options.onChange(chosen.value);
  });
  const label = h('span', { class: 'field-label', id: labelId }, options.label);
  return {
    element: h('div', { class: 'field' }, label, dropdown),
    set: (value) => {
      setChoices(choices, value);
    },
    enable: (enabled) => {
      dropdown.disabled = !enabled;
    },
    setChoices,
  };
}

function createOption<T extends string>(choice: Choice<T>, value: T): HTMLElement {
  const option = component('vscode-option');
  // A dropdown reads its options after they were slotted; `selected` is what it looks at then.
  setAttributes(option, { value: choice.value, selected: choice.value === value });
  option.textContent = choice.label;
  return option;
}

export function createRadioGroup<T extends string>(options: ChoiceOptions<T>): Field<T> {
  const group = component('vscode-radio-group');
  const labelId = uniqueId('label');
  setAttributes(group, { orientation: 'horizontal', 'aria-labelledby': labelId, value: options.value });
  for (const choice of options.choices) {
    const radio = component('vscode-radio');
    setAttributes(radio, { value: choice.value });
    radio.textContent = choice.label;
    group.append(radio);
  }
  group.addEventListener('change', () => {
    const chosen = options.choices.find((choice) => choice.value === group.value);
    if (chosen !== undefined) options.onChange(chosen.value);
  });
  const label = h('span', { class: 'field-label', id: labelId }, options.label);
  return {
    element: h('div', { class: 'field' }, label, group),
    set: (value) => {
      if (group.value !== value) group.value = value;
    },
    enable: (enabled) => {
      group.disabled = !enabled;
    },
  };
}

export interface CheckboxOptions {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function createCheckbox(options: CheckboxOptions): Field<boolean> {
  const checkbox = component('vscode-checkbox');
  checkbox.checked = options.checked;
  checkbox.textContent = options.label;
  checkbox.addEventListener('change', () => {
    options.onChange(checkbox.checked);
  });
  return {
    element: checkbox,
    set: (checked) => {
      if (checkbox.checked !== checked) checkbox.checked = checked;
    },
    enable: (enabled) => {
      checkbox.disabled = !enabled;
    },
  };
}

export interface TextFieldOptions {
  readonly label: string;
  readonly value: string;
  /** At every keystroke. */
  readonly onInput: (text: string) => void;
  readonly onEnter?: () => void;
}

export interface TextInput extends Field<string> {
  /** Shows, or with an empty text hides, what is wrong with the input. */
  setProblem(problem: string): void;
}

export function createTextField(options: TextFieldOptions): TextInput {
  const field = component('vscode-text-field');
  const problemId = uniqueId('problem');
  setAttributes(field, { 'aria-describedby': problemId, value: options.value });
  field.textContent = options.label;
  field.addEventListener('input', () => {
    options.onInput(field.value);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') options.onEnter?.();
  });
  const problem = h('span', { class: 'field-problem', id: problemId, role: 'alert' });
  return {
    element: h('div', { class: 'field' }, field, problem),
    set: (value) => {
      if (field.value !== value) field.value = value;
    },
    enable: (enabled) => {
      field.disabled = !enabled;
    },
    setProblem: (text) => {
      setAttributes(field, { 'aria-invalid': text === '' ? undefined : 'true' });
      if (problem.textContent !== text) problem.textContent = text;
    },
  };
}

/** A ring that turns while something is under way; the words beside it say what. */
export function createProgressRing(): HTMLElement {
  const ring = component('vscode-progress-ring');
  setAttributes(ring, { 'aria-hidden': 'true' });
  return ring;
}

export function createLink(text: string, url: string): HTMLElement {
  const link = component('vscode-link');
  setAttributes(link, { href: url });
  link.textContent = text;
  return link;
}

export interface Tab<T extends string> extends Choice<T> {
  readonly content: HTMLElement;
}

export interface TabOptions<T extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** Tabs with a panel each; arrow keys move between the tabs. */
export function createTabs<T extends string>(options: TabOptions<T>): Field<T> {
  const panels = component('vscode-panels');
  const prefix = uniqueId('tabs');
  const idOf = (value: T) => `${prefix}-${value}`;
  setAttributes(panels, { 'aria-label': options.label, activeid: idOf(options.value) });
  // The library's indicator stays at the first tab when another one is active from the start: `.tab` draws its own.
  panels.activeindicator = false;
  for (const tab of options.tabs) {
    const head = component('vscode-panel-tab');
    setAttributes(head, { id: idOf(tab.value), class: 'tab' });
    head.textContent = tab.label;
    panels.append(head);
  }
  for (const tab of options.tabs) {
    const view = component('vscode-panel-view');
    setAttributes(view, { id: `${idOf(tab.value)}-view` });
    view.append(tab.content);
    panels.append(view);
  }
  panels.addEventListener('change', () => {
    const chosen = options.tabs.find((tab) => idOf(tab.value) === panels.activeid);
    if (chosen !== undefined) options.onChange(chosen.value);
  });
  return {
    element: panels,
    set: (value) => {
      if (panels.activeid !== idOf(value)) panels.activeid = idOf(value);
    },
    enable: () => undefined,
  };
}
