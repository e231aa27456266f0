import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DeviceService } from '../../src/extension/device/deviceService';
import { DeviceStatusBar } from '../../src/extension/device/deviceStatusBar';
import type { Log } from '../../src/extension/log';
import { ReportPanel } from '../../src/extension/reportPanel';
import type { MemoryTarget } from '../../src/insight/memoryTarget';
import type { DeviceRecord, Report } from '../../src/report/report';
import { extension, until } from './fixture';
import { MessageRecorder } from './messageRecorder';
import { plannedIn, recordPosts } from './recordPosts';

const GiB = 2 ** 30;
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Storage that lasts as long as the test. */
class MemoryMemento implements vscode.Memento {
  private readonly values = new Map<string, unknown>();

  public keys(): string[] {
    return [...this.values.keys()];
  }

  // The editor's own type promises any type that the caller names.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  public get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  public update(key: string, value: unknown): Thenable<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

describe('the device that verdicts are about', () => {
  let recorder: MessageRecorder;
  let memento: MemoryMemento;
  let service: DeviceService;
  let changes = 0;
  const { showQuickPick, createStatusBarItem } = vscode.window;

  beforeEach(async () => {
    await extension().activate();
    await set('device', 'cpu');
    recorder = new MessageRecorder();
    memento = new MemoryMemento();
    service = new DeviceService('no such program', memento, silent);
    assert.equal(service.target?.how, 'detected');
    changes = 0;
    service.onDidChange(() => changes++);
  });

  afterEach(async () => {
    service.dispose();
    recorder.restore();
    Object.assign(vscode.window, { showQuickPick, createStatusBarItem });
    for (const key of ['device', 'plannedDevice', 'devices']) await set(key, undefined);
  });

  async function set(key: string, value: unknown): Promise<void> {
    await vscode.workspace.getConfiguration('headroom').update(key, value, vscode.ConfigurationTarget.Global);
  }

  /** The target, once it is a planned one. */
  async function planned(): Promise<MemoryTarget> {
    return until('the planned device', () => {
      const { target } = service;
      return target?.how === 'planned' ? target : undefined;
    });
  }

  /** Picks the first item of the list whose label matches, in the user's place. */
  function pick(label: RegExp): void {
    Object.assign(vscode.window, {
      showQuickPick: (items: readonly vscode.QuickPickItem[]) =>
        Promise.resolve(
          items.find((item) => item.kind !== vscode.QuickPickItemKind.Separator && label.test(item.label)),
        ),
    });
  }

  it('is this computer with its memory, at once', () => {
    assert.match(nameOf(service), /^this computer \(.+\)$/);
    assert.ok((service.target?.memoryBytes ?? 0) > 2 ** 28);
  });

  it('is the planned one, as soon as the setting names it', async () => {
    await set('plannedDevice', 'H100 SXM 80GB');
    const target = await planned();
    assert.equal(target.name, 'NVIDIA H100 SXM 80GB');
    assert.equal(target.memoryBytes, 80 * GiB);
    assert.ok(target.spec?.bandwidth);
    assert.equal(changes, 1);
  });

  it('may be one that the user describes; a wrong one is told once, with its place', async () => {
    await set('devices', [{ name: 'My card', memoryGiB: 24 }, { name: 'Wrong' }]);
    await set('plannedDevice', 'My card');
    await until('the own device', () => (service.target?.memoryBytes === 24 * GiB ? true : undefined));
    service.detect();
    service.detect();
    assert.equal(recorder.only.severity, 'warning');
    assert.match(recorder.only.text, /^Device 2 in the setting headroom\.devices: .*memoryGiB/);
    assert.deepEqual(recorder.only.buttons, ['Open Settings']);
  });

  it('stays this computer where the planned one is unknown, and says so', async () => {
    service.detect();
    await set('plannedDevice', 'Warp drive');
    await until('the warning', () => (recorder.shown.length > 0 ? true : undefined));
    assert.match(recorder.only.text, /no known device: “Warp drive”/);
    assert.equal(service.target?.how, 'detected');
    assert.equal(changes, 0);
  });

  it('is chosen from a list of every known device, and taken back there', async () => {
    pick(/^NVIDIA GeForce RTX 4090$/);
    await service.choose();
    assert.equal((await planned()).memoryBytes, 24 * GiB);
    pick(/^Automatic$/);
    await service.choose();
    await until('this computer', () => (service.target?.how === 'detected' ? true : undefined));
    const section = vscode.workspace.getConfiguration('headroom');
    assert.equal(section.inspect('plannedDevice')?.globalValue, undefined);
    assert.equal(section.get('device'), 'auto');
  });

  it('becomes the one that a profile ran on, in the next window too', async () => {
    await set('device', 'webgpu');
    service.learn(reportOn('webgpu', 'NVIDIA GeForce RTX 4090', 24 * GiB));
    assert.equal(nameOf(service), 'NVIDIA GeForce RTX 4090');
    assert.equal(changes, 1);
    const next = new DeviceService('no such program', memento, silent);
    assert.equal(nameOf(next), 'NVIDIA GeForce RTX 4090');
    next.forget();
    assert.match(nameOf(next), /^this computer/);
    next.dispose();
  });

  it('is in the status bar, with where its figures are from', async () => {
    const item = createStatusBarItem('headroom.test', vscode.StatusBarAlignment.Right);
    Object.assign(vscode.window, { createStatusBarItem: () => item });
    const bar = new DeviceStatusBar(service);
    bar.setVisible(true);
    assert.match(item.text, /^\$\(chip\) this computer · [\d.,]+ [MGT]iB$/);
    await set('plannedDevice', 'H100 SXM 80GB');
    await planned();
    assert.equal(item.text, '$(chip) H100 SXM 80GB · 80.0 GiB · planned');
    assert.equal(item.command, 'headroom.chooseDevice');
    const tooltip = item.tooltip instanceof vscode.MarkdownString ? item.tooltip.value : '';
    // The editor writes spaces of plain text as entities.
    const text = tooltip.replaceAll('&nbsp;', ' ').replaceAll('\\', '');
    assert.match(text, /Published peak, dense: .*bfloat16 989 TFLOP\/s/);
    assert.match(text, /Published memory bandwidth: 3,350 GB\/s/);
    assert.match(text, /Source: /);
    bar.dispose();
  });

  it('is told to the open panel, which is told again when it is no longer planned', async () => {
    const { extensionUri } = extension();
    const shown = new ReportPanel(extensionUri, service, silent);
    const view = vscode.window.createWebviewPanel('headroom.test', 'Test', vscode.ViewColumn.One);
    const posts = recordPosts(view);
    try {
      const report = reportOn('cpu', 'CPU', 16 * GiB);
      shown.update({ ...report, source: { name: 'x' }, run: { ...report.run, state: 'complete' } });
      shown.adopt(view);
      await until('the report in the page', () => posts.at(0));
      assert.deepEqual(posts.map(plannedIn), ['none']);
      await set('plannedDevice', 'H100 SXM 80GB');
      const { name, memoryBytes } = await planned();
      const told = posts.at(-1);
      assert.deepEqual(told?.type === 'report' && told.planned, { name, memoryBytes });
      await set('plannedDevice', undefined);
      await until('this computer', () => (service.target?.how === 'detected' ? true : undefined));
      assert.equal(plannedIn(posts.at(-1)), 'none');
      assert.equal(posts.length, 3);
    } finally {
      view.dispose();
      shown.dispose();
    }
  });
});

describe('installing the CUDA runtime', () => {
  it('names the address, the libraries and the folder, and downloads nothing unless it is confirmed', async () => {
    await extension().activate();
    const recorder = new MessageRecorder();
    const { fetch } = globalThis;
    const requests: unknown[] = [];
    globalThis.fetch = (input) => {
      requests.push(input);
      return Promise.reject(new Error('no network in this test'));
    };
    try {
      assert.equal(await vscode.commands.executeCommand('headroom.installCudaRuntime'), false);
      const isLinux = process.platform === 'linux' && process.arch === 'x64';
      assert.match(recorder.only.text, isLinux ? /Download the CUDA provider/ : /DirectML on Windows/);
      assert.deepEqual(requests, []);
    } finally {
      globalThis.fetch = fetch;
      recorder.restore();
    }
  });
});

function nameOf({ target }: DeviceService): string {
  return target?.name ?? 'none';
}

function reportOn(provider: string, name: string, memoryBytes: number): Report {
  const device: DeviceRecord = {
    provider,
    name,
    memoryBytes,
    freeMemoryBytes: memoryBytes,
    tried: [{ provider, ok: true, detail: '' }],
    precision: 'float16',
    runtime: 'onnxruntime-node',
    platform: process.platform,
    threads: 1,
  };
  // Of a report, only the device is read.
  return { device } as Report;
}
