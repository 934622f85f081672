public import DurableWorkflows

extension ClaimsAPI {
  /// Starts the registration of a key.
  ///
  /// - Throws: ``PixError`` with `KEY_ALREADY_EXISTS` if the key has an entry.
  public func createEntry(_ input: CreateEntryInput) async throws -> WorkflowHandle<CreateEntryWorkflow> {
    let entry = try input.entry()
    if try await store.entry(forKey: entry.key) != nil {
      throw PixError(.keyAlreadyExists, "key \(entry.key) has an entry already")
    }
    return try await starting {
      try await client.start(
        CreateEntryWorkflow.self, id: CreateEntryWorkflow.id(of: entry.entryID), input: input,
        options: .init(executionTimeout: CreateEntryWorkflow.executionTimeout))
    }
  }

  /// Starts a change of a key's data.
  public func updateEntry(_ input: UpdateEntryInput) async throws -> WorkflowHandle<UpdateEntryWorkflow> {
    try await starting {
      try await client.start(UpdateEntryWorkflow.self, id: "update-entry-\(input.entryID)", input: input)
    }
  }

  /// Starts the deletion of an entry, which has a waiting period.
  public func deleteEntry(
    _ entryID: String, reason: DeletionReason, requestedBy: String
  ) async throws -> WorkflowHandle<DeleteEntryWorkflow> {
    let input = DeleteEntryInput(
      entryID: entryID, reason: reason, requestedBy: requestedBy, daySeconds: options.daySeconds)
    return try await starting {
      try await client.start(
        DeleteEntryWorkflow.self, id: DeleteEntryWorkflow.id(of: entryID), input: input,
        options: .init(executionTimeout: DeleteEntryWorkflow.executionTimeout))
    }
  }

  /// Cancels a deletion that waits.
  public func cancelDeletion(of entryID: String, by person: String, reason: String) async throws {
    try await starting {
      try await client.handle(for: DeleteEntryWorkflow.self, id: DeleteEntryWorkflow.id(of: entryID))
        .signal(DeleteEntryWorkflow.Signals.cancelDeletion, DeletionCancellation(reason: reason, cancelledBy: person))
    }
  }

  /// Starts the investigation of a report.
  public func reportInfraction(_ input: InfractionInput) async throws -> WorkflowHandle<InvestigateInfractionWorkflow> {
    var input = input
    input.daySeconds = input.daySeconds ?? options.daySeconds
    _ = try input.infraction()
    let checked = input
    return try await starting {
      try await client.start(
        InvestigateInfractionWorkflow.self, id: InvestigateInfractionWorkflow.id(of: checked.infractionID),
        input: checked, options: .init(executionTimeout: InvestigateInfractionWorkflow.executionTimeout))
    }
  }

  /// Starts a comparison with Bacen's directory.
  public func synchronize(_ input: VSyncInput, id: String) async throws -> WorkflowHandle<VSyncWorkflow> {
    _ = try input.checkedType()
    return try await starting {
      try await client.start(
        VSyncWorkflow.self, id: id, input: input, options: .init(runTimeout: VSyncWorkflow.runTimeout))
    }
  }

  /// Turns refusals of the workflow service into those of the API.
  private func starting<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as WorkflowServiceError where error.code == .alreadyStarted {
      throw PixError(.invalidState, "this is under way already: \(error.message)")
    } catch let error as WorkflowServiceError where error.code == .notFound {
      throw PixError(.invalidState, "this is not under way: \(error.message)")
    } catch let error as WorkflowServiceError {
      throw ClaimsAPI.unavailable(error)
    }
  }
}
