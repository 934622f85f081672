/// Where a run is reset to: what its code did in the named workflow task and later is undone.
public struct WorkflowResetPoint: Hashable, Sendable, CustomStringConvertible {
  package enum Value: Hashable, Sendable {
    case event(Int64)
    case firstWorkflowTask
    case lastWorkflowTask
    case buildID(String)
  }

  package let value: Value

  /// The workflow task whose `WorkflowTaskCompleted` event has this id.
  public static func event(_ id: Int64) -> WorkflowResetPoint { WorkflowResetPoint(value: .event(id)) }
  /// The first completed workflow task: the run begins again, with its input.
  public static let firstWorkflowTask = WorkflowResetPoint(value: .firstWorkflowTask)
  /// The last completed workflow task.
  public static let lastWorkflowTask = WorkflowResetPoint(value: .lastWorkflowTask)

  /// The first workflow task that this build has completed (``WorkflowEngineOptions/buildID``): what the run did with
  /// the build, and later, is undone. A run knows the last 20 builds.
  public static func buildID(_ id: String) -> WorkflowResetPoint { WorkflowResetPoint(value: .buildID(id)) }

  /// The point in words.
  public var description: String {
    switch value {
    case .event(let id): "event \(id)"
    case .firstWorkflowTask: "the first workflow task"
    case .lastWorkflowTask: "the last workflow task"
    case .buildID(let id): "the first workflow task of build '\(id)'"
    }
  }
}

extension WorkflowHandle {
  /// Resets the run, open or closed: a new run of the id goes on from an earlier point of its history. An open run of
  /// the id is terminated. When the call returns, both are durable.
  ///
  /// What the new run's history holds is replayed and not done again; what follows the point is undone, and the code
  /// goes on from there, with other random numbers than the first time. Activities that were scheduled before the
  /// point and had not completed by then run again, unless they are declared not to be idempotent: those keep their
  /// outcome, or report it as unknown. Timers keep their deadlines, open children become the new run's, and timeouts
  /// count from the reset. Of the messages that came after the point, signals arrive first and then updates; a request
  /// for cancellation is undone. The run stays on its version.
  ///
  /// - Parameters:
  ///   - point: the point.
  ///   - reason: why, for people.
  ///   - reapply: what of the messages that came after the point is delivered to the new run. Signals of the runs that
  ///     this one continued as are among them.
  /// - Returns: the new run.
  /// - Throws: ``WorkflowServiceError``; with `invalidArgument`, naming the points there are, if the run has no such
  ///   point.
  public func reset(
    to point: WorkflowResetPoint, reason: String = "", reapply: ResetWorkflowExecutionRequest.Reapply = .all
  ) async throws -> WorkflowHandle<W> {
    let run = execution.runID.isEmpty ? try await describe().info.execution : execution
    let response = try await client.frontend.resetWorkflowExecution(
      ResetWorkflowExecutionRequest(
        namespace: client.namespace, execution: run, workflowTaskFinishEventID: try await eventID(of: point, in: run),
        reason: reason, requestID: WorkflowClient.newRequestID(), reapply: reapply, identity: client.identity))
    return client.handle(for: W.self, id: execution.workflowID, runID: response.runID)
  }

  private func eventID(of point: WorkflowResetPoint, in run: WorkflowExecution) async throws -> Int64 {
    switch point.value {
    case .event(let id): return id
    case .buildID(let id):
      let description = try await client.frontend.describeWorkflowExecution(
        DescribeWorkflowExecutionRequest(namespace: client.namespace, execution: run))
      return try description.resetPoints.eventID(ofBuild: id)
    case .firstWorkflowTask, .lastWorkflowTask: break
    }
    let points = try await client.history(of: run).resetPoints
    guard let id = point == .firstWorkflowTask ? points.first : points.last else {
      throw WorkflowServiceError(.invalidArgument, "the run cannot be reset: no workflow task of it has completed")
    }
    return id
  }
}
