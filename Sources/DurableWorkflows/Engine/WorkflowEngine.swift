internal import WorkflowJournal

/// An in-process durable workflow engine over a directory of journal files.
///
/// ```swift
/// let engine = try await WorkflowEngine.open(
///   directory: "journal", workflows: [Checkout.self], activities: [Payments()])
/// let receipt = try await engine.client.execute(Checkout.self, id: "order-17", input: order)
/// ```
///
/// One engine owns a directory at a time. Opening it recovers every open run: timers, attempts, backoff and unseen
/// events are where they were. What a method acknowledges is durable.
public final class WorkflowEngine: Sendable {
  /// The options that the engine was opened with.
  public let options: WorkflowEngineOptions
  let mailbox: Mailbox<EngineMessage>
  let visibility: VisibilityService
  let life: EngineLife
  let opened: EngineLife.Opened

  private init(
    options: WorkflowEngineOptions, mailbox: Mailbox<EngineMessage>, visibility: VisibilityService, life: EngineLife,
    opened: EngineLife.Opened
  ) {
    self.options = options
    self.mailbox = mailbox
    self.visibility = visibility
    self.life = life
    self.opened = opened
  }

  /// An engine that nobody holds any more shuts down: its thread ends and the directory is free.
  deinit { mailbox.post(.beginShutdown(nil)) }

  /// Opens a directory, creating it if needed, and resumes its open runs.
  ///
  /// With ``WorkflowEngineOptions/standby``, a directory that another process owns is waited for; cancelling the task
  /// ends the wait.
  ///
  /// - Throws: ``WorkflowEngineError`` for invalid types or options; `JournalError` when the journal is held by
  ///   another process, damaged, or cannot be read or written; `CancellationError` when the task was cancelled while it
  ///   waited.
  public static func open(
    directory: String, workflows: [any WorkflowDefinition.Type], activities: [any ActivityContainer] = [],
    options: WorkflowEngineOptions = WorkflowEngineOptions()
  ) async throws -> WorkflowEngine {
    try await open(directory: directory, workflows: workflows, activities: activities, extra: [], options: options)
  }

  /// As ``open(directory:workflows:activities:options:)``, with single activity definitions beside the containers.
  public static func open(
    directory: String, workflows: [any WorkflowDefinition.Type], activities: [any ActivityContainer],
    extra: [ActivityDefinition], options: WorkflowEngineOptions
  ) async throws -> WorkflowEngine {
    if let problem = options.problem { throw WorkflowEngineError(.invalidConfiguration, problem) }
    let registry = try EngineRegistry(workflows: workflows, activities: activities, extra: extra)
    return try await open(
      directory: directory, workers: [RegisteredWorker(serving: registry, options)], options: options)
  }

  static func open(
    directory: String, workers: [RegisteredWorker], options: WorkflowEngineOptions
  ) async throws -> WorkflowEngine {
    let mailbox = Mailbox<EngineMessage>()
    let life = EngineLife()
    let health = options.health ?? WorkflowHealth()
    let isInline = options.scheduler != nil || options.fileSystem.prefersInlinePreparation
    let wake: @Sendable () -> Void = { mailbox.post(.visibility) }
    let visibility = VisibilityService(declared: options.searchAttributes, wakeOwner: isInline ? wake : nil)
    try visibility.start()
    do {
      try EngineThread.start {
        EngineLoop.run(
          directory: directory, options: options, workers: workers, mailbox: mailbox, visibility: visibility,
          life: life, health: health)
      }
    } catch {
      visibility.close()
      throw error
    }
    let opened = try await withTaskCancellationHandler {
      try await life.opened()
    } onCancel: {
      life.cancelWaiting(health)
    }
    return WorkflowEngine(options: options, mailbox: mailbox, visibility: visibility, life: life, opened: opened)
  }

  /// The typed client of this engine.
  public var client: WorkflowClient {
    WorkflowClient(
      frontend: self, namespace: options.namespace, taskQueue: options.taskQueue, identity: options.identity,
      payloadConverter: options.payloadConverter, interceptors: options.clientInterceptors)
  }

  /// Stops taking work, lets running activities finish for ``WorkflowEngineOptions/gracefulShutdownPeriod``, cancels
  /// the rest (the next process repeats them), seals the journal and ends.
  ///
  /// - Throws: the journal's error, if it failed.
  public func shutdown() async throws {
    life.beginDraining()
    if life.hasEnded { return try await life.ended() }
    opened.health.beginDraining()
    _ = try? await request { .beginShutdown($0) } as Void
    try await life.ended()
  }

  /// Starts what ``shutdown()`` does and returns at once; ``waitUntilEnded()`` waits for its end.
  public func beginShutdown() {
    life.beginDraining()
    opened.health.beginDraining()
    mailbox.post(.beginShutdown(nil))
  }

  /// Ends the grace period at once, and begins the shutdown if it has not begun: what still runs is cancelled, and the
  /// next process repeats it. For the second signal to end.
  public func forceShutdown() {
    life.beginDraining()
    opened.health.beginDraining()
    mailbox.post(.forceShutdown)
  }

  /// Ends the engine as a kill of its process would, for simulations in one process: nothing is committed any more, and
  /// what is reported or asked from here on is not heard. Returns at once.
  package func kill() {
    // What is posted after the flag is set is taken by the engine's thread after it, too: the mailbox has a lock.
    life.kill()
    mailbox.post(.wake)
  }

  /// Whether the engine takes new work: false from the moment at which a shutdown is asked for, before anything else
  /// happens, and when the journal has failed. It is what a readiness probe should tell.
  public var isReady: Bool { !life.isDraining && !life.hasEnded }

  /// Waits until the engine ends; throws what ended it if it was not a shutdown.
  public func waitUntilEnded() async throws {
    try await life.ended()
  }

  /// Whether the engine takes requests: false once it has shut down or its journal has failed.
  public var isRunning: Bool { !life.hasEnded }

  /// What the engine has done and holds.
  public func statistics() async throws -> WorkflowEngineStatistics {
    try await request { .statistics($0) }
  }

  /// Makes a checkpoint now: from then on the journal's size, and the time to open it, follow what is open and what was
  /// closed within ``WorkflowEngineOptions/retention``. The engine goes on meanwhile, and makes checkpoints by itself
  /// when ``WorkflowEngineOptions/checkpointThreshold`` is passed.
  ///
  /// - Throws: ``WorkflowServiceError``, code `unavailable`, when it cannot be made, for example for want of space. The
  ///   journal is then what it was.
  @discardableResult
  public func checkpoint() async throws -> WorkflowEngineCheckpoint {
    try await request { .checkpoint($0) }
  }

  /// Looks at the clock again: a virtual clock was moved.
  public func wake() { mailbox.post(.wake) }

  func request<Value: Sendable>(_ message: (Reply<Value>) -> EngineMessage) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let reply = Reply<Value>(continuation: continuation)
      if !mailbox.post(message(reply)) { reply.fail(EngineLoop.closed) }
    }
  }
}
