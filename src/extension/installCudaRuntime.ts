import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { probeProvider } from '../engine/probeProvider';
import { formatBytes } from '../model/units';
import { CudaInstallError } from './cuda/cudaInstallError';
import {
  cudaFolder,
  cudaLibraries,
  cudaPackageName,
  cudaPackageUrl,
  cudaPackageVersion,
  largestCudaPackage,
} from './cuda/cudaPackage';
import { installCudaLibraries, type CudaProgress } from './cuda/installCudaLibraries';
import { missingLibraries } from './cuda/missingLibraries';
import { InputProblem } from './inputProblem';
import type { Log } from './log';
import { runObstacle } from './runObstacle';
import { showProblem } from './showProblem';

/** Seconds that a driver may take to show that CUDA works. */
const PROBE_SECONDS = 20;

/** `Install CUDA Runtime…`: fetches what CUDA needs beside the runtime, after it has named the address. */
export class InstallCudaCommand {
  private isRunning = false;

  public constructor(
    private readonly extensionPath: string,
    private readonly workerPath: string,
    /** Called when the libraries are in place: what profiles can run on may have changed. */
    private readonly onInstalled: () => void,
    private readonly log: Log,
  ) {}

  /** Asks, downloads, checks. Resolves with whether CUDA works now; what keeps it from that is told. */
  public async install(): Promise<boolean> {
    if (this.isRunning) return false;
    this.isRunning = true;
    try {
      return await this.attempt();
    } catch (error) {
      showProblem(
        error instanceof CudaInstallError ? new InputProblem(error.message) : error,
        undefined,
        this.log,
      );
      return false;
    } finally {
      this.isRunning = false;
    }
  }

  private async attempt(): Promise<boolean> {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'The CUDA provider is for Linux on x64. Here GPUs are used through what Headroom has built in: DirectML on Windows, Core ML on macOS, WebGPU elsewhere.',
        ),
      );
      return false;
    }
    if (!(await this.mayRun()) || !(await this.mayDownload())) return false;
    const abort = new AbortController();
    try {
      const outcome = await withCancel(abort, (report) => this.installAndCheck(abort.signal, report));
      this.tell(outcome);
      return outcome.works;
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      this.log.info('cancelled: nothing was installed');
      return false;
    }
  }

  private async mayRun(): Promise<boolean> {
    const obstacle = await runObstacle(this.extensionPath);
    if (obstacle === undefined) return true;
    const { error, remedy } = obstacle;
    const text = vscode.l10n.t('The CUDA provider cannot be installed. {0} {1}', error.message, error.mend);
    const choice = await vscode.window.showWarningMessage(text, ...(remedy ? [remedy.title] : []));
    if (remedy && choice === remedy.title) await vscode.commands.executeCommand(remedy.command);
    return false;
  }

  private async mayDownload(): Promise<boolean> {
    const isThere = await access(this.provider).then(
      () => true,
      () => false,
    );
    const detail = [
      cudaPackageUrl(),
      vscode.l10n.t(
        'This is Microsoft’s package {0}, version {1}: some hundred megabytes, and at most {2}. Its libraries {3} are put into {4}.',
        cudaPackageName,
        cudaPackageVersion,
        formatBytes(largestCudaPackage),
        cudaLibraries.map(({ fileName }) => fileName).join(', '),
        cudaFolder(this.extensionPath),
      ),
      vscode.l10n.t(
        'CUDA 12 or 13 (whichever the package was built for) and cuDNN 9 have to be on this machine already: they are not part of it, and what is missing is named afterwards. An update of Headroom needs the package anew.',
      ),
      vscode.l10n.t('Nothing about you or your files is sent.'),
      ...(isThere ? [vscode.l10n.t('The provider is there already and is replaced.')] : []),
    ].join('\n\n');
    const download = vscode.l10n.t('Download and Install');
    const question = vscode.l10n.t('Download the CUDA provider of the ONNX runtime?');
    return (
      (await vscode.window.showInformationMessage(question, { modal: true, detail }, download)) === download
    );
  }

  private async installAndCheck(signal: AbortSignal, report: Report): Promise<Outcome> {
    const url = cudaPackageUrl();
    this.log.info(`downloading ${url}`);
    await installCudaLibraries({
      url,
      folder: cudaFolder(this.extensionPath),
      libraries: cudaLibraries,
      largest: largestCudaPackage,
      signal,
      onProgress: followed(report),
    });
    this.log.info(`installed the CUDA provider into ${cudaFolder(this.extensionPath)}`);
    this.onInstalled();
    report({ message: vscode.l10n.t('Trying CUDA') });
    const probe = await probeProvider('cuda', this.workerPath, PROBE_SECONDS);
    if (probe.ok) return { works: true, detail: probe.detail };
    return { works: false, detail: probe.detail, missing: await missingLibraries(this.provider, signal) };
  }

  private tell({ works, detail, missing = [] }: Outcome): void {
    if (works) {
      this.log.info(`CUDA works: ${detail}`);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('CUDA works. Profiles run on it with headroom.device set to auto or cuda.'),
      );
      return;
    }
    const text =
      missing.length > 0
        ? vscode.l10n.t(
            'The CUDA provider is installed, and these libraries of CUDA or cuDNN are not found: {0}. Install them, make them known to the loader (ldconfig or LD_LIBRARY_PATH), restart the editor, and profile again.',
            missing.join(', '),
          )
        : vscode.l10n.t(
            'The CUDA provider is installed, and CUDA does not work yet: {0}. Check with nvidia-smi that the driver works, and that CUDA and cuDNN 9 are installed, then restart the editor.',
            detail,
          );
    showProblem(new InputProblem(text), undefined, this.log);
  }

  private get provider(): string {
    return path.join(cudaFolder(this.extensionPath), 'libonnxruntime_providers_cuda.so');
  }
}

interface Outcome {
  readonly works: boolean;
  readonly detail: string;
  /** Libraries that the loader does not find. */
  readonly missing?: readonly string[];
}

type Report = (progress: { message: string; increment?: number }) => void;

/** Bytes between two messages: some ten thousand chunks arrive. */
const MESSAGE_BYTES = 4 * 2 ** 20;

/** Progress of the installation as the notification's; the download is nearly all of it. */
function followed(report: Report): (progress: CudaProgress) => void {
  let percent = 0;
  let told = 0;
  return (progress) => {
    if (progress.step === 'extract') {
      report({ message: vscode.l10n.t('Unpacking {0}', progress.library) });
      return;
    }
    const { received, total } = progress;
    if (received - told < MESSAGE_BYTES) return;
    told = received;
    const reached = total === undefined ? 0 : (received / total) * 95;
    const message =
      total === undefined
        ? formatBytes(received)
        : vscode.l10n.t('{0} of {1}', formatBytes(received), formatBytes(total));
    report({ message, increment: reached - percent });
    percent = reached;
  };
}

async function withCancel<T>(abort: AbortController, work: (report: Report) => Promise<T>): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Installing the CUDA provider'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (bar, token) => {
    const cancelled = token.onCancellationRequested(() => {
      abort.abort();
    });
    try {
      return await work((progress) => {
        bar.report(progress);
      });
    } finally {
      cancelled.dispose();
    }
  });
}
