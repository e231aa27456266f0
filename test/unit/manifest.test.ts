import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { commandIds } from '../../src/extension/commands';
import { dtypes } from '../../src/model/dtype';
import { defaultBudgetSeconds, deviceChoices } from '../../src/report/profileJob';

const command = v.looseObject({ command: v.string(), title: v.string(), category: v.literal('Headroom') });
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

  it('has every string that it names in package.nls.json, and no other', () => {
    const strings = v.parse(
      v.record(v.string(), v.string()),
      JSON.parse(readFileSync('package.nls.json', 'utf8')),
    );
    const named = [...readFileSync('package.json', 'utf8').matchAll(/"%([^%"]+)%"/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(strings).sort());
  });
});
