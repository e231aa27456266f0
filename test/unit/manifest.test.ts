import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { replacements } from '../../src/attention/registry';
import { commandIds } from '../../src/extension/commands';
import { dtypes } from '../../src/model/dtype';
import { defaultBudgetSeconds, deviceChoices } from '../../src/report/profileJob';

const command = v.looseObject({
  command: v.string(),
  title: v.string(),
  category: v.literal('Headroom'),
  icon: v.string(),
  enablement: v.optional(v.string()),
});

/** Where there is anything to read. What a file lacks then, and that a run needs trust, the command says itself. */
const anyFile = 'workbenchState != empty || editorIsOpen || resourceSet';

/** What each command needs to do anything; `always`: it asks for what it lacks, or needs nothing. */
const needs: Readonly<Record<string, string>> = {
  profileAttention: anyFile,
  profileAtLength: anyFile,
  explainEstimate: anyFile,
  openPanel: 'headroom.hasReport',
  exportReport: 'headroom.hasReport',
  installCudaRuntime: 'isWorkspaceTrusted && headroom.cudaInstallable',
  compareConfigs: 'always',
  chooseDevice: 'always',
  fetchModelConfig: 'always',
  clearProfiles: 'always',
  showLog: 'always',
};
const menuItem = v.looseObject({ command: v.string(), when: v.string() });
const types = v.union([v.string(), v.array(v.string())]);
const setting = v.looseObject({
  type: types,
  scope: v.picklist(['resource', 'window', 'machine-overridable']),
  order: v.number(),
  markdownDescription: v.string(),
  default: v.union([v.string(), v.number(), v.boolean(), v.null(), v.strictObject({}), v.tuple([])]),
  enum: v.optional(v.array(v.string())),
  markdownEnumDescriptions: v.optional(v.array(v.string())),
  items: v.optional(
    v.looseObject({
      enum: v.optional(v.array(v.string())),
      enumDescriptions: v.optional(v.array(v.string())),
    }),
  ),
});
const settingGroup = v.looseObject({
  title: v.string(),
  order: v.number(),
  properties: v.record(v.string(), setting),
});
const manifest = v.parse(
  v.looseObject({
    activationEvents: v.array(v.string()),
    contributes: v.looseObject({
      commands: v.array(command),
      menus: v.record(v.string(), v.array(menuItem)),
      configuration: v.array(settingGroup),
    }),
  }),
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const { commands, menus, configuration } = manifest.contributes;
const settings = Object.assign({}, ...configuration.map(({ properties }) => properties)) as Readonly<
  Record<string, v.InferOutput<typeof setting>>
>;

function readTexts(file: string): Record<string, string> {
  return v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(file, 'utf8')));
}

/** Schemas of numbers and of texts that can be anything, inside `schema` or `schema` itself, by their paths. */
function openSchemas(schema: unknown, path: string): string[] {
  const found = v.safeParse(v.looseObject({ type: v.optional(types) }), schema);
  if (!found.success) return [];
  const { type, ...rest } = found.output;
  const isNumber = [type].flat().some((each) => each === 'number' || each === 'integer');
  const own = isNumber && !('minimum' in rest && 'maximum' in rest) ? [path] : [];
  const { properties, items } = rest;
  const inner = v.is(v.record(v.string(), v.unknown()), properties) ? Object.entries(properties) : [];
  return [
    ...own,
    ...inner.flatMap(([key, each]) => openSchemas(each, `${path}.${key}`)),
    ...openSchemas(items, `${path}[]`),
  ];
}

describe('manifest', () => {
  it('declares the commands that are registered, and each has a handler', () => {
    assert.deepEqual(commands.map((each) => each.command).sort(), Object.values(commandIds).sort());
  });

  it('offers only declared commands in menus, and only for recognised files', () => {
    for (const { command: id, when } of Object.values(menus).flat()) {
      assert.ok(
        commands.some((each) => each.command === id),
        id,
      );
      assert.match(when, /headroom\.(?:isConfig|configFiles|cudaInstallable)/);
    }
  });

  it('enables each command where it can do something', () => {
    const declared = commands.map(({ command: id, enablement }) => [
      id.replace('headroom.', ''),
      enablement ?? 'always',
    ]);
    assert.deepEqual(Object.fromEntries(declared), needs);
  });

  it('asks for no context key but those of the editor and those that are set', () => {
    const sources = ['src/extension/extension.ts', 'src/extension/editor/configContext.ts'];
    const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
    const set = new Set([...text.matchAll(/'setContext', '([^']+)'/g)].map(([, key]) => key));
    const conditions = [
      ...commands.map(({ enablement }) => enablement ?? ''),
      ...Object.values(menus).flatMap((items) => items.map(({ when }) => when)),
    ];
    const keys = new Set(conditions.flatMap((each) => each.match(/headroom\.\w+(?!\.json)/g) ?? []));
    assert.ok(keys.size >= 3);
    for (const key of keys) if (key !== 'headroom.json') assert.ok(set.has(key), key);
  });

  it('offers the devices and dtypes that the code knows', () => {
    assert.deepEqual(settings['headroom.device']?.enum, [...deviceChoices]);
    assert.deepEqual(settings['headroom.dtype']?.enum, ['config', ...dtypes]);
  });

  it('has the budget that the code has where nobody chose one', () => {
    assert.equal(settings['headroom.budgetSeconds']?.default, defaultBudgetSeconds);
  });

  it('offers the replacements that there are, by the names that the panel gives them', () => {
    const { items } = settings['headroom.replacements'] ?? {};
    assert.deepEqual(
      items?.enum,
      replacements.map(({ id }) => id),
    );
    const [english, chinese] = [readTexts('package.nls.json'), readTexts('package.nls.zh-cn.json')];
    const translated = readTexts('l10n/bundle.l10n.zh-cn.json');
    const keys = (items.enumDescriptions ?? []).map((name) => name.replaceAll('%', ''));
    assert.equal(keys.length, replacements.length);
    for (const [index, { title }] of replacements.entries()) {
      const key = keys[index] ?? '';
      assert.deepEqual([english[key], chinese[key]], [title, translated[title]]);
    }
  });

  it('describes every choice of a setting, bounds every number, and sets the settings in an order', () => {
    for (const [key, { enum: values, markdownEnumDescriptions: descriptions }] of Object.entries(settings)) {
      assert.equal(descriptions?.length, values?.length, key);
    }
    assert.deepEqual(
      Object.entries(settings).flatMap(([key, schema]) => openSchemas(schema, key)),
      [],
    );
    const orders = configuration.flatMap(({ properties }) =>
      Object.values(properties).map(({ order }) => order),
    );
    assert.deepEqual(
      orders,
      orders.map((_, index) => index + 1),
    );
    assert.deepEqual(
      configuration.map(({ order }) => order),
      configuration.map((_, index) => index + 1),
    );
  });

  it('starts in a workspace that has configs, for its panels, and nowhere else: commands start it by themselves', () => {
    for (const event of manifest.activationEvents)
      assert.match(event, /^(?:workspaceContains:\*\*\/|onWebviewPanel:headroom\.)/);
  });

  it('writes steps of the walkthrough in the markup that VS Code renders there', () => {
    for (const language of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const steps = Object.entries(readTexts(language)).filter(([key]) =>
        /^walkthrough\.\w+\.description$/.test(key),
      );
      assert.ok(steps.length >= 3);
      for (const [key, text] of steps) {
        // Code is between two backticks there; one, like a single star or bracket, would be shown as it is.
        const plain = text.replace(/``[^`\n]+``/g, '').replace(/\[[^\]\n]+\]\(command:[^)\s]+\)/g, '');
        assert.doesNotMatch(plain, /[`*[\]\\]|__/, `${language}: ${key}`);
      }
    }
  });

  it('has every string that it names in package.nls.json, and no other', () => {
    const strings = readTexts('package.nls.json');
    const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(strings).sort());
  });
});
