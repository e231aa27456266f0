import * as vscode from 'vscode';
import { withConditions } from '../../config/scenario';
import type { DeviceSpec } from '../../devices/deviceSpec';
import { conditionsOf } from '../../insight/insightSubject';
import type { MemoryTarget } from '../../insight/memoryTarget';
import { memoryShareOf } from '../../model/memoryShare';
import { chosenConditions } from '../chosenConditions';
import type { ConfigDocument } from '../configDocument';
import { interpretConfig } from '../interpretConfig';
import { estimateText } from './estimateText';
import { toolDevice, type AskedDevice } from './toolDevice';
import { openToolFile } from './toolFile';
import { parseEstimateInput, type EstimateInput } from './toolInput';
import { textResult } from './textResult';

/** The devices that an estimate may be compared with. */
export interface ToolDevices {
  /** The one that the user chose. */
  readonly target: MemoryTarget | undefined;
  readonly devices: readonly DeviceSpec[];
}

/** `headroom_estimate`: what a config costs by the closed formulas. Runs nothing, so that it asks for nothing. */
export class EstimateTool implements vscode.LanguageModelTool<unknown> {
  public constructor(
    /** The folder of downloaded configs. */
    private readonly downloads: vscode.Uri,
    private readonly devices: ToolDevices,
  ) {}

  /**
   * Rejects with an error whose message tells the model what to mend; with a CancellationError where `token` was
   * cancelled while files were read.
   */
  public async invoke(
    { input }: Pick<vscode.LanguageModelToolInvocationOptions<unknown>, 'input'>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const asked = parseEstimateInput(input);
    const document = await documentOf(asked);
    const { model, reading, notes } = await interpretConfig(document, this.downloads);
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    const settings = chosenConditions(document.uri);
    const declared = conditionsOf({ reading, settings });
    const { target, note } = this.deviceOf(asked.device);
    const memoryShare = memoryShareOf(reading.recipe);
    return textResult(
      estimateText({
        name: document.name,
        model,
        scenario: withConditions(declared, conditionsAsked(asked)),
        ...(target && { target }),
        ...(memoryShare && { memoryShare }),
        notes: note === undefined ? notes : [note, ...notes],
      }),
    );
  }

  public prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<unknown>): vscode.PreparedToolInvocation {
    return { invocationMessage: preparedMessage(input) };
  }

  private deviceOf(name: string | undefined): Partial<AskedDevice> {
    if (name !== undefined) return toolDevice(name, this.devices.devices);
    const { target } = this.devices;
    return target ? { target } : {};
  }
}

/** A config that is given as text has no place: nothing is beside it. */
async function documentOf({ subject }: EstimateInput): Promise<ConfigDocument> {
  if ('file' in subject) return openToolFile(subject.file);
  const { config: text, name } = subject;
  const path = name.split(/[/\\]/).at(-1) ?? name;
  return { uri: vscode.Uri.from({ scheme: 'untitled', path }), name, text };
}

function conditionsAsked({ sequenceLength, batch, dtype }: EstimateInput) {
  return {
    ...(sequenceLength !== undefined && { sequenceLength }),
    ...(batch !== undefined && { batch }),
    ...(dtype !== undefined && { dtype }),
  };
}

function preparedMessage(input: unknown): string {
  try {
    const { subject } = parseEstimateInput(input);
    return vscode.l10n.t('Estimating {0}', 'file' in subject ? subject.file : subject.name);
  } catch {
    return vscode.l10n.t('Estimating a config'); // What is wrong with the input, `invoke` says.
  }
}
