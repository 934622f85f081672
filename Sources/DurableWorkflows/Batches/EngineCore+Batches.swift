internal import Logging
internal import WorkflowJournal

/// The engine's batches.
struct BatchTable {
  var jobs: [NamespacedID: BatchJob] = [:]
  /// Runs whose turn comes next, by batch, from the newest to the oldest.
  var pages: [NamespacedID: ArraySlice<RunKey>] = [:]
  /// What the next commit records, with the namespaces of the batches.
  var records: [(NamespaceKey, BatchRecord)] = []

  func isRunning(_ id: NamespacedID) -> Bool { jobs[id]?.isRunning == true }
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
    forgetBatches(at: now)
    let id = NamespacedID(try namespace(request.namespace), request.jobID)
    if batches.jobs[id] != nil {
      throw WorkflowServiceError(.alreadyStarted, "there is a batch '\(request.jobID)' already")
    }
    try requireSpace()
    let job = BatchJob(
      definition: BatchJob.Definition(
        jobID: request.jobID, query: request.query, operation: request.operation, reason: request.reason,
        identity: request.identity, maxOperationsPerSecond: request.maxOperationsPerSecond, startTime: now,
        namespace: id.namespace),
      progress: BatchJob.Progress(position: nextKey.rawValue, total: total))
    batches.jobs[id] = job
    batches.records.append((id.namespace, .definition(job.definition)))
    record(job)
    continueBatch(id)
  }

  func stopBatch(_ request: StopBatchOperationRequest, at now: Timestamp) throws {
    let id = NamespacedID(try namespace(request.namespace), request.jobID)
    let job = try batch(id)
    guard job.isRunning else { return }
    let reason = request.reason.isEmpty ? "" : ": \(request.reason)"
    end(id, .failed, failure: "stopped by \(request.identity)\(reason)", at: now)
  }

  func describeBatch(_ id: NamespacedID) throws -> BatchOperationDescription { try batch(id).description }

  func listBatches(of namespace: NamespaceKey) -> [BatchOperationDescription] {
    batches.jobs.values.filter { $0.definition.namespace == namespace }.map(\.description)
      .sorted { ($1.startTime, $1.jobID) < ($0.startTime, $0.jobID) }
  }

  private func batch(_ id: NamespacedID) throws -> BatchJob {
    guard let job = batches.jobs[id] else {
      throw WorkflowServiceError(.notFound, "there is no batch '\(id.id)'")
    }
    return job
  }

  /// Goes on with the batches of the journal.
  func adopt(_ recovered: RecoveredBatches) {
    batches.jobs = recovered.jobs
    for job in recovered.jobs.values.sorted(by: { $0.definition.key < $1.definition.key }) where job.isRunning {
      timers.arm(.batch(job.definition.key), deadline: options.clock.now())
    }
  }

  private func forgetBatches(at now: Timestamp) {
    let limits = RetentionLimits(options, at: now)
    batches.jobs = batches.jobs.filter { id, job in job.progress.closeTime.map { $0 >= limits[id.namespace] } ?? true }
  }

  // MARK: Steps

  /// The batch's next step is due.
  func continueBatch(_ id: NamespacedID) {
    guard !isShuttingDown, let job = batches.jobs[id], job.isRunning else { return }
    if batches.pages[id]?.isEmpty == false { return step(id, at: options.clock.now()) }
    let query = job.definition.query
    let position = job.progress.position
    visibility.ask(in: id.namespace) { [mailbox] index in
      mailbox.post(
        .batchPage(
          id,
          index.flatMap { index in Result { try index.batchPage(query, below: position, limit: EngineCore.page) } }))
    }
  }

  func takeBatchPage(_ id: NamespacedID, _ page: Result<[RunKey], any Error>, at now: Timestamp) {
    guard !isShuttingDown, batches.isRunning(id) else { return }
    do {
      batches.pages[id] = try page.get()[...]
    } catch {
      return end(id, .failed, failure: "\(error)", at: now)
    }
    step(id, at: now)
  }

  private func step(_ id: NamespacedID, at now: Timestamp) {
    guard var job = batches.jobs[id], var page = batches.pages[id] else { return }
    if page.isEmpty { return end(id, .completed, at: now) }
    if !hasSpace {
      return timers.arm(.batch(id), deadline: now + EngineCore.waitForSpace)
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
    batches.pages[id] = page
    batches.jobs[id] = job
    record(job)
    timers.arm(.batch(id), deadline: now + job.pause(after: count))
  }

  private func end(
    _ id: NamespacedID, _ state: BatchOperationDescription.State, failure: String = "", at now: Timestamp
  ) {
    batches.pages[id] = nil
    batches.jobs[id]?.end(state, failure: failure, at: now)
    if let job = batches.jobs[id] { record(job) }
    options.logger.info("a batch has ended", metadata: ["job_id": "\(id.id)", "state": "\(state)"])
  }

  private func record(_ job: BatchJob) {
    batches.records.append((job.definition.namespace, .progress(jobID: job.definition.jobID, job.progress)))
    mustCommit = true
  }

  /// Appends what has changed.
  ///
  /// - Returns: whether there was anything.
  func appendBatchRecords() throws -> Bool {
    if batches.records.isEmpty { return false }
    for (namespace, record) in batches.records {
      _ = try journal.append(type: RecordType.batch, body: record.encoded(in: namespace))
    }
    batches.records.removeAll(keepingCapacity: true)
    return true
  }

  // MARK: Operations

  /// Does what the batch is for to a run. What is as wanted already stays so.
  private func perform(_ batch: BatchJob.Definition, on key: RunKey, at now: Timestamp) throws {
    guard let run = runs[key], !run.state.isDeleted else { return }
    let requestID = "batch-\(batch.jobID)-\(run.state.started.runID)"
    let pause = PauseWorkflowExecutionRequest(
      namespace: options.name(of: batch.namespace), execution: run.state.execution, reason: batch.reason,
      identity: batch.identity, requestID: requestID)
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
        namespace: options.name(of: batch.namespace), execution: run.state.execution,
        workflowTaskFinishEventID: eventID, reason: batch.reason, requestID: requestID, reapply: reapply,
        identity: batch.identity),
      at: now)
  }
}
