import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
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
const setting = v.looseObject({
  scope: v.picklist(['resource', 'window', 'machine-overridable']),
  order: v.number(),
  markdownDescription: v.string(),
  default: v.union([v.string(), v.number(), v.boolean(), v.strictObject({}), v.tuple([])]),
  enum: v.optional(v.array(v.string())),
});
const manifest = v.parse(
  v.looseObject({
    activationEvents: v.array(v.string()),
    contributes: v.looseObject({
      commands: v.array(command),
      menus: v.record(v.string(), v.array(menuItem)),
      configuration: v.looseObject({ properties: v.record(v.string(), setting) }),
    }),
  }),
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const { commands, menus, configuration } = manifest.contributes;

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
    const { properties } = configuration;
    assert.deepEqual(properties['headroom.device']?.enum, [...deviceChoices]);
    assert.deepEqual(properties['headroom.dtype']?.enum, ['config', ...dtypes]);
  });

  it('has the budget that the code has where nobody chose one', () => {
    assert.equal(configuration.properties['headroom.budgetSeconds']?.default, defaultBudgetSeconds);
  });

  it('starts in a workspace that has configs, for its panels, and nowhere else: commands start it by themselves', () => {
    for (const event of manifest.activationEvents)
      assert.match(event, /^(?:workspaceContains:\*\*\/|onWebviewPanel:headroom\.)/);
  });

  it('writes steps of the walkthrough in the markup that VS Code renders there', () => {
    for (const language of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const strings = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(language, 'utf8')));
      const steps = Object.entries(strings).filter(([key]) => /^walkthrough\.\w+\.description$/.test(key));
      assert.ok(steps.length >= 3);
      for (const [key, text] of steps) {
        // Code is between two backticks there; one, like a single star or bracket, would be shown as it is.
        const plain = text.replace(/``[^`\n]+``/g, '').replace(/\[[^\]\n]+\]\(command:[^)\s]+\)/g, '');
        assert.doesNotMatch(plain, /[`*[\]\\]|__/, `${language}: ${key}`);
      }
    }
  });

  it('has every string that it names in package.nls.json, and no other', () => {
    const strings = v.parse(
      v.record(v.string(), v.string()),
      JSON.parse(readFileSync('package.nls.json', 'utf8')),
    );
    const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(strings).sort());
  });
});
