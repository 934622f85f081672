import DurableWorkflows
import ExampleSupport

@testable import PixClaims

/// All activities of the workload, over a ``ClaimsMemory`` instead of a database.
struct ClaimsStubs: ActivityContainer {
  struct Proxy: ActivityProxy {
    init(_ invoker: ActivityInvoker) {}
  }

  let memory: ClaimsMemory

  var activities: [ActivityDefinition] { claims + claimsAtBacen + entries + infractions + infractionsTold + sync }

  /// An activity that errs as the real ones do, and lets others run before and after its effect.
  private func stub(
    _ name: String, _ body: @escaping @Sendable (Arguments, ChangeOrigin) async throws -> any Encodable & Sendable
  ) -> ActivityDefinition {
    ActivityDefinition(name) { arguments in
      guard let info = ActivityExecutionContext.current?.info else {
        throw ApplicationError("'\(name)' was called outside an engine", isNonRetryable: true)
      }
      let origin = ChangeOrigin(
        now: Moment(info.startedTime), actor: info.workflowExecution.workflowID, idempotencyKey: info.idempotencyKey)
      await Task.yield()
      do {
        let result = try await body(arguments, origin)
        await Task.yield()
        return result
      } catch {
        throw PixServices.failure(of: error)
      }
    }
  }

  /// An activity that changes the database.
  private func change(
    _ name: String,
    _ body: @escaping @Sendable (inout ClaimsMemory.State, Arguments, ChangeOrigin) throws -> Void
  ) -> ActivityDefinition {
    stub(name) { [memory] arguments, origin in
      try memory.change { try body(&$0, arguments, origin) }
      return Empty()
    }
  }

  private func ask(
    _ operation: BridgeRequest.Operation, _ subject: String, _ origin: ChangeOrigin, about: String = ""
  ) async throws -> BridgeReply {
    try await memory.bridge.send(
      BridgeRequest(operation, subject: subject, idempotencyKey: "\(origin.idempotencyKey ?? "")/\(about)"))
  }

  // MARK: Claims

  private var claims: [ActivityDefinition] {
    [
      stub("CreateClaimActivity") { [memory] arguments, origin in
        let new: NewClaim = try arguments.decode(0)
        return try memory.change { state in
          if let known = state.claims[new.claimID] { return CreatedClaim(known) }
          let entry = try state.entry(new.entryID)
          let claim = Claim(
            claimID: new.claimID, entryID: new.entryID, type: new.type, key: entry.key, keyType: entry.keyType,
            status: .open, donorISPB: new.donorISPB, claimerISPB: new.claimerISPB,
            completionPeriodEnd: new.completionPeriodEnd, expiresAt: new.expiresAt, createdAt: origin.now)
          state.claims[claim.claimID] = claim
          return CreatedClaim(claim)
        }
      },
      change("UpdateClaimStatusActivity") { state, arguments, origin in
        let note: String? = try arguments.decode(2)
        try state.move(arguments.decode(0), to: arguments.decode(1), origin) { claim in
          if let note { claim.notes = note }
        }
      },
      change("CompleteClaimActivity") { state, arguments, origin in
        try state.move(arguments.decode(0), to: .completed, movingKey: true, origin)
      },
      change("CancelClaimActivity") { state, arguments, origin in
        let reason: String = try arguments.decode(1)
        try state.move(arguments.decode(0), to: .cancelled, origin) { $0.cancellationReason = reason }
      },
      change("ExpireClaimActivity") { state, arguments, origin in
        let movesKey: Bool = try arguments.decode(1)
        try state.move(arguments.decode(0), to: .expired, movingKey: movesKey, origin) {
          $0.isAutoConfirmed = movesKey
        }
      },
      change("PublishClaimEventActivity") { state, arguments, origin in
        let payload: [String: JSONValue] = try arguments.decode(0)
        let type = try PixServices.eventType(of: payload)
        state.record(DomainEvent(type, aggregateType: "claim", aggregateID: "", payload: payload), origin)
      },
      stub("GetClaimStatusActivity") { [memory] arguments, _ in
        let id: String = try arguments.decode(0)
        return try memory.change { try $0.claim(id).status }
      },
      change("ValidateClaimEligibilityActivity") { state, arguments, _ in
        let key: String = try arguments.decode(0)
        if state.claims.values.contains(where: { $0.key == key && $0.status.blocksKey }) {
          throw PixError(.claimAlreadyExists, "key \(key) has a claim")
        }
      },
      change("UpdateEntryOwnershipActivity") { state, arguments, origin in
        let key: String = try arguments.decode(0)
        let participant: String = try arguments.decode(1)
        guard let id = state.entries.values.first(where: { $0.key == key })?.entryID else {
          throw PixError(.entryNotFound, "key \(key) has no entry")
        }
        try state.changeEntry(id, "ownership_transferred", origin) { entry in
          defer { entry.participant = participant }
          return entry.participant != participant
        }
      },
    ]
  }

  private var claimsAtBacen: [ActivityDefinition] {
    [
      stub("SubmitClaimToBacenActivity") { [self] arguments, origin in
        let id: String = try arguments.decode(0)
        let reply = try await ask(.createClaim, id, origin)
        memory.change { $0.claims[id]?.bacenClaimID = reply.bacenID }
        return reply
      },
      told("CompleteClaimWithBacenActivity", .completeClaim), told("CancelClaimWithBacenActivity", .cancelClaim),
      told("NotifyDonorActivity", .notifyParticipant), told("SendClaimConfirmationActivity", .notifyParticipant),
    ]
  }

  /// An activity that tells Bacen of a claim and records that it did.
  private func told(_ name: String, _ operation: BridgeRequest.Operation) -> ActivityDefinition {
    stub(name) { [self] arguments, origin in
      let id: String = try arguments.decode(0)
      _ = try await ask(operation, id, origin)
      try memory.change { $0.record(.claim("told_\(name)", try $0.claim(id)), origin) }
      return Empty()
    }
  }

  // MARK: Entries

  private var entries: [ActivityDefinition] {
    [
      change("CreateEntryActivity") { state, arguments, origin in
        let entry: Entry = try arguments.decode(0)
        if state.entries[entry.entryID] == nil { state.entries[entry.entryID] = entry }
        state.record(.entry("entry_created", entry), origin)
      },
      change("UpdateEntryActivity") { state, arguments, origin in
        let changes: EntryChanges = try arguments.decode(1)
        try state.changeEntry(arguments.decode(0), "entry_updated", origin) { entry in
          let before = entry
          try entry.apply(changes)
          return entry != before
        }
      },
      change("DeleteEntryActivity") { state, arguments, origin in
        let id: String = try arguments.decode(0)
        if state.entries[id]?.deletedAt == nil { state.entries[id]?.deletedAt = origin.now }
      },
      change("ActivateEntryActivity") { state, arguments, origin in
        try state.changeEntry(arguments.decode(0), "entry_activated", origin) { try $0.activate() }
      },
      change("DeactivateEntryActivity") { state, arguments, origin in
        let reason: String = try arguments.decode(1)
        try state.changeEntry(arguments.decode(0), "entry_deactivated", origin) { try $0.deactivate(reason: reason) }
      },
      stub("GetEntryStatusActivity") { [memory] arguments, _ in
        let id: String = try arguments.decode(0)
        return try memory.change { try $0.entry(id).status }
      },
      change("ValidateEntryActivity") { state, arguments, _ in try state.entry(arguments.decode(0)).validate() },
      change("UpdateEntryRecordOwnershipActivity") { state, arguments, origin in
        let participant: String = try arguments.decode(1)
        let changes = EntryChanges(ownerName: try arguments.decode(2), ownerTaxID: try arguments.decode(3))
        try state.changeEntry(arguments.decode(0), "ownership_updated", origin) { entry in
          let before = entry
          try entry.apply(changes)
          entry.participant = participant
          return entry != before
        }
      },
      stub("RegisterEntryWithBacenActivity") { [self] arguments, origin in
        let id: String = try arguments.decode(0)
        let reply = try await ask(.createEntry, id, origin)
        memory.change { $0.entries[id]?.bacenEntryID = reply.bacenID }
        return reply.bacenID
      },
      stub("NotifyBacenOfEntryActivity") { [self] arguments, origin in
        let id: String = try arguments.decode(0)
        let isDeleted = memory.change { $0.entries[id]?.deletedAt != nil }
        _ = try await ask(isDeleted ? .deleteEntry : .updateEntry, id, origin)
        return Empty()
      },
    ]
  }

  // MARK: Infractions

  private var infractions: [ActivityDefinition] {
    [
      change("CreateInfractionActivity") { state, arguments, origin in
        let report: Infraction = try arguments.decode(0)
        if state.infractions[report.infractionID] == nil { state.infractions[report.infractionID] = report }
        state.record(.infraction("infraction_created", report), origin)
      },
      change("InvestigateInfractionActivity") { state, arguments, origin in
        try state.moveInfraction(arguments.decode(0), to: .underInvestigation, notes: nil, origin)
      },
      change("ResolveInfractionActivity") { state, arguments, origin in
        try state.moveInfraction(arguments.decode(0), to: .resolved, notes: arguments.decode(1), origin)
      },
      change("DismissInfractionActivity") { state, arguments, origin in
        try state.moveInfraction(arguments.decode(0), to: .dismissed, notes: arguments.decode(1), origin)
      },
      change("EscalateInfractionActivity") { state, arguments, origin in
        try state.moveInfraction(arguments.decode(0), to: .escalated, notes: arguments.decode(1), origin)
      },
      change("AddEvidenceActivity") { state, arguments, origin in
        let url: String = try arguments.decode(1)
        var report = try state.infraction(arguments.decode(0))
        if report.evidenceURLs.contains(url) { return }
        report.evidenceURLs.append(url)
        state.infractions[report.infractionID] = report
        state.record(.infraction("evidence_added", report), origin)
      },
      stub("GetInfractionStatusActivity") { [memory] arguments, _ in
        let id: String = try arguments.decode(0)
        return try memory.change { try $0.infraction(id).status }
      },
      change("ValidateInfractionEligibilityActivity") { _, arguments, _ in
        try require(arguments.decode(0), "key")
      },
      change("PublishInfractionEventActivity") { state, arguments, origin in
        let payload: [String: JSONValue] = try arguments.decode(0)
        let type = try PixServices.eventType(of: payload)
        state.record(DomainEvent(type, aggregateType: "infraction", aggregateID: "", payload: payload), origin)
      },
    ]
  }

  private var infractionsTold: [ActivityDefinition] {
    let operations: [(String, BridgeRequest.Operation)] = [
      ("NotifyReportedParticipantActivity", .notifyParticipant), ("NotifyBacenActivity", .reportInfraction),
    ]
    return operations.map { name, operation in
      stub(name) { [self] arguments, origin in
        let id: String = try arguments.decode(0)
        _ = try await ask(operation, id, origin)
        try memory.change { $0.record(.infraction("told_\(name)", try $0.infraction(id)), origin) }
        return Empty()
      }
    }
  }

  // MARK: Comparisons

  private var sync: [ActivityDefinition] {
    [
      stub("FetchBacenEntriesActivity") { [memory] arguments, _ in
        try await memory.bridge.entries(DirectoryQuery(participant: try arguments.decode(0))).entries
      },
      stub("CompareEntriesActivity") { [memory] arguments, _ in
        let bacen: [BacenEntry] = try arguments.decode(0)
        return memory.change { ClaimsStubs.compare(bacen, with: Array($0.entries.values)) }
      },
      stub("GenerateSyncReportActivity") { [memory] arguments, _ in
        let statistics: SyncStatistics = try arguments.decode(0)
        memory.change { $0.reports[statistics.syncID] = statistics }
        return statistics.syncID
      },
      change("RaiseAlertActivity") { state, arguments, origin in
        state.alerts[origin.idempotencyKey ?? ""] = try arguments.decode(0)
      },
    ]
  }

  private static func compare(_ bacen: [BacenEntry], with local: [Entry]) -> DirectoryComparison {
    var comparison = DirectoryComparison()
    for entry in bacen {
      guard let known = local.first(where: { $0.key == entry.key }) else {
        comparison.discrepancies.append(
          Discrepancy(type: .missingLocal, key: entry.key, entryID: "ENTRY-\(entry.key)", bacen: entry))
        continue
      }
      if entry.matches(known) {
        comparison.matching += 1
      } else {
        comparison.discrepancies.append(
          Discrepancy(
            type: .outdatedLocal, key: entry.key, entryID: known.entryID, bacen: entry,
            changesParticipant: entry.participant != known.participant))
      }
    }
    return comparison
  }
}
