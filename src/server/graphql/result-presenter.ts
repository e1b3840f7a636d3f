import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from "graphql";
import { tellOfWork } from "../../logging/work";
import type { Metrics } from "../metrics";
import type { ErrorPresenter, Viewer } from "./errors";

/** Puts what came of operations into the form that clients see, and counts the errors in it. */
export class ResultPresenter {
  constructor(
    private readonly present: ErrorPresenter,
    private readonly metrics: Metrics,
    private readonly transport: "http" | "websocket",
  ) {}

  result(result: ExecutionResult, viewer: Viewer): FormattedExecutionResult {
    const { errors, ...rest } = result;
    if (errors === undefined) return rest;
    return { ...rest, errors: errors.map((error) => this.error(error, viewer)) };
  }

  error(error: unknown, viewer: Viewer): GraphQLFormattedError {
    const shown = this.present(error, viewer);
    const code = String(shown.extensions?.code);
    tellOfWork({ errorCode: code });
    this.metrics.errors.inc({ code, transport: this.transport });
    return shown;
  }
}
