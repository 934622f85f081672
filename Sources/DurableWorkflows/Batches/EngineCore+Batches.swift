internal import Logging
internal import WorkflowJournal

/// The engine's batches.
struct BatchTable {
  var jobs: [String: BatchJob] = [:]
  /// Runs whose turn comes next, by batch, from the newest to the oldest.
  var pages: [String: ArraySlice<RunKey>] = [:]
  /// What the next commit records.
  var records: [BatchRecord] = []

  func isRunning(_ jobID: String) -> Bool { jobs[jobID]?.isRunning == true }
}

extension EngineCore {
  /// The most runs that the index is asked for at once.
  private static let page = 500
  /// How long a batch waits when the disk is full.
  private static let waitForSpace = Duration.seconds(5)

  // MARK: Requests

  /// - Parameter total: how many runs match.
  func startBatch(_ request: StartBatchOperationRequest, total: Int, at now: Timestamp) throws {
    if isShuttingDown { throw WorkflowServiceError(.unavailable, "the engine is shutting down; start the batch later") }
    forgetBatches(endedBefore: now + (.zero - options.retention))
    if batches.jobs[request.jobID] != nil {
      throw WorkflowServiceError(.alreadyStarted, "there is a batch '\(request.jobID)' already")
    }
    try requireSpace()
    let job = BatchJob(
      definition: BatchJob.Definition(
        jobID: request.jobID, query: request.query, operation: request.operation, reason: request.reason,
        identity: request.identity, maxOperationsPerSecond: request.maxOperationsPerSecond, startTime: now),
      progress: BatchJob.Progress(position: nextKey.rawValue, total: total))
    batches.jobs[request.jobID] = job
    batches.records.append(.definition(job.definition))
    record(job)
    continueBatch(request.jobID)
  }

  func stopBatch(_ request: StopBatchOperationRequest, at now: Timestamp) throws {
    let job = try batch(request.jobID)
    guard job.isRunning else { return }
    let reason = request.reason.isEmpty ? "" : ": \(request.reason)"
    end(request.jobID, .failed, failure: "stopped by \(request.identity)\(reason)", at: now)
  }

  func describeBatch(_ jobID: String) throws -> BatchOperationDescription { try batch(jobID).description }

  func listBatches() -> [BatchOperationDescription] {
    batches.jobs.values.map(\.description).sorted { ($1.startTime, $1.jobID) < ($0.startTime, $0.jobID) }
  }

  private func batch(_ jobID: String) throws -> BatchJob {
    guard let job = batches.jobs[jobID] else {
      throw WorkflowServiceError(.notFound, "there is no batch '\(jobID)'")
    }
    return job
  }

  /// Goes on with the batches of the journal.
  func adopt(_ recovered: RecoveredBatches) {
    batches.jobs = recovered.jobs
    for job in recovered.jobs.values.sorted(by: { $0.definition.jobID < $1.definition.jobID }) where job.isRunning {
      timers.arm(.batch(job.definition.jobID), deadline: options.clock.now())
    }
  }

  private func forgetBatches(endedBefore time: Timestamp) {
    batches.jobs = batches.jobs.filter { $0.value.progress.closeTime.map { $0 >= time } ?? true }
  }

  // MARK: Steps

  /// The batch's next step is due.
  func continueBatch(_ jobID: String) {
    guard !isShuttingDown, let job = batches.jobs[jobID], job.isRunning else { return }
    if batches.pages[jobID]?.isEmpty == false { return step(jobID, at: options.clock.now()) }
    let query = job.definition.query
    let position = job.progress.position
    visibility.ask { [mailbox] index in
      mailbox.post(
        .batchPage(
          jobID,
          index.flatMap { index in Result { try index.batchPage(query, below: position, limit: EngineCore.page) } }))
    }
  }

  func takeBatchPage(_ jobID: String, _ page: Result<[RunKey], any Error>, at now: Timestamp) {
    guard !isShuttingDown, batches.isRunning(jobID) else { return }
    do {
      batches.pages[jobID] = try page.get()[...]
    } catch {
      return end(jobID, .failed, failure: "\(error)", at: now)
    }
    step(jobID, at: now)
  }

  private func step(_ jobID: String, at now: Timestamp) {
    guard var job = batches.jobs[jobID], var page = batches.pages[jobID] else { return }
    if page.isEmpty { return end(jobID, .completed, at: now) }
    if journal.isShortOfSpace {
      return timers.arm(.batch(jobID), deadline: now + EngineCore.waitForSpace)
    }
    let count = min(page.count, job.runsPerStep)
    for key in page.prefix(count) {
      do {
        try perform(job.definition, on: key, at: now)
        job.note(key, failure: nil)
      } catch {
        job.note(key, failure: "\(error)")
      }
      if !links.isEmpty { deliverLinks(at: now) }
    }
    page.removeFirst(count)
    batches.pages[jobID] = page
    batches.jobs[jobID] = job
    record(job)
    timers.arm(.batch(jobID), deadline: now + job.pause(after: count))
  }

  private func end(
    _ jobID: String, _ state: BatchOperationDescription.State, failure: String = "", at now: Timestamp
  ) {
    batches.pages[jobID] = nil
    batches.jobs[jobID]?.end(state, failure: failure, at: now)
    if let job = batches.jobs[jobID] { record(job) }
    options.logger.info("a batch has ended", metadata: ["job_id": "\(jobID)", "state": "\(state)"])
  }

  private func record(_ job: BatchJob) {
    batches.records.append(.progress(jobID: job.definition.jobID, job.progress))
    mustCommit = true
  }

  /// Appends what has changed.
  ///
  /// - Returns: whether there was anything.
  func appendBatchRecords() throws -> Bool {
    if batches.records.isEmpty { return false }
    for record in batches.records { _ = try journal.append(type: RecordType.batch, body: record.encoded) }
    batches.records.removeAll(keepingCapacity: true)
    return true
  }

  // MARK: Operations

  /// Does what the batch is for to a run. What is as wanted already stays so.
  private func perform(_ batch: BatchJob.Definition, on key: RunKey, at now: Timestamp) throws {
    guard let run = runs[key], !run.state.isDeleted else { return }
    let requestID = "batch-\(batch.jobID)-\(run.state.started.runID)"
    let pause = PauseWorkflowExecutionRequest(
      namespace: options.namespace, execution: run.state.execution, reason: batch.reason, identity: batch.identity,
      requestID: requestID)
    switch batch.operation {
    case .delete: delete(run, identity: batch.identity, at: now)
    case .reset(let point, let reapply):
      try reset(run, to: point, reapply, batch, requestID: requestID, at: now)
    case .signal(let name, let input, let header):
      guard run.state.isOpen else { throw WorkflowServiceError(.notFound, "workflow execution already completed") }
      absorb(
        run.state.signal(
          name: name, input: input, identity: batch.identity, header: header, requestID: requestID, at: now),
        into: run)
    case _ where !run.state.isOpen: break
    case .terminate(let details):
      absorb(
        run.state.terminate(reason: batch.reason, details: details, identity: batch.identity, at: now), into: run)
    case .cancel:
      absorb(run.state.requestCancel(reason: batch.reason, identity: batch.identity, at: now), into: run)
    case .pause: self.pause(run, pause, at: now)
    case .unpause: unpause(run, pause, at: now)
    }
  }

  private func reset(
    _ run: Run, to point: WorkflowResetPoint, _ reapply: ResetWorkflowExecutionRequest.Reapply,
    _ batch: BatchJob.Definition, requestID: String, at now: Timestamp
  ) throws {
    let eventID: Int64?
    switch point.value {
    case .event(let id): eventID = id
    case .firstWorkflowTask: eventID = try readHistory(of: run).resetPoints.first
    case .lastWorkflowTask: eventID = try readHistory(of: run).resetPoints.last
    case .buildID(let id): eventID = try run.state.resetPoints.eventID(ofBuild: id)
    }
    guard let eventID else {
      throw WorkflowServiceError(.invalidArgument, "the run cannot be reset: no workflow task of it has completed")
    }
    _ = try reset(
      ResetWorkflowExecutionRequest(
        namespace: options.namespace, execution: run.state.execution, workflowTaskFinishEventID: eventID,
        reason: batch.reason, requestID: requestID, reapply: reapply, identity: batch.identity),
      at: now)
  }
}
